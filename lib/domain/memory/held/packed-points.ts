import type { Snapshot } from '../../facts/facts.ts';
import { type Instant, SECOND } from '../../time.ts';
import type { CompletedSnapshot } from './recovery-points.ts';

/** A recovery point as memory holds it: its times in whole seconds, as Atlas gives them. */
export type PackedPoint = {
  /** 24 hexadecimal digits, in lower case. */
  readonly id: string;
  readonly createdAt: Instant;
  /** The expiry as last told after completion; null if Atlas never told one. */
  readonly expiresAt: Instant | null;
  readonly onDemand: boolean;
};

/**
 * One point is 24 characters of base64: 12 bytes of ObjectId (16 characters), 30 bits of expiry (5), 1 bit of kind and 17 bits of data time (3). Expiry and data
 * time are seconds after the second that the ObjectId begins with. An object for each point would take some ten times as much of the heap, and 6,250
 * clusters have some 375,000 points.
 */
export const POINT_LENGTH = 24;
const ID_LENGTH = 16;
const KIND_AT = 21;

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
export const CODES = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0));
/** By its character code. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => Math.max(0, DIGITS.indexOf(String.fromCharCode(code))));
const PAIRS = Array.from({ length: 4_096 }, (_, value) => DIGITS.charAt(value >> 6) + DIGITS.charAt(value & 63));

/** 34 years: a later expiry is held as this one. */
const LATEST_EXPIRY = 2 ** 30 - 2;
const NO_EXPIRY = 2 ** 30 - 1;
/** 36 h from request to data: recorded snapshots took at most 8 min (docs/facts/atlas.md §3). */
const LATEST_DATA = 2 ** 17 - 1;
const ON_DEMAND = 2 ** 17;

/** The point packed; the empty text if its id is no ObjectId, since Atlas cannot be asked for such a snapshot. */
export function packPoint(snapshot: CompletedSnapshot): string {
  const key = keyOf(snapshot.id);
  if (key === null) return '';
  const begins = secondOf(snapshot.id);
  const [expiry, kind] = [expiryOf(snapshot, begins), kindOf(snapshot, begins)];
  return `${key}${pairOf(expiry >> 18)}${pairOf((expiry >> 6) & 4_095)}${DIGITS.charAt(expiry & 63)}${pairOf(kind >> 6)}${DIGITS.charAt(kind & 63)}`;
}

function expiryOf({ expiresAt }: CompletedSnapshot, begins: number): number {
  return expiresAt === null ? NO_EXPIRY : between(0, Math.floor(expiresAt / SECOND) - begins, LATEST_EXPIRY);
}

function kindOf({ type, createdAt }: CompletedSnapshot, begins: number): number {
  return (type === 'onDemand' ? ON_DEMAND : 0) + between(0, Math.floor(createdAt / SECOND) - begins, LATEST_DATA);
}

/**
 * Does the point that begins at that place of a packed text, of the same id, stay as it is by what the list tells of it now? An expiry that is not told
 * changes nothing. Packing each listed snapshot to compare the texts takes several times as long, and almost all of them stay as they are.
 */
export function staysAt(packed: string, place: number, snapshot: CompletedSnapshot): boolean {
  const begins = secondOf(snapshot.id);
  if (fromDigits(packed, place + KIND_AT, place + POINT_LENGTH) !== kindOf(snapshot, begins)) return false;
  return snapshot.expiresAt === null || fromDigits(packed, place + ID_LENGTH, place + KIND_AT) === expiryOf(snapshot, begins);
}

/** Does the point with that id begin at that place of a packed text? */
export function hasIdAt(packed: string, place: number, id: string): boolean {
  if (place >= packed.length || id.length !== 24) return false;
  for (let [index, at] = [0, place]; index < 24; index += 3, at += 2) {
    const [first, second, third] = [hexAt(id, index), hexAt(id, index + 1), hexAt(id, index + 2)];
    if ((first | second | third) > 15 || ((first << 8) | (second << 4) | third) !== ((valueAt(packed, at) << 6) | valueAt(packed, at + 1)))
      return false;
  }
  return true;
}

