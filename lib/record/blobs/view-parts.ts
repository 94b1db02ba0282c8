import type { ClusterRow, RecordedView } from '../../domain/findings/recorded-view.ts';
import { type IndexedRow, indexedRow } from '../../domain/findings/indexed-row.ts';

/** Rows in one part: some 30 kB packed, and a few milliseconds to read. */
const ROWS_IN_PART = 100;

/** The view without its rows; of every cluster what filter, order and counts need, in the order in which the parts have the rows. */
export type ViewIndex = Omit<RecordedView, 'clusters' | 'index'> & { readonly rowsInPart: number; readonly rows: readonly IndexedRow[] };

/** Pure: the view as its index and its parts (the first is part 1). An index that the view has already is in the order of its rows. */
export function viewInParts({ clusters, index, ...rest }: RecordedView): {
  readonly index: ViewIndex;
  readonly parts: readonly (readonly ClusterRow[])[];
} {
  const parts = Array.from({ length: Math.ceil(clusters.length / ROWS_IN_PART) }, (_, at) =>
    clusters.slice(at * ROWS_IN_PART, (at + 1) * ROWS_IN_PART),
  );
  return { index: { ...rest, rowsInPart: ROWS_IN_PART, rows: index ?? clusters.map((row) => indexedRow(row)) }, parts };
}

/** Pure: the numbers of the parts that have the rows of these clusters, in ascending order. */
export function partsWith({ rows, rowsInPart }: ViewIndex, clusterIds: ReadonlySet<string>): readonly number[] {
  const found = new Set<number>();
  let left = clusterIds.size;
  // The rows of the first pages lie in the first parts: most requests look at few rows.
  for (let place = 0; left > 0 && place < rows.length; place += 1) {
    if (!clusterIds.has(rows[place]?.clusterId ?? '')) continue;
    found.add(Math.floor(place / rowsInPart) + 1);
    left -= 1;
  }
  return [...found];
}

/** Pure: the view that was taken apart. */
export function viewJoined(
  { rows: _rows, rowsInPart: _size, ...rest }: ViewIndex,
  parts: readonly (readonly ClusterRow[])[],
): RecordedView {
  return { ...rest, clusters: parts.flat() };
}
