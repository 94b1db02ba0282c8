import type { PolicyItem } from '../../facts/facts.ts';
import { type Instant, MINUTE } from '../../time.ts';
import { fromDigits } from '../held/packed-points.ts';
import type { RecoveryPoint } from '../held/recovery-points.ts';
import { DigitWriter } from './digit-writer.ts';
import { COPIES_KNOWN, GONE, keptMinutes, KIND, KINDS, minuteOf, MOST_MINUTES, regionsOf, traitsOf } from './point-fields.ts';
import { bytesOf, sizeCode } from './size-code.ts';

/** A recovery point as memory keeps it for the page: its times in whole minutes, its size to a hundredth of a percent. */
export type ListedPoint = {
  readonly createdAt: Instant;
  /** Null if Atlas told none. */
  readonly expiresAt: Instant | null;
  /** Null if Atlas told none. */
  readonly kind: PolicyItem['frequency'] | null;
  readonly sizeBytes: number | null;
  /** The regions that hold a copy; null if Atlas does not say. */
  readonly copies: readonly string[] | null;
  /** False for one that no list has any more: its size is kept for comparison. */
  readonly listed: boolean;
};

/** Packed points, oldest first, and the names of the regions that they are copied to. */
export type PackedListing = { readonly text: string; readonly regions: readonly string[] };

export const NOTHING_LISTED: PackedListing = { text: '', regions: [] };

/**
 * In base64: creation, in minutes before the next point, of the newest since 1970 (5 characters: what repeats packs well); expiry, in minutes after it (4);
 * size (3); traits (2).
 */
const LENGTH = 14;
/** A list of more is kept without its oldest points. */
const MOST = 1_000;
/** Of points that are no longer listed, those are kept that are among so many newest. */
export const SIZES_KEPT = 60;
/** The last result for each list object. Most lists are the same object from run to run, and folding one again changes nothing. */
const folded = new WeakMap<readonly RecoveryPoint[], PackedListing>();

/**
 * Pure: packs the points of a list, oldest first. Points of `before` that the list lacks are kept if their size is known and they are among the 60 newest
 * of all. Returns the same object if nothing changes except that points expire.
 */
export function foldListing(before: PackedListing, points: readonly RecoveryPoint[], now: Instant): PackedListing {
  const earlier = folded.get(points);
  if (earlier !== undefined && isSame(earlier, before)) return before;
  const recent = points.length > MOST ? points.slice(-MOST) : points;
  if (hasOnly(before, recent, now)) return before;
  const regions = regionsOf(recent);
  const next = { text: merged(before.text, recent, regions), regions };
  const result = isSame(next, before) ? before : next;
  folded.set(points, result);
  return result;
}

function isSame(one: PackedListing, other: PackedListing): boolean {
  return one.text === other.text && (one.regions === other.regions || one.regions.join() === other.regions.join());
}

/** Packs nothing, since most lists have the points of the list before: a snapshot that begins makes another list, too, and so does one that expires. */
function hasOnly({ text, regions }: PackedListing, points: readonly RecoveryPoint[], now: Instant): boolean {
  let at = text.length - LENGTH;
  let earlier = newestMinute(text);
  for (let index = points.length - 1; index >= -1; index -= 1) {
    const point = points[index];
    const minute = point === undefined ? -1 : minuteOf(point);
    while (earlier > minute) {
      if (isListedAt(text, at, { minute: earlier, now })) return false;
      earlier = olderMinute(text, at, earlier);
      at -= LENGTH;
    }
    if (point === undefined) break;
    if (earlier !== minute || !isAt(text, at, point, regions)) return false;
    earlier = olderMinute(text, at, earlier);
    at -= LENGTH;
  }
  return text !== '';
}

function isAt(text: string, at: number, point: RecoveryPoint, regions: readonly string[]): boolean {
  if (point.copyRegions?.some((region) => !regions.includes(region))) return false;
  const same = fromDigits(text, at + 12, at + LENGTH) === traitsOf(point, regions);
  return same && fromDigits(text, at + 5, at + 9) === keptMinutes(point) && fromDigits(text, at + 9, at + 12) === sizeCode(point.sizeBytes);
}

