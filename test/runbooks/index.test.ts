import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHECK_IDS } from '../../lib/evaluate/checks/registry.ts';
import { DRILL_SCENARIOS } from '../../lib/domain/recovery/restore-test.ts';
import { type CommandId, commandsOf, type CommandValues, NOTHING_KNOWN } from '../../lib/domain/check/runbook-commands.ts';
import { documentOf, handbook, inlineOf, markdownFiles, peopleOf, RUNBOOK_GROUPS, runbookNamed } from '../../lib/runbooks/index.ts';
import { CALLED, COMMAND_NAMES } from '../support/command-names.ts';

const ROOT = join(import.meta.dirname, '../..');
const NAMES = RUNBOOK_GROUPS.flatMap(({ names }) => names);
const KNOWN: CommandValues = {
  cluster: 'orders',
  projectId: '65aa00000000000000000001',
  projectName: 'shop',
  moment: Date.parse('2026-11-22T13:42:00Z'),
  snapshotId: '65cc00000000000000000001',
  target: { name: 'sandbox', projectId: '65aa00000000000000000009' },
  plan: 'weekly',
};

const linesOf = (id: CommandId, values: CommandValues): readonly string[] => commandsOf(id, values).map(({ line }) => line);
const everyCommand = (values: CommandValues) =>
  NAMES.flatMap((name) => documentOf(name, values).sections.flatMap(({ steps }) => steps.flatMap(({ commands }) => commands)));

describe('the runbooks', () => {
  test('cover the plan’s disasters and procedures, and every check', () => {
    expect(RUNBOOK_GROUPS.map(({ names }) => names)).toEqual([
      ['corruption', 'accidental-deletion', 'region-outage', 'security-breach'],
      'pitr-recovery snapshot-restore manual-backup validate-restore weekly-restore-test monthly-drill retention-and-erasure credential-rotation'.split(
        ' ',
      ),
      CHECK_IDS,
    ]);
    expect(new Set(NAMES).size).toBe(NAMES.length);
  });

  test.for(NAMES)('%s says what to do, and leads on to another', (name) => {
    const { sections, follow } = documentOf(name);
    expect(sections.some(({ steps }) => steps.length > 0)).toBe(true);
    expect(follow.length).toBeGreaterThan(0);
    expect(follow.map((next) => next.name)).not.toContain(name);
    for (const section of sections) expect([...section.paragraphs, ...section.steps, ...section.points].length).toBeGreaterThan(0);
  });

  test.for(NAMES)('%s closes every piece of code that it opens', (name) => {
    const texts = documentOf(name).sections.flatMap(({ paragraphs, steps, points }) => [
      ...paragraphs,
      ...points,
      ...steps.map(({ text }) => text),
    ]);
    expect(texts.filter((text) => text.split('`').length % 2 === 0)).toEqual([]);
  });

  test('of a disaster says what to check after', () => {
    for (const name of RUNBOOK_GROUPS[0]?.names ?? []) {
      expect(documentOf(name).sections.map(({ heading }) => heading)).toEqual(['When', 'What to do', 'What to check after']);
    }
  });

  test('of corruption has the moment chosen before it, inside the window and outside its breaks', () => {
    const texts = documentOf('corruption').sections.flatMap(({ steps }) => steps.map(({ text }) => text));
    expect(texts.some((text) => /a moment before it, inside the restorable window and outside its breaks/.test(text))).toBe(true);
  });

  test('has a drill for each scenario that can be drilled', () => {
    const lines = everyCommand(NOTHING_KNOWN).map(({ line }) => line);
    for (const scenario of DRILL_SCENARIOS) expect(lines).toContain(`npx --no-install restorewatch drill --scenario ${scenario}`);
  });

  test.for(['', 'all', 'nothing', 'constructor', '__proto__', 'corruption.md', '../corruption'])('is none called %j', (name) => {
    expect(runbookNamed(name)).toBeNull();
  });

  test('splits words from code', () => {
    expect(inlineOf('see `a b` now')).toEqual([
      { code: false, text: 'see ' },
      { code: true, text: 'a b' },
      { code: false, text: ' now' },
    ]);
  });
});

