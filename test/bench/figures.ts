import type { Cold } from './cold.ts';
import type { PageTimes } from './page.ts';
import { CONCURRENCY, LATENCY_MS, type Sweep, type Tick } from './sweep.ts';

/** One line of the table: a figure a size, or one for all. `most` is the bound that it must keep, where there is one. */
export type Figure = { readonly what: string; readonly cells: readonly Cell[]; readonly most: number | null };
export type Cell = { readonly value: number; readonly shown: string };

const MB = 1e6;
/** A page that people wait for at three in the morning: at most twice what Next itself takes. */
const PAGE_MOST = 2;
/** An unchanged check may take so many times what its requests take by themselves. */
const CHECK_MOST = 1.15;

/** What the sweeps came to, a column a size. */
export function sweepFigures(sweeps: readonly Sweep[]): readonly Figure[] {
  const row = (what: string, most: number | null, cell: (sweep: Sweep) => Cell): Figure => ({ what, most, cells: sweeps.map(cell) });
  return [
    row(`unchanged check, ${LATENCY_MS} ms latency: time ÷ (requests × latency ÷ ${CONCURRENCY} at once)`, null, ({ slow }) =>
      ratio(slow.milliseconds, (slow.taken.requests.length * LATENCY_MS) / CONCURRENCY),
    ),
    row(
      'unchanged check, no latency: time ÷ a bare loop of `fetch` and `JSON.parse` over the same requests',
      null,
      ({ quick, bareMilliseconds }) => ratio(quick.milliseconds, bareMilliseconds),
    ),
    row('first check ever (also reads the events of the restore window), no latency: time ÷ an unchanged one', null, ({ first, quick }) =>
      ratio(first.milliseconds, quick.milliseconds),
    ),
    row('unchanged: requests per cluster', 2, ({ quick, clusters }) => plain(of(quick, 'cluster') / clusters)),
    row('unchanged: requests per project, those per cluster apart', 4, ({ quick, projects }) => plain(of(quick, 'project') / projects)),
    row('unchanged: requests for the whole organisation, access token apart', null, ({ quick }) => plain(of(quick, 'organisation'))),
    ...(sweeps.every(({ watched }) => watched.overRedis)
      ? [row('unchanged: store commands', 6, ({ watched }) => plain(watched.unchanged.taken.commands.length))]
      : []),
    row('unchanged: live heap over idle, MB', 200, ({ watched }) => plain(growth(watched.unchanged))),
    row('first check ever: live heap over idle, MB', null, ({ watched }) => plain(growth(watched.first))),
    row('unchanged: heap over idle with garbage that V8 had no need to collect, MB', null, ({ quick }) => plain(growth(quick))),
  ];
}

/** What the largest check adds to the time that its requests take by themselves. */
export function waitingFigure({ clusters, slow, bareSlowMilliseconds }: Sweep): Figure {
  const what = `unchanged check of ${clusters.toLocaleString('en')} clusters, ${LATENCY_MS} ms latency: time ÷ a bare loop of \`fetch\` and \`JSON.parse\` over the same requests, ${CONCURRENCY} at once, with that latency`;
  return { what, most: CHECK_MOST, cells: [ratio(slow.milliseconds, bareSlowMilliseconds)] };
}

/** What does not depend on the sweep's size. */
export function singleFigures(cold: Cold, page: PageTimes, clusters: number): readonly Figure[] {
  return [
    { what: 'cold: a fresh process loads the check route ÷ an empty Next route', most: null, cells: [ratio(cold.ours, cold.bare, 'ms')] },
    ...Object.entries(page.ours).map(([path, milliseconds]) => ({
      what: `\`${path}\` at ${clusters.toLocaleString('en')} clusters: time to the first byte ÷ an empty Next page`,
      // A list by name reads as many parts as it has rows.
      most: path.includes('?') ? null : PAGE_MOST,
      cells: [ratio(milliseconds, page.empty, 'ms')],
    })),
  ];
}

type Scope = 'cluster' | 'project' | 'organisation';

function of({ taken }: Tick, scope: Scope): number {
  return taken.requests.filter(({ target }) => scopeOf(target) === scope).length;
}

function scopeOf(target: string): Scope {
  if (/lusters\/[^/]+\/backup\//.test(target)) return 'cluster';
  return /\/groups\/[0-9a-f]{24}\//.test(target) ? 'project' : 'organisation';
}

function growth({ heapGrowth }: Tick): number {
  return heapGrowth / MB;
}

function plain(value: number): Cell {
  const digits = value < 10 ? 2 : 0;
  return { value, shown: value.toLocaleString('en', { maximumFractionDigits: digits }) };
}

function ratio(milliseconds: number, bound: number, unit: 's' | 'ms' = 's'): Cell {
  const value = milliseconds / bound;
  const time = (length: number): string => (unit === 's' ? (length / 1_000).toFixed(1) : length.toFixed(0));
  return { value, shown: `${value.toFixed(2)} (${time(milliseconds)} ÷ ${time(bound)} ${unit})` };
}

export function isBroken({ cells, most }: Figure): boolean {
  return most !== null && cells.some(({ value }) => !(value <= most));
}

/** A sentence for each figure that does not keep its bound: which, what it is and what it may be at most. */
export function brokenBounds(figures: readonly Figure[]): readonly string[] {
  return figures
    .filter((figure) => isBroken(figure))
    .map(({ what, cells, most }) => `bound broken: ${what}: ${cells.map(({ shown }) => shown).join(', ')} (at most ${most})`);
}
