import type { PolicyItem, Schedule } from '../facts/facts.ts';
import { DAY, type Duration, HOUR, type Instant } from '../time.ts';
import { daysInMonth, keptUntil, retentionOf } from './calendar.ts';

/** A snapshot that the schedule will take: when, and until when it is kept. */
export type Scheduled = { readonly takenAt: Instant; readonly keptUntil: Instant };

/**
 * The snapshots that a schedule takes after `from` and until `until`, oldest first. Items that fall on the same moment give one snapshot with the longest
 * of their retentions (docs/facts/atlas.md §3). An item without a known retention is left out, as nobody knows until when its snapshots exist.
 */
export function scheduledBetween(schedule: Schedule, from: Instant, until: Instant): readonly Scheduled[] {
  const takenAt = timeOfDay(schedule);
  const found: Scheduled[] = [];
  for (let day = Math.floor(from / DAY) * DAY; day <= until; day += DAY) {
    for (const at of momentsOn(day, takenAt, schedule)) {
      const kept = at > from && at <= until ? longestOf(schedule, at, { day, takenAt }) : null;
      if (kept !== null) found.push({ takenAt: at, keptUntil: kept });
    }
  }
  return found;
}

/** Where Atlas does not tell its reference time, the next snapshot has it, as hourly items divide the day evenly. Without both it is midnight. */
function timeOfDay({ takenAt, nextSnapshotAt }: Schedule): Duration {
  return takenAt ?? (nextSnapshotAt === null ? 0 : nextSnapshotAt % DAY);
}

/** Hourly snapshots are taken every so many hours before and after the reference time; all others at that time. */
function momentsOn(day: Instant, takenAt: Duration, { items }: Schedule): readonly Instant[] {
  const moments = new Set([day + takenAt]);
  for (const { frequency, interval } of items) {
    // Atlas takes no snapshots more often than hourly, whatever it sends: each day must have an end.
    const every = Math.max(1, interval) * HOUR;
    if (frequency === 'hourly') for (let time = takenAt % every; time < DAY; time += every) moments.add(day + time);
  }
  return [...moments].toSorted((a, b) => a - b);
}

type OnDay = { readonly day: Instant; readonly takenAt: Duration };

function longestOf({ items, extraRetention = [] }: Schedule, at: Instant, on: OnDay): Instant | null {
  let longest: Instant | null = null;
  for (const item of items) {
    const retention = retentionOf(item);
    if (retention === null || !fallsOn(item, at, on)) continue;
    const extra = extraRetention.find(({ frequency }) => frequency === item.frequency)?.days ?? 0;
    longest = Math.max(longest ?? 0, keptUntil(at, retention) + extra * DAY);
  }
  return longest;
}

/** The meaning of an item's interval is in docs/facts/atlas.md §4: a weekday from 1 (Monday), a day of the month or 40 (its last), a month. */
function fallsOn({ frequency, interval }: PolicyItem, at: Instant, { day, takenAt }: OnDay): boolean {
  if (frequency === 'hourly') return (at - day - takenAt) % (Math.max(1, interval) * HOUR) === 0;
  if (at !== day + takenAt || frequency === 'ondemand') return false;
  const date = new Date(day);
  const [weekday, dayOfMonth, month] = [date.getUTCDay() || 7, date.getUTCDate(), date.getUTCMonth()];
  if (frequency === 'weekly') return weekday === interval;
  if (frequency === 'monthly') return dayOfMonth === Math.min(interval, daysInMonth(date.getUTCFullYear(), month));
  return frequency === 'daily' || (dayOfMonth === 1 && month + 1 === interval);
}
