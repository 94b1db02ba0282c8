import type { ClusterKind, Schedule } from '../../facts/facts.ts';
import type { Break } from '../../findings/recorded-view.ts';
import { DAY, type Duration, HOUR, type Instant, MINUTE } from '../../time.ts';
import type { RecoveryPoint } from '../held/recovery-points.ts';
import { type DayNumber, dayOfInstant, DAYS_KEPT, type PackedDays, withGap, withPoints, withUnwatched } from './packed-days.ts';
import { foldListing, NOTHING_LISTED, type PackedListing } from './packed-listing.ts';

/** What the page of a cluster shows of the last twelve months and of the points that Atlas lists now; some 1.2 kB a cluster. */
export type BackupHistory = {
  /** The first check that could read the snapshots: of days before it only the points are known that it found. */
  readonly since: Instant;
  readonly days: PackedDays;
  /** The recovery points of the last list, and sizes of some that are gone. */
  readonly listed: PackedListing;
  /** The last times in which no check could read the snapshots, oldest first. Absent: there is none. */
  readonly unwatched?: readonly Span[];
  /** Of the schedule as it was last read: what `ScheduleNote.items` lacks. */
  readonly takenAt?: Duration;
  readonly extraRetention?: Schedule['extraRetention'];
};

export type Span = { readonly from: Instant; readonly to: Instant };

/** As long as a scheduler may be late. */
const LATE: Duration = 15 * MINUTE;

/** How long after a check the next one may come before the time between them counts as unwatched: two intervals (docs/contract.md, clause 7). */
export function unwatchedAfter(checkInterval: Duration): Duration {
  return 2 * checkInterval + LATE;
}

/** Longer than any restore window, on whose axis they are shown. */
const SPANS_KEPT_FOR: Duration = 40 * DAY;
const SPANS_KEPT = 20;
/** A snapshot is listed with its data time when it is complete, at most 36 h later (held/packed-points.ts). */
const COMES_LATE = 3;

export type HistoryReading = {
  readonly kind: ClusterKind;
  /** Null if this run could not read the snapshots. */
  readonly points: readonly RecoveryPoint[] | null;
  /** The last run before this one that could. */
  readonly readBefore: Instant | null;
  readonly checkInterval: Duration;
  /** Those that are over. */
  readonly breaks: readonly Break[];
  readonly schedule: Pick<Schedule, 'takenAt' | 'extraRetention'> | null;
  readonly now: Instant;
};

/** Pure: the history after a run; the same object if it adds nothing, as most runs do. An M0 has no backups, so none. */
export function foldHistory(before: BackupHistory | undefined, reading: HistoryReading): BackupHistory | undefined {
  const { kind, points, readBefore, checkInterval, now, schedule } = reading;
  if (kind === 'free' || points === null) return before;
  const known = before === undefined ? begun(now) : before;
  const listed = foldListing(known.listed, points, now);
  const isLate = readBefore !== null && now - readBefore > unwatchedAfter(checkInterval);
  const blind = before !== undefined && isLate ? { from: readBefore, to: now } : null;
  const from = before === undefined ? dayOfInstant(now) - DAYS_KEPT + 1 : dayOfInstant(Math.min(readBefore ?? now, now)) - COMES_LATE;
  const counted = listed === known.listed ? known.days : countPoints(known.days, points, { from, now });
  const days = withSpans(counted, { breaks: reading.breaks, blind }, now);
  const isUnchanged = listed === known.listed && days === known.days && blind === null;
  const next = isUnchanged ? known : { ...known, days, listed };
  return withSchedule(blind === null ? next : { ...next, unwatched: recentSpans([...(known.unwatched ?? []), blind], now) }, schedule);
}

function begun(now: Instant): BackupHistory {
  return { since: now, days: { until: dayOfInstant(now), text: '' }, listed: NOTHING_LISTED };
}

type Counted = { readonly from: DayNumber; readonly now: Instant };

/** The points of each day from this one on; the list is in the order of their data times. */
function countPoints(days: PackedDays, points: readonly RecoveryPoint[], { from, now }: Counted): PackedDays {
  const counts: number[] = [];
  let first = dayOfInstant(now);
  for (let index = points.length - 1; index >= 0; index -= 1) {
    const day = dayOfInstant(points[index]?.createdAt ?? 0);
    if (day < from) break;
    // Clocks differ, so that a point may be of a day that has not begun here.
    while (first + counts.length - 1 < day && index === points.length - 1) counts.push(0);
    for (; first > day; first -= 1) counts.unshift(0);
    counts[day - first] = (counts[day - first] ?? 0) + 1;
  }
  return withPoints(days, first, counts);
}

/** Of most clusters there are neither. */
function withSpans(days: PackedDays, { breaks, blind }: { breaks: readonly Break[]; blind: Span | null }, now: Instant): PackedDays {
  const oldest = dayOfInstant(now) - DAYS_KEPT + 1;
  let next = days;
  for (const gap of breaks) next = withGap(next, daysIn(gap, oldest));
  return blind === null ? next : withUnwatched(next, daysIn(blind, oldest), (day) => Math.ceil(lengthOn(day, blind) / HOUR));
}

function daysIn({ from, to }: Span, oldest: DayNumber): { readonly from: DayNumber; readonly to: DayNumber } {
  return { from: Math.max(oldest, dayOfInstant(from)), to: dayOfInstant(Math.max(from, to - 1)) };
}

/** How much of the span lies in the day. */
export function lengthOn(day: DayNumber, { from, to }: Span): Duration {
  return Math.max(0, Math.min(to, (day + 1) * DAY) - Math.max(from, day * DAY));
}

function recentSpans(spans: readonly Span[], now: Instant): readonly Span[] {
  return spans.filter(({ to }) => to > now - SPANS_KEPT_FOR).slice(-SPANS_KEPT);
}

function withSchedule(history: BackupHistory, schedule: HistoryReading['schedule']): BackupHistory {
  if (schedule === null) return history;
  const { takenAt, extraRetention } = schedule;
  if (history.takenAt === takenAt && isSameExtra(history.extraRetention, extraRetention)) return history;
  const { takenAt: _takenAt, extraRetention: _extra, ...rest } = history;
  return { ...rest, ...(takenAt !== undefined && { takenAt }), ...(extraRetention && { extraRetention }) };
}

function isSameExtra(one: Schedule['extraRetention'], other: Schedule['extraRetention']): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined || one.length !== other.length) return false;
  return one.every(({ frequency, days }, index) => frequency === other[index]?.frequency && days === other[index]?.days);
}
