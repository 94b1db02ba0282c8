import type { RecordedView } from '../domain/findings/recorded-view.ts';
import type { Head } from '../domain/incidents/head.ts';
import { readIndex, type Recorded } from '../record/packed-blobs.ts';
import type { Store } from '../record/store.ts';

/** Says of which clusters a request shows the rows, by their ids. The view has the index alone at that time. */
export type Choose = (head: Head | null, view: RecordedView | null) => ReadonlySet<string>;

/**
 * The head, the index of all clusters, and the rows of those that are shown: three store commands at most, two where no row is shown. Throws `StoreError`.
 */
export async function readShown(store: Store, choose: Choose): Promise<Recorded> {
  const { head } = await store.readHead();
  const read = await readIndex(store, head);
  if (read === null) return { head, view: null };
  const { rows: index, rowsInPart: _size, ...rest } = read.index;
  const view: RecordedView = { ...rest, clusters: [], index };
  return { head, view: { ...view, clusters: await read.rowsOf(choose(head, view)) } };
}

/** No row is shown: what is needed of all clusters is in the index. */
export const noRows: Choose = () => new Set();
