import { createHash } from 'node:crypto';
import type { ClusterRow, RecordedView } from '../../domain/findings/recorded-view.ts';
import type { Head } from '../../domain/incidents/head.ts';
import { EMPTY_MEMORY, type Memory, type ProjectMemory } from '../../domain/memory/memory.ts';
import { partGone, type PartNames, partsIn, piecesOf, textsOf } from './blob-parts.ts';
import type { Blob } from './blobs.ts';
import { memoryInParts, memoryJoined, type MemoryIndex, readPart, type StoredPart, storedPart } from './memory-parts.ts';
import { keepUnpacked, pack, unpack } from '../pack.ts';
import type { Store } from '../store.ts';
import { partsWith, type ViewIndex, viewInParts, viewJoined } from './view-parts.ts';

/** Where a packed value is: the names of its pieces, in order, and the SHA-256 in hex of its packed texts, joined in that order. */
export type Packed = { readonly names: readonly string[]; readonly sha256: string };

/** Every check packs all of it anew: level 1 takes less than half of the time of level 6, for a quarter more text. */
const LEVEL = 1;

/**
 * Writes both in parts, each packed alone, under new names (blob-parts.ts). Rows stay in the order that they come in: those read together should lie together.
 * No part is kept from the check before: each has times of this check.
 */
export async function writePacked(
  store: Store,
  runId: string,
  [memory, view]: readonly [Memory, RecordedView],
): Promise<readonly [Packed, Packed]> {
  const [ofMemory, ofView] = [memoryInParts(memory), viewInParts(view)];
  const partsOfMemory = ofMemory.parts.map((part) => pack(storedPart(part), LEVEL));
  const first = piecesOf(runId, 'memory', [pack(ofMemory.index, LEVEL), ...partsOfMemory]);
  const second = piecesOf(runId, 'view', [pack(ofView.index, LEVEL), ...ofView.parts.map((part) => pack(part, LEVEL))]);
  await store.writeBlobs([...first, ...second]);
  return [packedAs(first), packedAs(second)];
}

function packedAs(pieces: readonly Blob[]): Packed {
  const hash = createHash('sha256');
  for (const { text } of pieces) hash.update(text);
  return { names: pieces.map(({ name }) => name), sha256: hash.digest('hex') };
}

/** The value behind the names of one text's pieces; null where a piece is gone. Throws `StoreError` where it is damaged. */
export async function readPacked(store: Store, names: readonly string[]): Promise<unknown> {
  if (names.length === 0) return null;
  const texts = await store.readBlobs(names);
  return texts.some((text) => text === null) ? null : unpack(texts.join(''));
}

/** What earlier runs remembered: empty if none has stored anything yet, null if a piece is gone from the store. Throws `StoreError`. */
export async function readMemory(store: Store, head: Pick<Head, 'memoryBlobs'> | null): Promise<Memory | null> {
  if (head === null || head.memoryBlobs.length === 0) return EMPTY_MEMORY;
  const parts = partsIn(head.memoryBlobs);
  // Proof: only a check writes these blobs, and the schema number of the head covers their shape.
  if (parts === null) return (await readPacked(store, head.memoryBlobs)) as Memory | null;
  const texts = textsOf(parts, await store.readBlobs(head.memoryBlobs));
  if (texts.includes(null)) return null;
  const [index = '', ...rest] = texts;
  // Proof: as above.
  const read = rest.map((text) => readPart(unpack(text ?? '') as StoredPart));
  return memoryJoined(unpack(index ?? '') as MemoryIndex, read); // Proof: as above.
}

const MEMORY = 'what earlier checks remembered';
const VIEW = 'what the last check recorded';

/** As `readMemory`, for what would be false without it. Throws `StoreError`, also where a piece is gone from the store. */
export async function readWholeMemory(store: Store, head: Pick<Head, 'memoryBlobs'> | null): Promise<Memory> {
  const memory = await readMemory(store, head);
  if (memory === null) throw partGone(MEMORY, null);
  return memory;
}

/**
 * What earlier runs remembered of one project: two store commands, and two small pieces of memory. Null if no check has seen that project. Throws
 * `StoreError`, also where its part is gone from the store.
 */