/** The part of a packed point that identifies it, as `keyAt` reads it; null if the id is no ObjectId. */
export function keyOf(id: Snapshot['id']): string | null {
  if (id.length !== 24) return null;
  let [key, isHex] = ['', true];
  for (let index = 0; index < 24; index += 3) {
    const [first, second, third] = [hexAt(id, index), hexAt(id, index + 1), hexAt(id, index + 2)];
    isHex &&= first < 16 && second < 16 && third < 16;
    key += pairOf((first << 8) | (second << 4) | third);
  }
  return isHex ? key : null;
}

function secondOf(id: string): number {
  let second = 0;
  for (let index = 0; index < 8; index += 1) second = second * 16 + hexAt(id, index);
  return second;
}

/** By its character code; 16 for what is no hexadecimal digit. */
const HEX_VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? 16 : value;
});

function hexAt(text: string, index: number): number {
  return HEX_VALUES[text.charCodeAt(index)] ?? 16;
}

/** A whole number in so many digits of base64; the highest are left out where it has more. */
export function digitsOf(value: number, length: number): string {
  if (length === 2) return pairOf(value);
  if (length === 1) return DIGITS.charAt(value & 63);
  return digitsOf(Math.floor(value / 4_096), length - 2) + pairOf(value);
}

/** Two digits of base64 for 12 bits. */
function pairOf(value: number): string {
  return PAIRS[value & 4_095] ?? '';
}

function between(least: number, value: number, most: number): number {
  return value < least ? least : value > most ? most : value;
}

/** The packed points, one text each, in their order. */
export function eachPacked(packed: string): readonly string[] {
  return Array.from({ length: countPacked(packed) }, (_, index) => packedAt(packed, index * POINT_LENGTH));
}

/** The packed point that begins at that place. */
export function packedAt(packed: string, place: number): string {
  return packed.slice(place, place + POINT_LENGTH);
}

/** How many points the text has. */
export function countPacked(packed: string): number {
  return packed.length / POINT_LENGTH;
}

/** How many of the packed points a schedule took. */
export function countScheduled(packed: string): number {
  let count = 0;
  for (let at = KIND_AT; at < packed.length; at += POINT_LENGTH) if (valueAt(packed, at) < 32) count += 1;
  return count;
}

/** The part that identifies the point that begins at that place. */
export function keyAt(packed: string, place = 0): string {
  return packed.slice(place, place + ID_LENGTH);
}

/** As `PackedPoint.expiresAt`, of the point that begins at that place; without unpacking the rest of it. */
export function expiryAt(packed: string, place = 0): Instant | null {
  const expiry = fromDigits(packed, place + ID_LENGTH, place + KIND_AT);
  // The first 32 of the 36 bits are the second that the id begins with.
  return expiry === NO_EXPIRY ? null : (Math.floor(fromDigits(packed, place, place + 6) / 16) + expiry) * SECOND;
}

/** The packed point with the expiry of another one. */
export function withExpiryOf(packed: string, other: string): string {
  return packed.slice(0, ID_LENGTH) + other.slice(ID_LENGTH, KIND_AT) + packed.slice(KIND_AT);
}

/** The point that the text begins with. Times are whole seconds. */
export function unpackPoint(packed: string): PackedPoint {
  const id = idOf(packed);
  const begins = secondOf(id);
  const kind = fromDigits(packed, KIND_AT, POINT_LENGTH);
  return {
    id,
    createdAt: (begins + (kind % ON_DEMAND)) * SECOND,
    expiresAt: expiryAt(packed),
    onDemand: kind >= ON_DEMAND,
  };
}

function idOf(packed: string): string {
  let id = '';
  for (let index = 0; index < ID_LENGTH; index += 2)
    id += fromDigits(packed, index, index + 2)
      .toString(16)
      .padStart(3, '0');
  return id;
}

/** The number that so many digits of base64 say. */
export function fromDigits(packed: string, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < to; index += 1) value = value * 64 + valueAt(packed, index);
  return value;
}

function valueAt(packed: string, place: number): number {
  return VALUES[packed.charCodeAt(place)] ?? 0;
}
