import type { ClusterRow, RecordedView } from '../domain/findings/recorded-view.ts';
import { type IndexedRow, indexedRow } from '../domain/findings/indexed-row.ts';

/** Rows in one part: some 30 kB packed, and a few milliseconds to read. */
const ROWS_IN_PART = 100;

/** The view without its rows; of every cluster what filter, order and counts need, in the order in which the parts have the rows. */
export type ViewIndex = Omit<RecordedView, 'clusters' | 'index'> & { readonly rowsInPart: number; readonly rows: readonly IndexedRow[] };

/** Pure: the view as its index and its parts (the first is part 1). */
export function viewInParts({ clusters, index: _index, ...rest }: RecordedView): {
  readonly index: ViewIndex;
  readonly parts: readonly (readonly ClusterRow[])[];
} {
  const parts = Array.from({ length: Math.ceil(clusters.length / ROWS_IN_PART) }, (_, at) =>
    clusters.slice(at * ROWS_IN_PART, (at + 1) * ROWS_IN_PART),
  );
  return { index: { ...rest, rowsInPart: ROWS_IN_PART, rows: clusters.map(indexedRow) }, parts };
}

/** Pure: the numbers of the parts that have the rows of these clusters, in ascending order. */
export function partsWith({ rows, rowsInPart }: ViewIndex, clusterIds: ReadonlySet<string>): readonly number[] {
  const found = new Set<number>();
  for (const [place, { clusterId }] of rows.entries()) if (clusterIds.has(clusterId)) found.add(Math.floor(place / rowsInPart) + 1);
  return [...found];
}

/** Pure: the view that was taken apart. */
export function viewJoined(
  { rows: _rows, rowsInPart: _size, ...rest }: ViewIndex,
  parts: readonly (readonly ClusterRow[])[],
): RecordedView {
  return { ...rest, clusters: parts.flat() };
}
