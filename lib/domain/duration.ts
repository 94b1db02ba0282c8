import { DAY, type Duration, HOUR, MINUTE } from './time.ts';

const UNITS: Readonly<Record<string, Duration>> = { m: MINUTE, min: MINUTE, h: HOUR, d: DAY };

/** "90m", "2h", "3d" as a length of time; null for anything else. */
export function durationOf(text: string): Duration | null {
  const [, count, unit] = /^(\d{1,5}) ?(m|min|h|d)$/.exec(text.trim()) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit];
  return factor === undefined || count === undefined || Number(count) === 0 ? null : Number(count) * factor;
}
