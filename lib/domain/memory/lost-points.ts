import type { Snapshot } from '../facts/facts.ts';
import { DAY, type Duration, HOUR, type Instant } from '../time.ts';
import type { HeldPoints, Loss } from './held-points.ts';
import { eachPacked, keyAt, keyOf, type PackedPoint, packPoint, unpackPoint, withExpiryOf } from './packed-points.ts';
import { counts } from './recovery-points.ts';

/** A point whose expiry, as last told, lay at most so far ahead may have expired by itself (docs/contract.md, clause 10). */
export const MAY_EXPIRE_WITHIN: Duration = 12 * HOUR;
/** An expiry that is brought forward by at most so much is no shortening: Atlas recomputes expiries (docs/contract.md, clause 10). */
export const SHORTENED_BY_MORE_THAN: Duration = DAY;

/** The recovery points of a list that have not expired, packed, in the order of the list. */
export function pointsIn(list: readonly Snapshot[], now: Instant): string {
  const packed: string[] = [];
  for (const snapshot of list)
    if (counts(snapshot) && (snapshot.expiresAt === null || snapshot.expiresAt > now)) packed.push(packPoint(snapshot));
  return packed.join('');
}

type Listed = {
  readonly list: readonly Snapshot[];
  /** Ids of snapshots that the list lacks and Atlas, asked for each, says do not exist. */
  readonly gone: readonly string[];
  readonly now: Instant;
  readonly complete: boolean;
};

/** Packed points: those that are held now, those that the list lacks but that may exist, those that are lost, and those held whose expiry was shortened. */
export type Fates = {
  readonly kept: readonly string[];
  readonly lacked: readonly string[];
  readonly lost: readonly string[];
  readonly shortened: readonly string[];
};

/** Pure: what became of the points that were held before, by one list. */
export function comparedWith(before: HeldPoints, { list, gone, now, complete }: Listed): Fates {
  const held = keyed(before.points);
  const lackedBefore = keyed(before.lacked?.points ?? '');
  const denied = new Set(gone.map((id) => keyOf(id)));
  const [listed, kept, shortened] = [new Set<string>(), [] as string[], [] as string[]];
  for (const snapshot of list) {
    const key = keyOf(snapshot.id);
    if (key === null) continue;
    listed.add(key);
    const earlier = held.get(key);
    const point = nowHeld(snapshot, earlier, now);
    if (point !== '') kept.push(point);
    if (earlier !== undefined && point !== earlier && isShortened(earlier, snapshot)) shortened.push(earlier);
  }
  const [lacked, lost] = [[] as string[], [] as string[]];
  for (const [key, point] of held) {
    if (listed.has(key) || (!lackedBefore.has(key) && !isTooEarly(point, now))) continue;
    (denied.has(key) || (complete && lackedBefore.has(key)) ? lost : lacked).push(point);
  }
  return { kept, lacked, lost, shortened };
}

function keyed(packed: string): ReadonlyMap<string, string> {
  return new Map(eachPacked(packed).map((point) => [keyAt(point), point]));
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
  const before = unpackPoint(earlier).expiresAt;
  // In whole seconds, as expiries are held.
  return before !== null && before - Math.floor(expiresAt / 1_000) * 1_000 > SHORTENED_BY_MORE_THAN;
}

/** Did the expiry as last told lie so far ahead that the point cannot have expired by itself? An expiry that Atlas never told proves nothing. */
function isTooEarly(point: string, now: Instant): boolean {
  const { expiresAt } = unpackPoint(point);
  return expiresAt !== null && expiresAt - now > MAY_EXPIRE_WITHIN;
}

/**
 * Pure: the ids of the points that the list lacks for the first time although they should be there. Whether each exists decides at once whether it is
 * lost; without an answer the next list decides.
 */
export function missingPoints({ points, lacked }: HeldPoints, list: readonly Snapshot[], now: Instant): readonly string[] {
  if (points === pointsIn(list, now)) return [];
  const listed = new Set(list.map(({ id }) => keyOf(id)));
  const lackedBefore = keyed(lacked?.points ?? '');
  return eachPacked(points).flatMap((point) => {
    const key = keyAt(point);
    return listed.has(key) || lackedBefore.has(key) || !isTooEarly(point, now) ? [] : [unpackPoint(point).id];
  });
}

type Context = { readonly before: HeldPoints; readonly now: Instant; readonly most: number };

/** What one check found; null if nothing was lost or shortened. */
export function lossOf({ lost, shortened }: Pick<Fates, 'lost' | 'shortened'>, { before, now, most }: Context): Loss | null {
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
