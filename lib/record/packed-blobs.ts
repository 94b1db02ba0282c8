import { createHash } from 'node:crypto';
import type { RecordedView } from '../domain/findings/recorded-view.ts';
import type { Head } from '../domain/incidents/head.ts';
import { EMPTY_MEMORY, type Memory } from '../domain/memory/memory.ts';
import type { Blob } from './blobs.ts';
import { cut, pack, unpack } from './pack.ts';
import type { Store } from './store.ts';

/** Where a packed value is: the names of its pieces, in order, and the SHA-256 in hex of its packed text. */
export type Packed = { readonly names: readonly string[]; readonly sha256: string };

/** Writes each value, packed, under new names `run/{id}/{n}`. */
export async function writePacked(store: Store, runId: string, values: readonly [unknown, unknown]): Promise<readonly [Packed, Packed]> {
  let number = 0;
  const packed = (value: unknown): Packed & { readonly pieces: readonly Blob[] } => {
    const text = pack(value);
    const pieces = cut(text).map((piece) => ({ name: `run/${runId}/${number++}`, text: piece }));
    return { names: pieces.map(({ name }) => name), sha256: createHash('sha256').update(text).digest('hex'), pieces };
  };
  const [first, second] = [packed(values[0]), packed(values[1])];
  await store.writeBlobs([...first.pieces, ...second.pieces]);
  return [first, second];
}

/** The value behind the names; null where a piece is gone. Throws `StoreError` where it is damaged. */
export async function readPacked(store: Store, names: readonly string[]): Promise<unknown> {
  if (names.length === 0) return null;
  const texts = await store.readBlobs(names);
  return texts.some((text) => text === null) ? null : unpack(texts.join(''));
}

/** What earlier runs remembered: empty if none has stored anything yet, null if a piece is gone from the store. Throws `StoreError`. */
export async function readMemory(store: Store, head: Pick<Head, 'memoryBlobs'> | null): Promise<Memory | null> {
  if (head === null || head.memoryBlobs.length === 0) return EMPTY_MEMORY;
  // Proof: only a check writes these blobs, and the schema number of the head covers their shape.
  return (await readPacked(store, head.memoryBlobs)) as Memory | null;
}

/** What the last check recorded for the page; null if there is none, or a piece is gone from the store. Throws `StoreError`. */
export async function readView(store: Store, head: Pick<Head, 'viewBlobs'> | null): Promise<RecordedView | null> {
  // Proof: as for the memory.
  return head && ((await readPacked(store, head.viewBlobs)) as RecordedView | null);
}

export type Recorded = { readonly head: Head | null; readonly view: RecordedView | null };

/** The head with what the last check recorded for the page. Throws `StoreError`. */
export async function readRecorded(store: Store): Promise<Recorded> {
  const { head } = await store.readHead();
  return { head, view: await readView(store, head) };
}
