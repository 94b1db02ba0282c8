import { InvalidArgumentError } from '@commander-js/extra-typings';
import { nearest } from '../../lib/domain/nearest.ts';
import { parseDayOrMoment, parseDuration, parseMoment, type Duration, type Instant } from '../../lib/domain/time.ts';

// What reads the values of options. Each throws `InvalidArgumentError`, which ends the command before it does anything.

/** One of these names. */
export function oneOf<T extends string>(names: readonly T[]): (text: string) => T {
  return (text) => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Did you mean ${nearest(text, names, 1).join('')}? There are ${names.join(', ')}.`);
  };
}

/** Any text with something in it: an empty one comes from a variable that was not set. */
export function named(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty; name one, or leave it out.');
  return text.trim();
}

/** A length of time, in milliseconds. */
export function duration(text: string): Duration {
  const length = parseDuration(text);
  if (length === null) throw new InvalidArgumentError('Say how long, as 90m, 2h or 3d.');
  return length;
}

/** A moment with its time zone, or the id of a snapshot: what a restore by hand goes back to. */
export function recoveryPoint(text: string): string {
  const point = named(text);
  if (/^[0-9a-f]{24}$/i.test(point) || parseMoment(point) !== null) return point;
  throw new InvalidArgumentError("It is a moment with its zone, as 2026-11-22T13:42:00Z, or a snapshot's id (24 hexadecimal digits).");
}

/** A moment with its time zone, as 2026-11-30T08:00:00Z. */
export function moment(text: string): Instant {
  const at = parseMoment(text);
  if (at === null) throw new InvalidArgumentError('It is a moment, as 2026-11-30T08:00:00Z.');
  return at;
}

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}

export function seconds(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It takes seconds, from ${least} to ${most}.`);
  };
}

/** `key=value`, which may be given several times. */
export function pairs(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [key, ...value] = text.split('=');
  if (!key || value.length === 0) throw new InvalidArgumentError('Write it as key=value.');
  return { ...before, [key]: value.join('=') };
}

/** A user's name as STATUS_USERS takes it. */
export const NAME_RULE = 'A name is up to 64 letters, digits, dots, dashes, underscores or @.';

/** The `next` of an earlier answer. */
export function cursor(text: string): string {
  if (/^\d{15}-[0-9a-f]{32}$/.test(text)) return text;
  throw new InvalidArgumentError('It is one that an earlier answer gave as "next".');
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day that the calendar has, as 2026-12-01. */
export function day(text: string): string {
  if (DAY.test(text) && parseDayOrMoment(text, 'first') !== null) return text;
  throw new InvalidArgumentError('It is a day, as 2026-12-01.');
}

/** The number and the SHA-256 of an entry of the log, as 1234:0123…; also as a digest writes it, "entry 1234, SHA-256 0123…". */
export function logRoot(text: string): { readonly number: number; readonly hash: string } {
  const [, number, hash] = /^(?:Log: )?(?:entry )?([1-9]\d{0,14})(?::|, SHA-256 )([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (number !== undefined && hash !== undefined) return { number: Number(number), hash };
  throw new InvalidArgumentError('Write it as 1234:SHA256, with 64 hexadecimal digits.');
}
