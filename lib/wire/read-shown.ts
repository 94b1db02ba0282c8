import type { IndexedRow } from '../domain/findings/indexed-row.ts';
import type { RecordedView } from '../domain/findings/recorded-view.ts';
import type { Head } from '../domain/incidents/head.ts';
import { readIndex, type Recorded } from '../record/blobs/packed-blobs.ts';
import type { Store } from '../record/store.ts';

/** The rows of the index that a request shows. */
type Chosen = { readonly clusters: readonly IndexedRow[] };

/**
 * Reads the head, the index of all clusters, and the rows of the clusters that `choose` selects; its `view` has the index and no rows yet. At most three store
 * commands, two if no row is shown. Throws `StoreError`.
 */
export async function readShown<Choice extends Chosen>(
  store: Store,
  choose: (head: Head | null, view: RecordedView | null) => Choice,
): Promise<Recorded & { readonly revision: number; readonly chosen: Choice }> {
  const { head, revision } = await store.readHead();
  const read = await readIndex(store, head);
  if (read === null) return { revision, head, view: null, chosen: choose(head, null) };
  const { rows: index, rowsInPart: _size, ...rest } = read.index;
  const view: RecordedView = { ...rest, clusters: [], index };
  const chosen = choose(head, view);
  const clusters = await read.rowsOf(new Set(chosen.clusters.map(({ clusterId }) => clusterId)));
  return { revision, head, view: { ...view, clusters }, chosen };
}

/** No row is shown: what is needed of all clusters is in the index. */
export function noRows(): Chosen {
  return { clusters: [] };
}