function isListedAt(text: string, at: number, { minute, now }: { readonly minute: number; readonly now: Instant }): boolean {
  if (fromDigits(text, at + 12, at + LENGTH) >= GONE) return false;
  const kept = fromDigits(text, at + 5, at + 9);
  return kept === MOST_MINUTES || (minute + kept) * MINUTE > now;
}

const writer = new DigitWriter();

/**
 * Merges both, which are in order of time, from the newest on, since a point that is gone is kept only while few are newer. If a listed point and one that is
 * gone share a minute, only the listed one is kept.
 */
function merged(before: string, points: readonly RecoveryPoint[], regions: readonly string[]): string {
  writer.begin((points.length + SIZES_KEPT) * LENGTH);
  let [at, earlier] = [before.length - LENGTH, newestMinute(before)];
  let [written, newer] = [0, -1];
  for (let index = points.length - 1; index >= -1; index -= 1) {
    const point = points[index];
    const minute = point === undefined ? 0 : minuteOf(point);
    while (earlier >= minute) {
      if ((earlier > minute || point === undefined) && written < SIZES_KEPT && writeGone(before, at)) {
        writeMinute(earlier, newer);
        [written, newer] = [written + 1, earlier];
      }
      earlier = olderMinute(before, at, earlier);
      at -= LENGTH;
    }
    if (point === undefined) break;
    writePoint(point, regions);
    writeMinute(minute, newer);
    [written, newer] = [written + 1, minute];
  }
  return writer.text();
}

/** Before the fields that follow it. */
function writeMinute(minute: number, newer: number): void {
  writer.write(newer < 0 ? minute : newer - minute, 5);
}

/** All but the time of a point that is gone, if its size is known. */
function writeGone(before: string, at: number): boolean {
  if (fromDigits(before, at + 9, at + 12) === 0) return false;
  // Copies of what is gone are nobody's concern, and the regions of the next list may have other bits.
  writer.write(GONE + (fromDigits(before, at + 12, at + LENGTH) & (7 * KIND)), 2);
  writer.copy(before, at + 5, 7);
  return true;
}

function writePoint(point: RecoveryPoint, regions: readonly string[]): void {
  writer.write(traitsOf(point, regions), 2);
  writer.write(sizeCode(point.sizeBytes), 3);
  writer.write(keptMinutes(point), 4);
}

/** −1 if there is no point. */
function newestMinute(text: string): number {
  return text === '' ? -1 : fromDigits(text, text.length - LENGTH, text.length - LENGTH + 5);
}

/** Of the point before the one at that place; −1 before the first point. */
function olderMinute(text: string, at: number, minute: number): number {
  return at < LENGTH ? -1 : minute - fromDigits(text, at - LENGTH, at - LENGTH + 5);
}

/** Pure: the points, oldest first, those that are gone among them. */
export function unpackListing({ text, regions }: PackedListing): readonly ListedPoint[] {
  const points: ListedPoint[] = [];
  let minute = newestMinute(text);
  for (let at = text.length - LENGTH; at >= 0; at -= LENGTH) {
    points.push(pointAt(text, at, { minute, regions }));
    minute = olderMinute(text, at, minute);
  }
  return points.toReversed();
}

type Beside = { readonly minute: number; readonly regions: readonly string[] };

function pointAt(text: string, at: number, { minute, regions }: Beside): ListedPoint {
  const kept = fromDigits(text, at + 5, at + 9);
  const traits = fromDigits(text, at + 12, at + LENGTH);
  return {
    createdAt: minute * MINUTE,
    expiresAt: kept === MOST_MINUTES ? null : (minute + kept) * MINUTE,
    kind: KINDS[Math.floor(traits / KIND) & 7] ?? null,
    sizeBytes: bytesOf(fromDigits(text, at + 9, at + 12)),
    copies: (traits & COPIES_KNOWN) === 0 ? null : regions.filter((_, index) => ((traits >> index) & 1) === 1),
    listed: traits < GONE,
  };
}