export async function readProjectMemory(
  store: Store,
  head: Pick<Head, 'memoryBlobs'> | null,
  projectId: string,
): Promise<ProjectMemory | null> {
  if (head === null || head.memoryBlobs.length === 0) return null;
  const parts = partsIn(head.memoryBlobs);
  if (parts === null) return (await readWholeMemory(store, head)).projects[projectId] ?? null;
  const [index] = (await readParts(store, { what: MEMORY, parts, wanted: [0] })) as [MemoryIndex]; // Proof: as in `readMemory`.
  const place = Object.hasOwn(index.parts, projectId) ? index.parts[projectId] : undefined;
  if (place === undefined) return null;
  // Proof: as in `readMemory`.
  const [part] = (await readParts(store, { what: MEMORY, parts, wanted: [place], choice: 'request' })) as [StoredPart];
  return readPart(part)[projectId] ?? null;
}

/** What the last check recorded for the page, whole; null if there is none. Throws `StoreError`, also where a part is gone. */
export async function readView(store: Store, head: Pick<Head, 'viewBlobs'> | null): Promise<RecordedView | null> {
  if (head === null || head.viewBlobs.length === 0) return null;
  const parts = partsIn(head.viewBlobs);
  if (parts === null) return readOldView(store, head.viewBlobs);
  const [index, ...rest] = await readParts(store, { what: VIEW, parts, wanted: parts.map(({ part }) => part) });
  return viewJoined(index as ViewIndex, rest as ClusterRow[][]); // Proof: as in `readMemory`.
}

export type Recorded = { readonly head: Head | null; readonly view: RecordedView | null };

/** The head with all that the last check recorded for the page. Throws `StoreError`. */
export async function readRecorded(store: Store): Promise<Recorded> {
  const { head } = await store.readHead();
  return { head, view: await readView(store, head) };
}

/** What the last check recorded of every cluster in short, and what leads to the rows of some. */
export type IndexedView = {
  readonly index: ViewIndex;
  /** The rows of these clusters, in any order: one store command more. Throws `StoreError` where one is gone. */
  readonly rowsOf: (clusterIds: ReadonlySet<string>) => Promise<readonly ClusterRow[]>;
};

/** A page reads the index, and the first rows, at every request: at 6,250 clusters they take 20 ms to unpack (docs/measurements.md). */
const unpackIndex = keepUnpacked(1);
const unpackRows = keepUnpacked(8);

/** The index of the view alone: one store command. Null if there is none. Throws `StoreError`. */
export async function readIndex(store: Store, head: Pick<Head, 'viewBlobs'> | null): Promise<IndexedView | null> {
  if (head === null || head.viewBlobs.length === 0) return null;
  const parts = partsIn(head.viewBlobs);
  if (parts === null) {
    const view = await readOldView(store, head.viewBlobs);
    return { index: viewInParts(view).index, rowsOf: async (ids) => view.clusters.filter(({ clusterId }) => ids.has(clusterId)) };
  }
  const [index] = (await readParts(store, { what: VIEW, parts, wanted: [0], how: unpackIndex })) as [ViewIndex]; // Proof: as in `readMemory`.
  return {
    index,
    rowsOf: async (ids) => {
      // Proof: as in `readMemory`.
      const found = (await readParts(store, {
        what: VIEW,
        parts,
        wanted: partsWith(index, ids),
        choice: 'request',
        how: unpackRows,
      })) as ClusterRow[][];
      return found.flat().filter(({ clusterId }) => ids.has(clusterId));
    },
  };
}

/** An earlier version wrote the view as one value. */
async function readOldView(store: Store, names: readonly string[]): Promise<RecordedView> {
  const view = await readPacked(store, names);
  if (view === null) throw partGone(VIEW, null);
  return view as RecordedView; // Proof: as in `readMemory`.
}

type PartsRequest = {
  readonly what: string;
  readonly parts: readonly PartNames[];
  readonly wanted: readonly number[];
  /** A request chose them. */
  readonly choice?: 'request';
  readonly how?: (text: string) => unknown;
};

/** The values of the wanted parts, in one store command. Throws `StoreError` where one is gone: what is left must not pass for all there is. */
async function readParts(store: Store, { what, parts, wanted, choice, how = unpack }: PartsRequest): Promise<readonly unknown[]> {
  const byNumber = new Map(parts.map((one) => [one.part, one]));
  const found = wanted.map((part) => byNumber.get(part) ?? { part, names: [] });
  const names = found.flatMap((one) => one.names);
  const all = choice && parts.flatMap((one) => (one.part === 0 ? [] : one.names));
  const texts = textsOf(found, names.length === 0 ? [] : await store.readBlobs(names, all));
  return texts.map((text, place) => {
    if (text === null || text === '') throw partGone(what, { part: wanted[place] ?? 0, of: parts.length - 1 });
    return how(text);
  });
}
