import type { Blob } from './blobs.ts';
import { cut } from '../pack.ts';
import { StoreError } from '../store.ts';

/** A part's number, and the names of its pieces, in order. */
export type PartNames = { readonly part: number; readonly names: readonly string[] };

/** `run/{id}/{memory|view}/{part}/{piece}`; part 0 is the index. */
const IN_PARTS = /^run\/.+\/(?:memory|view)\/(\d+)\/\d+$/;

/** The pieces of packed parts, each part small enough to be read alone; the first of `texts` is the index. */
export function piecesOf(runId: string, what: 'memory' | 'view', texts: readonly string[]): readonly Blob[] {
  return texts.flatMap((text, part) => cut(text).map((piece, index) => ({ name: `run/${runId}/${what}/${part}/${index}`, text: piece })));
}

/** The names by part, in order; null where an earlier version wrote one value, cut into pieces of no meaning. */
export function partsIn(names: readonly string[]): readonly PartNames[] | null {
  const grouped = Map.groupBy(names, (name) => IN_PARTS.exec(name)?.[1] ?? null);
  if (grouped.has(null)) return null;
  return [...grouped].map(([part, pieces]) => ({ part: Number(part), names: pieces }));
}

/** The texts of parts, in their order; null for a part of which a piece is gone. */
export function textsOf(parts: readonly PartNames[], texts: readonly (string | null)[]): readonly (string | null)[] {
  let place = 0;
  return parts.map(({ names }) => {
    const pieces = texts.slice(place, (place += names.length));
    return pieces.some((piece) => piece === null) ? null : pieces.join('');
  });
}

/** The error for what the head names and the store has no more. `place`: null for a value without parts. */
export function partGone(what: string, place: { readonly part: number; readonly of: number } | null): StoreError {
  const named = place === null ? 'a piece of it' : place.part === 0 ? 'its index' : `part ${place.part} of ${place.of}`;
  return new StoreError(`read ${what}: ${named} is gone from the store; the next check writes all of it anew`);
}