describe('a command', () => {
  test.for([
    [
      'restore-moment',
      'npx --no-install restorewatch restore --cluster orders --project 65aa00000000000000000001 --to 2026-11-22T13:42:00Z --target sandbox --target-project 65aa00000000000000000009',
      'atlas backups restores start pointInTime --clusterName orders --projectId 65aa00000000000000000001 --pointInTimeUTCSeconds 1795354920 --targetClusterName sandbox --targetProjectId 65aa00000000000000000009',
    ],
    [
      'restore-snapshot',
      'npx --no-install restorewatch restore --cluster orders --project 65aa00000000000000000001 --to 65cc00000000000000000001 --target sandbox --target-project 65aa00000000000000000009',
      'atlas backups restores start automated --clusterName orders --projectId 65aa00000000000000000001 --snapshotId 65cc00000000000000000001 --targetClusterName sandbox --targetProjectId 65aa00000000000000000009',
    ],
    [
      'snapshot-now',
      'npx --no-install restorewatch backup --atlas --cluster orders --project 65aa00000000000000000001',
      'atlas backups snapshots create --projectId 65aa00000000000000000001 --desc restorewatch --retention 90 orders',
    ],
  ] as const)('%s is filled with what is known, and shows the way through Atlas too', ([id, ours, atlas]) => {
    const [first, second, third] = linesOf(id, KNOWN);
    expect(first).toBe(ours);
    expect(second).toBe(atlas);
    expect(third).toMatch(/^Atlas → project shop → Clusters → orders → Backup → /);
  });

  test('that begins a restore test names its plan and the cluster', () => {
    expect(linesOf('test-start', KNOWN)).toEqual(['npx --no-install restorewatch restore-test --start weekly --source orders']);
  });

  test('has words in capitals for what is not known', () => {
    expect(linesOf('restore-moment', NOTHING_KNOWN)).toEqual([
      'npx --no-install restorewatch restore --cluster CLUSTER --project PROJECT --to MOMENT --target TARGET',
      'atlas backups restores start pointInTime --clusterName CLUSTER --projectId PROJECT_ID --pointInTimeUTCSeconds SECONDS_SINCE_1970 --targetClusterName TARGET --targetProjectId TARGET_PROJECT_ID',
      'Atlas → project PROJECT → Clusters → CLUSTER → Backup → Point in Time Restore → Date & Time (minutes), or Oplog Timestamp (seconds since 1970) → target project and cluster → Restore',
    ]);
  });

  test.for([
    `'; touch pwned; '`,
    '$(touch pwned)',
    '`touch pwned`',
    'two words',
    "o'clock",
    '"',
    'a\nb',
    '-rf',
    '--help',
    '*',
    'a&b|c',
    '\u202Egnp',
  ])('takes the name %j as one word, wherever it stands', (name) => {
    const values = { ...KNOWN, cluster: name, projectId: name, snapshotId: name, plan: name, target: { name, projectId: name } };
    const typed = everyCommand(values).filter(({ by }) => by !== 'Atlas UI');
    const script = `npx() { printf '%s\\0' "$@"; }; atlas() { printf '%s\\0' "$@"; }\n${typed.map(({ line }) => line).join('\n')}`;
    const words = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
    const plain = everyCommand({
      ...values,
      cluster: 'x',
      projectId: 'x',
      snapshotId: 'x',
      plan: 'x',
      target: { name: 'x', projectId: 'x' },
    });
    const expected = plain
      .filter(({ by }) => by !== 'Atlas UI')
      .flatMap(({ line }) =>
        line
          .replace(/ <<< .*/, '')
          .split(' ')
          .slice(1),
      );
    // "--flag=-x" and "-- -x" are how a name that looks like an option is given.
    const given = words.flatMap((word, at) =>
      word.startsWith('--') && word.endsWith(`=${name}`)
        ? [word.slice(0, -name.length - 1), name]
        : word === '--' && words[at + 1] === name
          ? []
          : [word],
    );
    expect(given).toEqual(expected.map((word) => (word === 'x' ? name : word)));
    expect(existsSync('pwned')).toBe(false);
  });

  test('never holds a line end, or a character that makes a text read as another', () => {
    const name = 'a\nb\u202Ec';
    const typed = everyCommand({ ...KNOWN, cluster: name, target: { name, projectId: name } }).filter(({ by }) => by !== 'Atlas UI');
    for (const { line } of typed) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  const called = new Set(JSON.stringify([everyCommand(KNOWN), markdownFiles()]).match(CALLED));

  test.for([...called])('restorewatch %s is there', (words) => {
    expect(COMMAND_NAMES).toContain(words);
  });
});

describe('the files in docs/runbooks', () => {
  const HOW = 'docs/runbooks differs from lib/runbooks: run `npm run docs`';
  const folder = join(ROOT, 'docs', 'runbooks');

  test('are one for each runbook, and one that lists them', () => {
    expect(readdirSync(folder).toSorted(), HOW).toEqual(['README.md', ...NAMES.map((name) => `${name}.md`)].toSorted());
  });

  test.for(markdownFiles())('$name says what the page says', ({ name, text }) => {
    expect(readFileSync(join(folder, name), 'utf8'), HOW).toBe(text);
  });

  test('link only to each other', () => {
    const links = markdownFiles().flatMap(({ text }) => [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, to = '']) => to));
    expect(links.filter((link) => !existsSync(join(folder, link)))).toEqual([]);
  });
});

