import { digitsOf, fromDigits } from '../held/packed-points.ts';
import { DAY, type Instant } from '../../time.ts';

/** A day in UTC, counted from 1 January 1970. */
export type DayNumber = number;

/** What is kept of one day. */
export type DayNote = {
  /** Recovery points with data times of that day; 63 are 63 or more. */
  readonly points: number;
  /** A break of PITR that is over lies in it. */
  readonly gap: boolean;
  /** Hours in which no check read the cluster, rounded up. */
  readonly unwatched: number;
};

/** Days that follow one another up to `until`, and nothing before the first of them; as text, since 6,250 clusters have two million days. */
export type PackedDays = { readonly until: DayNumber; readonly text: string };

/** Twelve months, and what a leap day and the day that has just begun add. */
export const DAYS_KEPT = 367;

/** Days that are alike are one run of four characters of base64: the day (two characters), and how many days there are (two). */
const RUN = 4;
const MOST_POINTS = 63;
/** A packed day is points × 64, and 32 for a gap, and the hours. */
const DAY_POINTS = 64;
const GAP = 32;

/** The UTC day of a moment. */
export function dayOfInstant(at: Instant): DayNumber {
  return Math.floor(at / DAY);
}

/** Every day with its number, oldest first. */
export function unpackDays({ until, text }: PackedDays): readonly (DayNote & { readonly day: DayNumber })[] {
  const days: number[] = [];
  for (let at = 0; at < text.length; at += RUN) for (let count = countAt(text, at); count > 0; count -= 1) days.push(dayAt(text, at));
  return days.map((packed, index) => ({
    day: until - days.length + 1 + index,
    points: Math.floor(packed / DAY_POINTS),
    gap: (packed & GAP) !== 0,
    unwatched: packed % GAP,
  }));
}

/**
 * Pure: the days with these counts of points, of the days from `from` on. A day has the most points that any list showed of it, since points expire, so
 * that runs which come late, twice or not at all lead to the same days.
 */
export function withPoints(days: PackedDays, from: DayNumber, counts: readonly number[]): PackedDays {
  return changed(days, { from, to: from + counts.length - 1 }, (packed, day) => {
    const points = Math.min(MOST_POINTS, Math.max(Math.floor(packed / DAY_POINTS), counts[day - from] ?? 0));
    return points * DAY_POINTS + (packed % DAY_POINTS);
  });
}

type Days = { readonly from: DayNumber; readonly to: DayNumber };

/** Pure: the days with a gap on each of these. */
export function withGap(days: PackedDays, gap: Days): PackedDays {
  return changed(days, gap, (packed) => packed | GAP);
}

/** Pure: the days with so many unwatched hours more on each of these. */
export function withUnwatched(days: PackedDays, of: Days, hoursOf: (day: DayNumber) => number): PackedDays {
  return changed(days, of, (packed, day) => packed - (packed % GAP) + Math.min(24, (packed % GAP) + hoursOf(day)));
}

/** Only the days that change are unpacked: this is done for every new snapshot of every cluster. The same object if nothing changes. */
function changed(days: PackedDays, { from, to }: Days, change: (packed: number, day: DayNumber) => number): PackedDays {
  if (to < from) return days;
  const { until: before, text } = days;
  const until = Math.max(before, to);
  const { at, left, tail } = splitBefore(days, from);
  let [open, count] = left > 0 ? [dayAt(text, at), left] : at > 0 ? [dayAt(text, at - RUN), countAt(text, at - RUN)] : [0, 0];
  let end = '';
  for (let day = from; day <= until; day += 1) {
    const packed = tail[before - day] ?? 0;
    const next = day <= to ? change(packed, day) : packed;
    if (next !== open && count > 0) [end, count] = [end + runOf(open, count), 0];
    [open, count] = [next, count + 1];
  }
  const kept = text.slice(0, left > 0 || at === 0 ? at : at - RUN) + end + runOf(open, count);
  const all = until > before ? recent(kept) : kept;
  return all === text && until === before ? days : { until, text: all };
}

/**
 * `at`: where the run of `from` begins; `left`: how many days of that run are before `from`; `tail`: the packed days from `from` on, the last first. A day
 * that is older than all of them begins the days.
 */
function splitBefore(
  { until, text }: PackedDays,
  from: DayNumber,
): { readonly at: number; readonly left: number; readonly tail: number[] } {
  const tail: number[] = [];
  let [at, left] = [text.length, 0];
  let wanted = until - from + 1;
  while (at > 0 && wanted > 0) {
    at -= RUN;
    const [packed, count] = [dayAt(text, at), countAt(text, at)];
    left = Math.max(0, count - wanted);
    for (let day = count - left; day > 0; day -= 1) tail.push(packed);
    wanted -= count - left;
  }
  return { at, left, tail };
}

/** Without what is older than `DAYS_KEPT` days. */
function recent(text: string): string {
  let room = DAYS_KEPT;
  for (let at = text.length - RUN; at >= 0; at -= RUN) {
    const count = countAt(text, at);
    if (count >= room) return runOf(dayAt(text, at), room) + text.slice(at + RUN);
    room -= count;
  }
  return text;
}

function runOf(packed: number, count: number): string {
  return digitsOf(packed, 2) + digitsOf(count, 2);
}

function dayAt(text: string, at: number): number {
  return fromDigits(text, at, at + 2);
}

function countAt(text: string, at: number): number {
  return fromDigits(text, at + 2, at + RUN);
}
