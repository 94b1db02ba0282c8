import type { PolicyItem } from '../../facts/facts.ts';
import { type Instant, MINUTE } from '../../time.ts';
import { fromDigits } from '../held/packed-points.ts';
import type { RecoveryPoint } from '../recovery-points.ts';
import { DigitWriter } from './digit-writer.ts';
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

export const KINDS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly', 'ondemand'] as const satisfies readonly PolicyItem['frequency'][];

/** In base64: creation, in minutes since 1970 (5 characters); expiry, in minutes after it (4); size (3); traits (2). */
const LENGTH = 14;
/** A list of more is kept without its oldest points. */
const MOST = 1_000;
/** Of points that are no longer listed, those are kept that are among so many newest. */
export const SIZES_KEPT = 60;
const MOST_MINUTES = 2 ** 24 - 1;
/** Traits: seven bits of regions, then three of kind, then these two. */
const MOST_REGIONS = 7;
const KIND = 2 ** MOST_REGIONS;
const COPIES_KNOWN = 2 ** 10;
const GONE = 2 ** 11;

/** What a list was folded to last; folded into that once more it adds nothing. A list stays the same object from run to run where nothing changes. */
const folded = new WeakMap<readonly RecoveryPoint[], PackedListing>();

/**
 * Pure: the points of a list, oldest first, and of those before that it lacks the ones whose size is known and that are among the 60 newest of all. The
 * same object if nothing changes but that points expire.
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
  const newest = points.at(-1);
  if (newest === undefined || minuteAt(text, text.length - LENGTH) !== minuteOf(newest)) return false;
  let at = 0;
  for (const point of points) {
    const minute = minuteOf(point);
    while (at < text.length && minuteAt(text, at) < minute) {
      if (isListedAt(text, at, now)) return false;
      at += LENGTH;
    }
    if (minuteAt(text, at) !== minute || !isAt(text, at, point, regions)) return false;
    at += LENGTH;
  }
  return at === text.length;
}

function isAt(text: string, at: number, point: RecoveryPoint, regions: readonly string[]): boolean {
  if (point.copyRegions?.some((region) => !regions.includes(region))) return false;
  const same = fromDigits(text, at + 12, at + LENGTH) === traitsOf(point, regions);
  return same && fromDigits(text, at + 5, at + 9) === keptMinutes(point) && fromDigits(text, at + 9, at + 12) === sizeCode(point.sizeBytes);
}

function isListedAt(text: string, at: number, now: Instant): boolean {
  if (fromDigits(text, at + 12, at + LENGTH) >= GONE) return false;
  const kept = fromDigits(text, at + 5, at + 9);
  return kept === MOST_MINUTES || (minuteAt(text, at) + kept) * MINUTE > now;
}

const writer = new DigitWriter();

/**
 * The newest first, since what is gone is kept only while few are newer. Both are in the order of their times. A minute is not taken twice: where two points
 * are of one minute and one is gone, the other stands for both.
 */
function merged(before: string, points: readonly RecoveryPoint[], regions: readonly string[]): string {
  writer.begin((points.length + SIZES_KEPT) * LENGTH);
  let at = before.length - LENGTH;
  let [earlier, written] = [minuteAt(before, at), 0];
  for (let index = points.length - 1; index >= 0; index -= 1) {
    const point = points[index];
    if (point === undefined) break;
    const minute = minuteOf(point);
    while (earlier >= minute) {
      if (earlier > minute) written += goneFrom(before, at, written);
      at -= LENGTH;
      earlier = minuteAt(before, at);
    }
    writePoint(point, minute, regions);
    written += 1;
  }
  for (; at >= 0 && written < SIZES_KEPT; at -= LENGTH) written += goneFrom(before, at, written);
  return writer.text();
}

/** Writes a point that is gone if its size is known and it is among the newest; how many it has written. */
function goneFrom(before: string, at: number, written: number): number {
  if (written >= SIZES_KEPT || fromDigits(before, at + 9, at + 12) === 0) return 0;
  // Copies of what is gone are nobody's concern, and the regions of the next list may have other bits.
  writer.write(GONE + (fromDigits(before, at + 12, at + LENGTH) & (7 * KIND)), 2);
  writer.copy(before, at, LENGTH - 2);
  return 1;
}

function writePoint(point: RecoveryPoint, minute: number, regions: readonly string[]): void {
  writer.write(traitsOf(point, regions), 2);
  writer.write(sizeCode(point.sizeBytes), 3);
  writer.write(keptMinutes(point), 4);
  writer.write(minute, 5);
}

function keptMinutes({ createdAt, expiresAt }: RecoveryPoint): number {
  if (expiresAt === null) return MOST_MINUTES;
  return Math.min(MOST_MINUTES - 1, Math.max(0, Math.floor(expiresAt / MINUTE) - Math.floor(createdAt / MINUTE)));
}

function traitsOf({ type, frequency, copyRegions }: RecoveryPoint, regions: readonly string[]): number {
  const kind = type === 'onDemand' ? 'ondemand' : (frequency ?? null);
  let traits = (kind === null ? KINDS.length : KINDS.indexOf(kind)) * KIND + (copyRegions === null ? 0 : COPIES_KNOWN);
  if (regions.length === 0) return traits;
  for (const region of copyRegions ?? []) {
    const bit = regions.indexOf(region);
    if (bit >= 0) traits |= 1 << bit;
  }
  return traits;
}

const NO_REGIONS: readonly string[] = [];

function regionsOf(points: readonly RecoveryPoint[]): readonly string[] {
  let regions: Set<string> | null = null;
  for (const { copyRegions } of points) if (copyRegions) for (const region of copyRegions) (regions ??= new Set()).add(region);
  return regions === null ? NO_REGIONS : [...regions].toSorted().slice(0, MOST_REGIONS);
}

function minuteOf({ createdAt }: RecoveryPoint): number {
  return Math.max(0, Math.floor(createdAt / MINUTE));
}

/** −1 before the first point. */
function minuteAt(text: string, at: number): number {
  return at < 0 ? -1 : fromDigits(text, at, at + 5);
}

/** Pure: the points, oldest first, those that are gone among them. */
export function unpackListing({ text, regions }: PackedListing): readonly ListedPoint[] {
  return Array.from({ length: text.length / LENGTH }, (_, index) => pointAt(text, index * LENGTH, regions));
}

function pointAt(text: string, at: number, regions: readonly string[]): ListedPoint {
  const minute = minuteAt(text, at);
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
