import type { Snapshot } from '../../facts/facts.ts';
import { DAY, type Duration, HOUR, type Instant } from '../../time.ts';
import type { HeldPoints, Loss } from './held-points.ts';
import {
  eachPacked,
  expiryAt,
  hasIdAt,
  keyAt,
  keyOf,
  packedAt,
  type PackedPoint,
  packPoint,
  POINT_LENGTH,
  staysAt,
  unpackPoint,
  withExpiryOf,
} from './packed-points.ts';
import { NOWHERE, placesOf } from './point-places.ts';
import { type CompletedSnapshot, counts } from './recovery-points.ts';

/** A point whose expiry, as last told, lay at most so far ahead may have expired by itself (docs/contract.md, clause 10). */
export const MAY_EXPIRE_WITHIN: Duration = 12 * HOUR;
/** An expiry that is brought forward by at most so much is no shortening: Atlas recomputes expiries (docs/contract.md, clause 10). */
export const SHORTENED_BY_MORE_THAN: Duration = DAY;

/** The recovery points of a list that have not expired, packed, in the order of the list. */
export function pointsIn(list: readonly Snapshot[], now: Instant): string {
  const packed: string[] = [];
  for (const snapshot of list) if (isPoint(snapshot, now)) packed.push(packPoint(snapshot));
  return packed.join('');
}

function isPoint(snapshot: Snapshot, now: Instant): snapshot is CompletedSnapshot {
  return counts(snapshot) && (snapshot.expiresAt === null || snapshot.expiresAt > now);
}

/**
 * The packed points that a list was found to have just so, until the first of them expires. Reading a run and folding it ask the same; what stays the same
 * list from run to run is compared once.
 */
const sameAs = new WeakMap<readonly Snapshot[], { readonly held: string; readonly from: Instant; readonly until: Instant }>();

/** Pure: does a list have just the points that were held before, in the same order and each as it was? Packs nothing, since most checks find that. */
export function hasOnly(held: string, list: readonly Snapshot[], now: Instant): boolean {
  const found = sameAs.get(list);
  if (found !== undefined && found.from <= now && now < found.until && found.held === held) return true;
  let [place, until] = [0, Number.POSITIVE_INFINITY];
  for (const snapshot of list) {
    if (!isPoint(snapshot, now)) continue;
    if (hasIdAt(held, place, snapshot.id) && staysAt(held, place, snapshot)) place += POINT_LENGTH;
    else if (keyOf(snapshot.id) !== null) return false;
    if (snapshot.expiresAt !== null && snapshot.expiresAt < until) until = snapshot.expiresAt;
  }
  if (place !== held.length) return false;
  sameAs.set(list, { held, from: now, until });
  return true;
}

type Listed = {
  readonly list: readonly Snapshot[];
  /** Ids of snapshots that the list lacks and Atlas, asked for each, says do not exist. */
  readonly gone: readonly string[];
  readonly now: Instant;
  readonly complete: boolean;
};

/** Packed points: those that are held now (one text), those that the list lacks but that may exist, those that are lost, and those held whose expiry was shortened. */
export type ListComparison = {
  readonly kept: string;
  readonly lacked: readonly string[];
  readonly lost: readonly string[];
  readonly shortened: readonly string[];
};

/** Pure: what became of the points that were held before, by one list. */
export function comparedWith(before: HeldPoints, { list, gone, now, complete }: Listed): ListComparison {
  const { places, unseen } = placesOf(list, before.points);
  const [kept, shortened] = [[] as string[], [] as string[]];
  // Where the points begin and end that stay as they are and have not been kept yet: one text for all that follow one another.
  let [from, to] = [0, 0];
  for (const [index, snapshot] of list.entries()) {
    const place = places[index] ?? NOWHERE;
    const stays = place !== NOWHERE && isPoint(snapshot, now) && staysAt(before.points, place, snapshot);
    if (stays && place === to) to += POINT_LENGTH;
    else {
      kept.push(before.points.slice(from, to));
      [from, to] = stays ? [place, place + POINT_LENGTH] : [0, 0];
      if (stays) continue;
      const earlier = place === NOWHERE ? undefined : packedAt(before.points, place);
      kept.push(nowHeld(snapshot, earlier, now));
      if (earlier !== undefined && isShortened(earlier, snapshot)) shortened.push(earlier);
    }
  }
  kept.push(before.points.slice(from, to));
  const [lacked, lost] = [[] as string[], [] as string[]];
  const lackedBefore = keysOf(before.lacked?.points ?? '');
  const denied = new Set(gone.map((id) => keyOf(id)));
  for (const point of goneTooEarly(unseen, { list, lackedBefore, now })) {
    const key = keyAt(point);
    (denied.has(key) || (complete && lackedBefore.has(key)) ? lost : lacked).push(point);
  }
  return { kept: kept.join(''), lacked, lost, shortened };
}

