import { describe, expect, test } from 'vitest';
import { textOf } from './documents.ts';

/** The rows of docs/peers.md, and the measured cases that each tells of. */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  '500, three times or for 20 s': ['500 x3', '500 for 20 s'],
  '429 with Retry-After': ['429 for 5 s, Retry-After 5'],
  'hangs once': ['hang once'],
  'connection reset once': ['reset once'],
  'accepted, then reset': ['accepted, then reset'],
  '200 of HTML': ['HTML 200 once'],
  'killed before the trigger is accepted': ['trigger: killed before accept'],
  'killed after the trigger was accepted': ['trigger: killed after accept'],
  'killed before the resolve is accepted': ['resolve: killed before accept'],
  'killed after the resolve was accepted': ['resolve: killed after accept'],
  'the resolve fails once (500)': ['resolve fails once (500)'],
  'another receiver hangs for ever': ['first receiver hangs for ever'],
  'killed while open and idle': ['killed while open and idle'],
  'recovers while the tool is down': ['recovers while the tool is down'],
};
/** The columns of docs/peers.md after our own, by those of docs/facts/peers.md. */
const PEERS: Readonly<Record<string, string>> = {
  Alertmanager: 'Alertmanager 0.34.2 PagerDuty',
  Gatus: 'Gatus PagerDuty',
  Healthchecks: 'Healthchecks webhook',
  'Uptime Kuma': 'Uptime Kuma PagerDuty',
};

type Measured = {
  readonly text: string;
  /** Seconds until the first accepted request, the least of all runs; null: lost. */
  readonly trigger: number | null;
  readonly resolve: number | null;
  /** More accepted requests than one. */
  readonly again: { readonly trigger: boolean; readonly resolve: boolean };
};

/** "90.5–91.5 +1 / LOST; **1 left open**". */
function measured(text: string): Measured {
  const [trigger = '', resolve = ''] = (text.split(';')[0] ?? '').split(' / ');
  const seconds = (half: string): number | null => (half.startsWith('LOST') ? null : Number.parseFloat(half));
  return {
    text,
    trigger: seconds(trigger),
    resolve: seconds(resolve),
    again: { trigger: trigger.includes('+'), resolve: resolve.includes('+') },
  };
}

const arrives = ({ trigger, resolve }: Measured): boolean => trigger !== null && resolve !== null;
const onePage = (cell: Measured): boolean => arrives(cell) && !/incidents|left open|no page/.test(cell.text);
const late = (half: number | null, by: number): boolean => half !== null && half >= by;

/** What the words of docs/peers.md say, as the measurements would show it. */
const MEANINGS: Readonly<Record<string, (cell: Measured, healthy: Measured) => boolean>> = {
  'both arrive': arrives,
  'both arrive; not obeyed': arrives,
  resolved: arrives,
  'one page, resolved': onePage,
  twice: ({ again }) => again.trigger && again.resolve,
  'two pages, one left open': ({ text }) => /2 incidents; \*\*1 left open\*\*/.test(text),
  'both lost': ({ trigger, resolve }) => trigger === null && resolve === null,
  'trigger lost': ({ trigger, resolve }) => trigger === null && resolve !== null,
  'resolve lost': ({ trigger, resolve }) => trigger !== null && resolve === null,
  '**left open**': ({ text, trigger, resolve }) => trigger !== null && resolve === null && text.includes('1 left open'),
  'delays the resolve': (cell, healthy) =>
    late(cell.resolve, (healthy.resolve ?? 0) + 2) && !late(cell.trigger, (healthy.trigger ?? 0) + 2),
  'delays the trigger by 90 s': (cell) => late(cell.trigger, 90) && !late(cell.resolve, 2),
  'delays both, for as long as it hangs': (cell) => late(cell.trigger, 60) && late(cell.resolve, 60),
};

/** Words without a meaning above are not so: give them one. */
function isSo(words: string, cell: string, healthy: string): boolean {
  if (words === 'not run' || cell === 'not run') return words === cell;
  return MEANINGS[words]?.(measured(cell), measured(healthy)) ?? false;
}

/** Cells by row and column of the first table under a heading. */
function tableUnder(text: string, heading: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const lines = (text.split(`${heading}\n`)[1] ?? '').split('\n');
  const from = lines.findIndex((line) => line.startsWith('|'));
  const length = lines.slice(from).findIndex((line) => !line.startsWith('|'));
  const [[, ...columns] = [], , ...rows] = lines.slice(from, from + length).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
  return new Map(
    rows.map(([name = '', ...cells]) => [name, Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']))]),
  );
}

describe('what docs/peers.md says of other tools, against what docs/facts/peers.md measured', () => {
  const said = tableUnder(textOf('docs/peers.md'), '# Beside its peers');
  const facts = tableUnder(textOf('docs/facts/peers.md'), '## 2. Results');

  test('has a row for every case that was measured, and none besides', () => {
    expect([...said.keys()]).toEqual(Object.keys(ROWS));
    expect(new Set([...Object.values(ROWS).flat(), 'healthy'])).toEqual(new Set(facts.keys()));
  });

  const cells = Object.entries(ROWS).flatMap(([row, cases]) =>
    Object.entries(PEERS).flatMap(([peer, column]) => cases.map((one) => ({ row, peer, column, one }))),
  );
  test.for(cells)('$row, $peer: $one', ({ row, peer, column, one }) => {
    const words = said.get(row)?.[peer] ?? '';
    const cell = facts.get(one)?.[column] ?? '';
    expect(isSo(words, cell, facts.get('healthy')?.[column] ?? ''), `docs/peers.md: "${words}", measured: "${cell}"`).toBe(true);
  });
});
