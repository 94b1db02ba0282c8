import type { PolicyItem, Retention } from '../facts/facts.ts';
import { DAY, type Instant } from '../time.ts';

/** How many days a retention may last: a month has 28 to 31. */
export type DayRange = { readonly least: number; readonly most: number };

/** The moment at which what was taken at `at` has been kept for so long. A day that a month lacks is its last day: 31 January + 1 month is 28 February. */
export function keptUntil(at: Instant, { unit, value }: Retention): Instant {
  if (unit === 'days') return at + value * DAY;
  if (unit === 'weeks') return at + value * 7 * DAY;
  const date = new Date(at);
  const months = date.getUTCMonth() + (unit === 'months' ? value : 12 * value);
  const day = Math.min(date.getUTCDate(), daysInMonth(date.getUTCFullYear(), months));
  return Date.UTC(date.getUTCFullYear(), months, day) + (at % DAY);
}

/** `month` counts from 0 and may exceed 11. */
export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

/** Any four years with a leap day have every length that a retention can have, except around 2100. */
const FOUR_YEARS: readonly Instant[] = Array.from({ length: 4 * 365 + 1 }, (_, day) => Date.UTC(2027, 0, 1) + day * DAY);
const ranges = new Map<string, DayRange>();
const RANGES_KEPT = 1_000;

/** The fewest and the most days for which the retention keeps a snapshot, over all days on which it may be taken. */
export function daysOf(retention: Retention): DayRange {
  const { unit, value } = retention;
  if (unit === 'days' || unit === 'weeks') return exactly(unit === 'days' ? value : 7 * value);
  const key = `${value} ${unit}`;
  const known = ranges.get(key);
  if (known) return known;
  if (ranges.size >= RANGES_KEPT) ranges.clear();
  const lengths = FOUR_YEARS.map((at) => (keptUntil(at, retention) - at) / DAY);
  const range = { least: Math.min(...lengths), most: Math.max(...lengths) };
  ranges.set(key, range);
  return range;
}

function exactly(days: number): DayRange {
  return { least: days, most: days };
}

/** Of an item of the schedule, in the calendar's units; null if Atlas did not tell. */
export function retentionOf({ retention, retentionDays }: PolicyItem): Retention | null {
  if (retention !== undefined) return retention;
  return retentionDays === null ? null : { unit: 'days', value: retentionDays };
}

/** "12 weeks", "1 year". */
export function inWords({ unit, value }: Retention): string {
  return `${value} ${value === 1 ? unit.slice(0, -1) : unit}`;
}

/** "2026-12-05": the day in UTC. */
export function dayOf(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10);
}
