import type { Snapshot } from '../facts/facts.ts';
import { countPacked, eachPacked, hasIdAt, keyAt, keyOf, POINT_LENGTH } from './packed-points.ts';

/** Where a snapshot is that the packed points lack. */
export const NOWHERE = -1;

type Places = {
  /** Of each snapshot of the list: where its point begins in the packed text, or `NOWHERE`. */
  readonly places: readonly number[];
  /** The packed points at which no snapshot of the list was found; one that the text has twice may be among them. */
  readonly unseen: readonly string[];
};

/**
 * Where the snapshots of a list are among packed points. A list is mostly in the order of the one before, so each snapshot is looked for behind the one
 * before it first; an index of all points is made where that fails.
 */
export function placesOf(list: readonly Snapshot[], packed: string): Places {
  const seen = new Uint8Array(countPacked(packed));
  let index: ReadonlyMap<string, number> | undefined;
  let next = 0;
  const places = list.map(({ id }) => {
    const place = hasIdAt(packed, next, id) ? next : ((index ??= placesIn(packed)).get(keyOf(id) ?? '') ?? NOWHERE);
    if (place === NOWHERE) return place;
    seen[place / POINT_LENGTH] = 1;
    next = place + POINT_LENGTH;
    return place;
  });
  return { places, unseen: seen.includes(0) ? eachPacked(packed).filter((_, at) => seen[at] === 0) : [] };
}

/** Where the point of each key begins. */
function placesIn(packed: string): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (let place = 0; place < packed.length; place += POINT_LENGTH) places.set(keyAt(packed, place), place);
  return places;
}