describe('the copy without live values', () => {
  const text = handbook();

  test('holds every runbook under its name, and every link leads to one', () => {
    for (const name of NAMES) expect(text).toContain(`<article id="${name}">`);
    const anchors = [...text.matchAll(/href="#([^"]+)"/g)].map(([, name]) => name);
    expect(new Set(anchors)).toEqual(new Set(NAMES));
  });

  test('runs no script and holds no style of its own: the policy of the pages would refuse both', () => {
    expect(text.match(/<script|<style|\sstyle=|\son\w+=/)).toBeNull();
  });

  test('asks nothing of others but its style sheet', () => {
    const needs = [...text.matchAll(/<(?:link|img|iframe)[^>]*(?:href|src)="([^"]+)"/g)].map(([, to]) => to);
    expect(needs).toEqual(['/icon.svg', '/runbooks.css']);
    expect(existsSync(join(ROOT, 'public', 'runbooks.css'))).toBe(true);
  });

  test('escapes what is special in HTML', () => {
    expect(text).toContain('Date &amp; Time');
    expect(text.match(/&(?!amp;|lt;|gt;|quot;)/)).toBeNull();
  });

  test('names the roles of the plan, with room to write', () => {
    for (const role of ['Database Lead', 'DevOps Lead', 'CTO', 'Security']) expect(text).toContain(`<th scope="row">${role}</th>`);
  });
});

describe('whom to tell', () => {
  const contacts = { sms: ['+15005550010'], email: ['cto@example.com'] };

  test('are the plan’s roles, each a TBD, where the policy names nobody', () => {
    const { roles } = peopleOf({ contacts: { sms: [], email: [] } });
    expect(roles.map(({ role, contact }) => [role, contact])).toEqual([
      ['Database Lead', null],
      ['DevOps Lead', null],
      ['CTO', null],
      ['Security', null],
    ]);
  });

  test('are the policy’s people, and who the alerts tell last', () => {
    const people = [{ role: 'CTO', contact: 'Ada, +1 500 555 0011', duty: 'decides' }];
    expect(peopleOf({ people, contacts })).toEqual({ roles: people, last: ['+15005550010', 'cto@example.com'] });
  });
});
