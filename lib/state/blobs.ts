import { BLOB_PIECE, StoreError } from './store.ts';

export type Blob = { readonly name: string; readonly text: string };

/** Characters of blobs in one request: well under the 10 MB that Upstash takes, and over one whole piece with its small neighbours. */
const REQUEST_MOST = 4_200_000;

/** Throws `StoreError` for a blob that one request could not carry: `cut` in `pack.ts` makes pieces. */
export function refuseLarge(blobs: readonly Blob[]): void {
  const large = blobs.find((blob) => blob.text.length > BLOB_PIECE);
  if (large !== undefined) {
    throw new StoreError(`write blob ${large.name}: ${large.text.length} characters, at most ${BLOB_PIECE} fit one request`);
  }
}

/** The blobs in as few requests as their size allows, in the order given. */
export function batches(blobs: readonly Blob[]): readonly (readonly Blob[])[] {
  const made: Blob[][] = [];
  let room = 0;
  for (const blob of blobs) {
    const batch = made.at(-1);
    if (batch === undefined || blob.text.length > room) {
      made.push([blob]);
      room = REQUEST_MOST - blob.text.length;
    } else {
      batch.push(blob);
      room -= blob.text.length;
    }
  }
  return made;
}
