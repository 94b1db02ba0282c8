import type { Snapshot } from '../facts/facts.ts';
import { type Instant, SECOND } from '../time.ts';
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
const POINT_LENGTH = 24;
const ID_LENGTH = 16;
const KIND_AT = 21;

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES: Readonly<Record<string, number>> = Object.fromEntries(DIGITS.split('').map((digit, value) => [digit, value]));
const PAIRS = Array.from({ length: 4_096 }, (_, value) => DIGITS.charAt(value >> 6) + DIGITS.charAt(value & 63));

/** 34 years: a later expiry is held as this one. */
const LATEST_EXPIRY = 2 ** 30 - 2;
const NO_EXPIRY = 2 ** 30 - 1;
/** 36 h from request to data: recorded snapshots took at most 8 min (docs/facts/atlas.md §3). */
const LATEST_DATA = 2 ** 17 - 1;
const ON_DEMAND = 2 ** 17;

/** The point packed; the empty text if its id is no ObjectId, since Atlas cannot be asked for such a snapshot. */
export function packPoint({ id, type, createdAt, expiresAt }: CompletedSnapshot): string {
  const key = keyOf(id);
  if (key === null) return '';
  const begins = secondOf(id);
  const expiry = expiresAt === null ? NO_EXPIRY : between(0, Math.floor(expiresAt / SECOND) - begins, LATEST_EXPIRY);
  const kind = (type === 'onDemand' ? ON_DEMAND : 0) + between(0, Math.floor(createdAt / SECOND) - begins, LATEST_DATA);
  return `${key}${pairOf(expiry >> 18)}${pairOf((expiry >> 6) & 4_095)}${DIGITS.charAt(expiry & 63)}${pairOf(kind >> 6)}${DIGITS.charAt(kind & 63)}`;
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

/** Two digits of base64 for 12 bits. */
function pairOf(value: number): string {
  return PAIRS[value & 4_095] ?? '';
}

function between(least: number, value: number, most: number): number {
  return value < least ? least : value > most ? most : value;
}

/** The packed points, one text each, in their order. */
export function eachPacked(packed: string): readonly string[] {
  return Array.from({ length: countPacked(packed) }, (_, index) => packed.slice(index * POINT_LENGTH, (index + 1) * POINT_LENGTH));
}

export function countPacked(packed: string): number {
  return packed.length / POINT_LENGTH;
}

/** How many of the packed points a schedule took. */
export function countScheduled(packed: string): number {
  let count = 0;
  for (let at = KIND_AT; at < packed.length; at += POINT_LENGTH) if ((VALUES[packed.charAt(at)] ?? 0) < 32) count += 1;
  return count;
}

/** The part of one packed point that identifies it. */
export function keyAt(packed: string): string {
  return packed.slice(0, ID_LENGTH);
}

/** The packed point with the expiry of another one. */
export function withExpiryOf(packed: string, other: string): string {
  return packed.slice(0, ID_LENGTH) + other.slice(ID_LENGTH, KIND_AT) + packed.slice(KIND_AT);
}

export function unpackPoint(packed: string): PackedPoint {
  const id = idOf(packed);
  const begins = secondOf(id);
  const expiry = fromDigits(packed, ID_LENGTH, KIND_AT);
  const kind = fromDigits(packed, KIND_AT, POINT_LENGTH);
  return {
    id,
    createdAt: (begins + (kind % ON_DEMAND)) * SECOND,
    expiresAt: expiry === NO_EXPIRY ? null : (begins + expiry) * SECOND,
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

function fromDigits(packed: string, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < to; index += 1) value = value * 64 + (VALUES[packed.charAt(index)] ?? 0);
  return value;
}
