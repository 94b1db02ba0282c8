import { BLOB_PIECE, StoreError } from '../store.ts';

export type Blob = { readonly name: string; readonly text: string };

/** Characters of blobs in one request: well below Upstash's limit of 10 MB, and enough for a whole piece and some small blobs. */
const REQUEST_SIZE = 4_200_000;

/** Throws `StoreError` for a blob that is too large for one request; `cut` in pack.ts makes pieces. */
export function refuseLarge(blobs: readonly Blob[]): void {
  const large = blobs.find((blob) => blob.text.length > BLOB_PIECE);
  if (large !== undefined) {
    throw new StoreError(`write blob ${large.name}: ${large.text.length} characters, at most ${BLOB_PIECE} fit one request`);
  }
}

/** Distributes the blobs, in their order, over as few requests as possible. */
export function batches(blobs: readonly Blob[]): readonly (readonly Blob[])[] {
  const made: Blob[][] = [];
  let room = 0;
  for (const blob of blobs) {
    const batch = made.at(-1);
    if (batch === undefined || blob.text.length > room) {
      made.push([blob]);
      room = REQUEST_SIZE - blob.text.length;
    } else {
      batch.push(blob);
      room -= blob.text.length;
    }
  }
  return made;
}
