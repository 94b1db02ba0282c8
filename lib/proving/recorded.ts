import type { Head } from '../domain/head.ts';
import type { RecordedView } from '../domain/view.ts';
import { readPacked } from '../state/packed-blobs.ts';
import type { Store } from '../state/store.ts';

export type Recorded = { readonly head: Head | null; readonly view: RecordedView | null };

/** What the last check recorded. Throws `StoreError`. */
export async function readRecorded(store: Store): Promise<Recorded> {
  const { head } = await store.readHead();
  // Only ever written by a run, packed; the head's schema number covers its shape.
  return { head, view: head && ((await readPacked(store, head.viewBlobs)) as RecordedView | null) };
}