function keysOf(packed: string): ReadonlySet<string> {
  return new Set(eachPacked(packed).map((point) => keyAt(point)));
}

type Lacking = { readonly list: readonly Snapshot[]; readonly lackedBefore: ReadonlySet<string>; readonly now: Instant };

/** Those of the unseen points that the list lacks, and that should be there or were lacked before; each once. */
function goneTooEarly(unseen: readonly string[], { list, lackedBefore, now }: Lacking): readonly string[] {
  const early = unseen.filter((point) => lackedBefore.has(keyAt(point)) || isTooEarly(point, now));
  if (early.length === 0) return early;
  const listed = new Set(list.map(({ id }) => keyOf(id)));
  const byKey = new Map(early.map((point) => [keyAt(point), point]));
  return [...byKey.values()].filter((point) => !listed.has(keyAt(point)));
}

/** The listed snapshot as it is held from now on; the empty text if it is no recovery point. */
function nowHeld(snapshot: Snapshot, earlier: string | undefined, now: Instant): string {
  // An entry that lacks its status, type or time tells nothing new of a point that is known.
  if (!counts(snapshot)) return snapshot.status === null || snapshot.status === 'completed' ? (earlier ?? '') : '';
  if (snapshot.expiresAt !== null && snapshot.expiresAt <= now) return '';
  const point = packPoint(snapshot);
  return snapshot.expiresAt === null && earlier !== undefined ? withExpiryOf(point, earlier) : point;
}

function isShortened(earlier: string, { status, expiresAt }: Snapshot): boolean {
  if (status !== 'completed' || expiresAt === null) return false;
  const before = expiryAt(earlier);
  // In whole seconds, as expiries are held.
  return before !== null && before - Math.floor(expiresAt / 1_000) * 1_000 > SHORTENED_BY_MORE_THAN;
}

/** Did the expiry as last told lie so far ahead that the point cannot have expired by itself? An expiry that Atlas never told proves nothing. */
function isTooEarly(point: string, now: Instant): boolean {
  const expiresAt = expiryAt(point);
  return expiresAt !== null && expiresAt - now > MAY_EXPIRE_WITHIN;
}

/**
 * Pure: the ids of the points that the list lacks for the first time although they should be there. Whether each exists decides at once whether it is
 * lost; without an answer the next list decides.
 */
export function missingPoints({ points, lacked }: HeldPoints, list: readonly Snapshot[], now: Instant): readonly string[] {
  if (hasOnly(points, list, now)) return [];
  const lackedBefore = keysOf(lacked?.points ?? '');
  return goneTooEarly(placesOf(list, points).unseen, { list, lackedBefore, now }).flatMap((point) =>
    lackedBefore.has(keyAt(point)) ? [] : [unpackPoint(point).id],
  );
}

type Context = { readonly before: HeldPoints; readonly now: Instant; readonly most: number };

/** What one check found; null if nothing was lost or shortened. */
export function lossOf({ lost, shortened }: Pick<ListComparison, 'lost' | 'shortened'>, { before, now, most }: Context): Loss | null {
  if (lost.length + shortened.length === 0) return null;
  const [gone, shorter] = [lost.map(unpackPoint), shortened.map(unpackPoint)];
  const times = [...gone, ...shorter].map(({ createdAt }) => createdAt);
  const wereLacked = lost.some((point) => before.lacked?.points.includes(point));
  return {
    at: now,
    after: wereLacked ? (before.lacked?.readAt ?? before.readAt) : before.readAt,
    scheduled: countOf(gone, false),
    onDemand: countOf(gone, true),
    shortened: countOf(shorter, false),
    shortenedOnDemand: countOf(shorter, true),
    most,
    oldest: times.reduce((least, at) => Math.min(least, at)),
    newest: times.reduce((latest, at) => Math.max(latest, at)),
  };
}

function countOf(points: readonly PackedPoint[], onDemand: boolean): number {
  return points.filter((point) => point.onDemand === onDemand).length;
}
