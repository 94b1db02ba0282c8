import type { Command } from '../domain/check/runbook-commands.ts';
import { documentOf, inlineOf, RUNBOOK_GROUPS, type RunbookDocument, type Section } from './document.ts';
import { peopleOf } from './people-to-notify.ts';

/** All runbooks as one HTML page without live values and scripts, to be printed. It is made at build time, so it needs neither environment nor store. */
export function handbook(): string {
  const names = RUNBOOK_GROUPS.flatMap((group) => group.names);
  const contents = RUNBOOK_GROUPS.map(
    ({ title, names: listed }) => `<h2>${escaped(title)}</h2><ul>${listed.map((name) => entry(documentOf(name))).join('')}</ul>`,
  );
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark"><title>Runbooks – Restorewatch</title><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/runbooks.css"></head>',
    '<body><main class="runbook"><p class="only-screen"><a href="/runbooks">← Runbooks with live values</a></p><h1>Runbooks</h1>',
    '<p>This copy has no live values: words in capitals are to be replaced. It needs neither Atlas nor the state of this product. Print it, and keep it where it can be reached when nothing else can.</p>',
    ...contents,
    people(),
    ...names.map((name) => article(documentOf(name))),
    '</main></body></html>\n',
  ].join('\n');
}

function entry({ name, title }: RunbookDocument): string {
  return `<li><a href="#${name}">${escaped(title)}</a></li>`;
}

function article({ name, title, sections, follow }: RunbookDocument): string {
  const next = follow.map((one) => `<li><a href="#${one.name}">${escaped(one.title)}</a></li>`).join('');
  return `<article id="${name}"><h2>${escaped(title)}</h2>${sections.map(part).join('')}<h3>Runbooks that follow</h3><ul>${next}</ul></article>`;
}

function part({ heading, paragraphs, steps, points }: Section): string {
  const list = points.length === 0 ? '' : `<ul class="points">${points.map((point) => `<li>${words(point)}</li>`).join('')}</ul>`;
  const done = steps.map(({ text, commands }) => `<li>${words(text)}${commands.map(command).join('')}</li>`).join('');
  const numbered = steps.length === 0 ? '' : `<ol>${done}</ol>`;
  return `<h3>${escaped(heading)}</h3>${paragraphs.map((text) => `<p>${words(text)}</p>`).join('')}${numbered}${list}`;
}

function command({ by, line }: Command): string {
  const shown = by === 'Atlas UI' ? `<p>${escaped(line)}</p>` : `<pre><code>${escaped(line)}</code></pre>`;
  return `<div class="command"><span>${by}</span>${shown}</div>`;
}

function people(): string {
  const rows = peopleOf({ contacts: { sms: [], email: [] } }).roles.map(
    ({ role, duty }) => `<tr><th scope="row">${escaped(role)}</th><td>${escaped(duty)}</td><td class="blank"></td></tr>`,
  );
  return `<h2>Whom to tell</h2><p><code>people</code> in <code>restorewatch.config.ts</code> names them; on paper, write them here.</p><table><tbody>${rows.join('')}</tbody></table>`;
}

function words(text: string): string {
  return inlineOf(text)
    .map((one) => (one.code ? `<code>${escaped(one.text)}</code>` : escaped(one.text)))
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
