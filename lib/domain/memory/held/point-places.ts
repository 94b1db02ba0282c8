import type { Snapshot } from '../../facts/facts.ts';
import { countPacked, hasIdAt, keyAt, keyOf, packedAt, POINT_LENGTH } from './packed-points.ts';

/** Where a snapshot is that the packed points lack. */
export const NOWHERE = -1;

type Places = {
  /** Of each snapshot of the list: where its point begins in the packed text, or `NOWHERE`. */
  readonly places: readonly number[];
  /** The packed points at which no snapshot of the list was found; one that the text has twice may be among them. */
  readonly unseen: readonly string[];
};

/** So many snapshots are searched for in the text; an index of all points, which makes the work for many proportional, costs more than that. */
const SEARCHED = 8;

/**
 * Where the snapshots of a list are among packed points. A list is mostly in the order of the one before, so each snapshot is looked for behind the one
 * before it first.
 */
export function placesOf(list: readonly Snapshot[], packed: string): Places {
  const seen = new Uint8Array(countPacked(packed));
  let index: ReadonlyMap<string, number> | undefined;
  let [next, searched] = [0, 0];
  const elsewhere = (key: string | null): number => {
    if (key === null) return NOWHERE;
    searched += 1;
    return searched <= SEARCHED ? placeOf(packed, key) : ((index ??= placesIn(packed)).get(key) ?? NOWHERE);
  };
  const places = list.map(({ id }) => {
    const place = hasIdAt(packed, next, id) ? next : elsewhere(keyOf(id));
    if (place === NOWHERE) return place;
    seen[place / POINT_LENGTH] = 1;
    next = place + POINT_LENGTH;
    return place;
  });
  return { places, unseen: unseenIn(packed, seen) };
}

function unseenIn(packed: string, seen: Uint8Array): readonly string[] {
  const unseen: string[] = [];
  for (let at = seen.indexOf(0); at >= 0; at = seen.indexOf(0, at + 1)) unseen.push(packedAt(packed, at * POINT_LENGTH));
  return unseen;
}

/** Where the point of the key begins. The key may also be found across two points, where it means nothing. */
function placeOf(packed: string, key: string): number {
  let place = packed.indexOf(key);
  while (place >= 0 && place % POINT_LENGTH !== 0) place = packed.indexOf(key, place + 1);
  return place >= 0 ? place : NOWHERE;
}

/** Where the point of each key begins. */
function placesIn(packed: string): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (let place = 0; place < packed.length; place += POINT_LENGTH) places.set(keyAt(packed, place), place);
  return places;
}
