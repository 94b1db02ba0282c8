import { type BackupHistory, lengthOn, type Span } from '../../domain/memory/history/backup-history.ts';
import { type DayNumber, dayOfInstant, unpackDays } from '../../domain/memory/history/packed-days.ts';
import { DAY, HOUR, type Instant } from '../../domain/time.ts';
import type { ProvenPoint } from './ribbon.ts';

export type CalendarDay = {
  readonly day: DayNumber;
  readonly points: number;
  /** A restore test has proven a point or moment of that day. */
  readonly proven: boolean;
  readonly gap: boolean;
  /** Hours in which no check could read the snapshots. */
  readonly unwatched: number;
  /** Before the first check: what was found later is known, but nobody watched yet. */
  readonly before: boolean;
};

export type CalendarMonth = { readonly year: number; readonly month: number; readonly days: readonly CalendarDay[] };

/** Days that follow one another and are alike. */
export type CalendarRun = Omit<CalendarDay, 'day'> & { readonly from: DayNumber; readonly to: DayNumber };

/** `since`: the first check. `provenFrom`: an earlier day may have been proven too; null if none can. */
export type DayCalendar = {
  readonly months: readonly CalendarMonth[];
  readonly runs: readonly CalendarRun[];
  readonly since: Instant;
  readonly provenFrom: Instant | null;
};

type CalendarInput = {
  readonly history: BackupHistory;
  readonly proven: readonly ProvenPoint[];
  readonly provenFrom: Instant | null;
  /** What lasts: a gap of PITR that has not ended, and the time since the last check that could read. */
  readonly openGap: Span | null;
  readonly openUnwatched: Span | null;
  readonly now: Instant;
};

const MONTHS = 12;

/** Pure: the last twelve months, this one included, each day up to today. */
export function dayCalendar({ history, proven, provenFrom, openGap, openUnwatched, now }: CalendarInput): DayCalendar {
  const known = new Map(unpackDays(history.days).map((note) => [note.day, note]));
  const provenDays = new Set(proven.map(({ at }) => dayOfInstant(at)));
  const firstWatched = dayOfInstant(history.since);
  const dayNamed = (day: DayNumber): CalendarDay => {
    const { points = 0, gap = false, unwatched = 0 } = known.get(day) ?? {};
    const open = openUnwatched === null ? 0 : Math.ceil(lengthOn(day, openUnwatched) / HOUR);
    return {
      day,
      points,
      proven: provenDays.has(day),
      gap: gap || (openGap !== null && lengthOn(day, openGap) > 0),
      unwatched: Math.min(24, unwatched + open),
      before: day < firstWatched,
    };
  };
  const months = monthsUntil(now).map(({ year, month, from, to }) => ({
    year,
    month,
    days: Array.from({ length: to - from + 1 }, (_, index) => dayNamed(from + index)),
  }));
  return { months, runs: runsOf(months.flatMap(({ days }) => days)), since: history.since, provenFrom };
}

/** `month` counts from 0. Both days belong to it. */
function monthsUntil(
  now: Instant,
): readonly { readonly year: number; readonly month: number; readonly from: DayNumber; readonly to: DayNumber }[] {
  const date = new Date(now);
  return Array.from({ length: MONTHS }, (_, index) => {
    const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - MONTHS + 1 + index, 1));
    const next = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1);
    return {
      year: first.getUTCFullYear(),
      month: first.getUTCMonth(),
      from: dayOfInstant(first.getTime()),
      to: Math.min(dayOfInstant(now), dayOfInstant(next - DAY)),
    };
  });
}

function runsOf(days: readonly CalendarDay[]): readonly CalendarRun[] {
  const runs: CalendarRun[] = [];
  for (const { day, ...rest } of days) {
    const last = runs.at(-1);
    if (last && isAlike(last, rest)) runs[runs.length - 1] = { ...last, to: day };
    else runs.push({ from: day, to: day, ...rest });
  }
  return runs;
}

function isAlike(one: Omit<CalendarDay, 'day'>, other: Omit<CalendarDay, 'day'>): boolean {
  return (
    one.points === other.points &&
    one.proven === other.proven &&
    one.gap === other.gap &&
    one.unwatched === other.unwatched &&
    one.before === other.before
  );
}
