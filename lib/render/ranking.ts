import type { Standing } from '../domain/findings/standing.ts';
import { type IndexedRow, indexedRow } from '../domain/findings/indexed-row.ts';
import type { RecordedView } from '../domain/findings/recorded-view.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Instant } from '../domain/time.ts';
import { currentIndex } from './current-rows.ts';
import { countsAlone, standingsOf } from './headline.ts';

/** All clusters as they stand now, the worst first. */
export type Ranking = { readonly rows: readonly IndexedRow[]; readonly standings: ReadonlyMap<string, Standing> };

/** The last ranking of each list of rows, with the head that it was made for, since many requests read the same two. */
const made = new WeakMap<object, { readonly head: Head | null; readonly ranking: Ranking }>();

/** Pure: of the same head and view it is the same ranking. */
export function rankingOf(head: Head | null, view: RecordedView | null): Ranking {
  const recorded = view?.index ?? view?.clusters ?? [];
  const last = made.get(recorded);
  if (last?.head === head && last !== undefined) return last.ranking;
  const rows = currentIndex(head, view);
  const standings = standingsOf(head, rows);
  const ranking = { rows: worstFirst(rows, standings), standings };
  made.set(recorded, { head, ranking });
  return ranking;
}

const byId = new WeakMap<object, ReadonlyMap<string, IndexedRow>>();

/** Pure: the rows by the id of their cluster. */
export function rowsById(rows: readonly IndexedRow[]): ReadonlyMap<string, IndexedRow> {
  const known = byId.get(rows) ?? new Map(rows.map((row) => [row.clusterId, row]));
  byId.set(rows, known);
  return known;
}

/**
 * Pure: the view with its index and with its rows in the order in which pages show them, so that the rows of one page lie in few stored parts. `head` is the
 * one before the check: a standing that changes later moves the row on the page, but not in the store.
 */
export function ranked(head: Head, view: RecordedView, readAt: Instant): RecordedView {
  const clusters = worstFirst(view.clusters, standingsOf(head, view.clusters, readAt));
  return { ...view, clusters, index: clusters.map((row) => indexedRow(row, countsAlone)) };
}

const RANKS: Readonly<Record<Standing, number>> = { cannot: 0, atRisk: 1, unknown: 2, kept: 3, exempt: 4 };

/**
 * By standing, the worst first, and of those at risk the ones with a P0 before the others; then by project and name, so that pages stay the same
 * between runs.
 */
export function worstFirst<Row extends IndexedRow>(clusters: readonly Row[], standings: ReadonlyMap<string, Standing>): readonly Row[] {
  const ranked = clusters.map((row) => ({ row, rank: rankOf(row, standings.get(row.clusterId) ?? 'unknown') }));
  return ranked.toSorted((a, b) => a.rank - b.rank || byName(a.row, b.row)).map(({ row }) => row);
}

function rankOf({ findings }: IndexedRow, standing: Standing): number {
  const isUrgent = standing === 'atRisk' && findings.some(({ verdict, severity }) => verdict === 'failing' && severity === 'critical');
  return RANKS[standing] - (isUrgent ? 0.5 : 0);
}

/** By project, then by name, by their code units: the same everywhere. */
export function byName(a: IndexedRow, b: IndexedRow): number {
  return compare(a.projectName, b.projectName) || compare(a.name, b.name) || compare(a.clusterId, b.clusterId);
}

/** Orders texts by code units, as `toSorted` wants it. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
