import type { Instant } from './time.ts';

/** Days in UTC as YYYY-MM-DD, both included. */
type Days = { readonly from: string; readonly to: string };

type NamedPeriod = Days & { readonly name: string };

/** Pure: the months and quarters that people ask for, in UTC, the present ones to their last day. */
export function calendarPeriods(now: Instant): readonly NamedPeriod[] {
  return [
    { name: 'this month', ...monthsFrom(now, 0, 1) },
    { name: 'last month', ...monthsFrom(now, -1, 1) },
    { name: 'this quarter', ...quarter(now, 0) },
    { name: 'last quarter', ...lastQuarter(now) },
  ];
}

/** Pure: the last quarter that is over. */
export function lastQuarter(now: Instant): Days {
  return quarter(now, -1);
}

function quarter(now: Instant, away: number): Days {
  return monthsFrom(now, away * 3 - (new Date(now).getUTCMonth() % 3), 3);
}

/** So many whole months, the first of them so many away from the month of `now`. */
function monthsFrom(now: Instant, away: number, count: number): Days {
  const date = new Date(now);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + away];
  // Day 0 is the last one of the month before.
  return { from: dayText(Date.UTC(year, month, 1)), to: dayText(Date.UTC(year, month + count, 0)) };
}

function dayText(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10);
}
