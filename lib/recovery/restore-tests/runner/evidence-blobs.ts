import type { EvidenceLine, Manifest } from '../../../domain/recovery/evidence.ts';
import { cut, pack } from '../../../record/pack.ts';
import { readPacked } from '../../../record/blobs/packed-blobs.ts';
import type { Store } from '../../../record/store.ts';

/** Writes one value under new names, so that a head can name them. Throws `StoreError`. */
export async function writeBlob(store: Store, name: string, value: unknown): Promise<readonly string[]> {
  const pieces = cut(pack(value)).map((text, index) => ({ name: `${name}/${index}`, text }));
  await store.writeBlobs(pieces);
  return pieces.map((piece) => piece.name);
}

/** The whole evidence of a test, in the order in which it was found; null where a part of it is gone from the store. */
export async function readEvidence(store: Store, blobs: readonly (readonly string[])[]): Promise<readonly EvidenceLine[] | null> {
  const parts = await Promise.all(blobs.map((names) => readPacked(store, names)));
  // Only ever written by `writeBlob` with lines.
  return parts.includes(null) ? null : (parts as readonly (readonly EvidenceLine[])[]).flat();
}

/** A manifest; null where it is gone from the store. */
export async function readManifest(store: Store, names: readonly string[]): Promise<Manifest | null> {
  // Only ever written by `writeBlob` with a manifest.
  return (await readPacked(store, names)) as Manifest | null;
}
