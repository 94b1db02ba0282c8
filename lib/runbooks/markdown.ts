import type { Command } from '../domain/check/runbook-commands.ts';
import { documentOf, RUNBOOK_GROUPS, type RunbookDocument, type Section } from './document.ts';
import { peopleOf } from './people-to-notify.ts';

const MADE = '<!-- Written by `npm run docs` from lib/runbooks and lib/evaluate/checks: change it there. -->';
const PLACEHOLDERS =
  'Words in capitals are to be replaced; opened from an alert, the page of this runbook has them filled in, with the restorable window and its breaks.';

/** Every runbook as a file of the repository, to be read while the page, its store and Atlas are all down. */
export function markdownFiles(): readonly { readonly name: string; readonly text: string }[] {
  const names = RUNBOOK_GROUPS.flatMap((group) => group.names);
  return [{ name: 'README.md', text: index() }, ...names.map((name) => ({ name: `${name}.md`, text: markdownOf(documentOf(name)) }))];
}

function index(): string {
  const groups = RUNBOOK_GROUPS.flatMap(({ title, names }) => [
    `## ${title}`,
    names.map((name) => `- [${documentOf(name).title}](${name}.md)`).join('\n'),
  ]);
  return file(MADE, '# Runbooks', PLACEHOLDERS, ...groups, '## Whom to tell', people());
}

function markdownOf({ title, sections, follow }: RunbookDocument): string {
  const next = follow.map(({ name, title: text }) => `- [${text}](${name}.md)`).join('\n');
  return file(MADE, `# ${title}`, ...sections.map(sectionText), '## Runbooks that follow', next, '## Whom to tell', people());
}

function file(...blocks: readonly string[]): string {
  return `${blocks.join('\n\n')}\n`;
}

function sectionText({ heading, paragraphs, steps, points }: Section): string {
  const list = points.map((point) => `- ${point}`).join('\n');
  const numbered = steps.map(({ text, commands }, at) => `${at + 1}. ${text}${commands.map(commandText).join('')}`).join('\n\n');
  return [`## ${heading}`, ...paragraphs, numbered, list].filter((block) => block !== '').join('\n\n');
}

/** Indented by the width of "10. ", so that Markdown keeps it inside its step. */
function commandText({ by, line }: Command): string {
  return by === 'Atlas UI' ? `\n\n    ${by}: ${line}` : `\n\n    ${by}:\n\n    \`\`\`sh\n    ${line}\n    \`\`\``;
}

function people(): string {
  const { roles } = peopleOf({ contacts: { sms: [], email: [] } });
  const rows = roles.map(({ role, duty }) => `| ${role} | ${duty} | |`);
  return [
    '`people` in `restorewatch.config.ts` names them; on paper, write them here.',
    '',
    '| role | duty | contact |',
    '|---|---|---|',
    ...rows,
  ].join('\n');
}
