import type { PolicyItem, Schedule } from '../facts/facts.ts';
import { DAY, type Duration, type Instant } from '../time.ts';
import { type DayRange, daysOf, retentionOf } from './calendar.ts';
import { type Ahead, type PointAhead, pointsAhead } from './points-ahead.ts';

/**
 * Atlas counts a retention from the end of the snapshot, and its clean-up runs some hours later (docs/facts/atlas.md §3): an expiry that differs from the
 * promise by less than a day is none of its breaks.
 */
export const EXPIRY_TOLERANCE: Duration = DAY;

/** An item of the schedule with the days for which it keeps a snapshot; null if Atlas did not tell. */
export type KeptItem = { readonly item: PolicyItem; readonly days: DayRange | null };

/** The items by which Atlas takes snapshots by itself, with their extra retention: `ondemand` only says how long those that people take are kept. */
export function keptItems({ items, extraRetention = [] }: Schedule): readonly KeptItem[] {
  return items
    .filter(({ frequency }) => frequency !== 'ondemand')
    .map((item) => {
      const retention = retentionOf(item);
      const extra = extraRetention.find(({ frequency }) => frequency === item.frequency)?.days ?? 0;
      const days = retention && daysOf(retention);
      return { item, days: days && { least: days.least + extra, most: days.most + extra } };
    });
}

/** The longest time between two snapshots of an item. */
const STEP: Readonly<Record<PolicyItem['frequency'], Duration>> = {
  hourly: DAY,
  daily: DAY,
  weekly: 7 * DAY,
  monthly: 31 * DAY,
  yearly: 366 * DAY,
  ondemand: DAY,
};

/** Long enough for a retention in months or years to have each of its lengths. */
const EVERY_LENGTH: Duration = (4 * 365 + 1) * DAY;

type Question = Omit<Ahead, 'until'> & {
  /** From when on the cluster can have had snapshots. */
  readonly since: Instant;
};

/**
 * The first moment at which something younger than `minDays` cannot be restored any more, although a snapshot of the longest-kept item was taken or was due
 * within one interval of it; null if there is none in the next four years. On-demand snapshots do not count.
 */
export function firstLoss(question: Question, minDays: number): Instant | null {
  const longest = keptItems(question.schedule).reduce<KeptItem | null>((best, one) => (leastOf(one) > leastOf(best) ? one : best), null);
  if (longest === null) return question.now;
  const step = STEP[longest.item.frequency];
  const ends = [question.now + 3 * step, question.now + EVERY_LENGTH + 3 * step];
  for (const until of ends) {
    const loss = lossWithin({ ...question, until }, step, minDays);
    if (loss !== null) return loss;
  }
  return null;
}

function leastOf(kept: KeptItem | null): number {
  return kept?.days?.least ?? -1;
}

/** Time is cut into intervals of `step`, in each of which the longest-kept item takes a snapshot: the last point of an interval must be kept for `minDays`. */
function lossWithin(question: Question & Pick<Ahead, 'until'>, step: Duration, minDays: number): Instant | null {
  const { now, since, until } = question;
  const last = lastPoints(pointsAhead(question), step);
  let first: Instant | null = null;
  for (let interval = Math.ceil(Math.max(since, now - minDays * DAY) / step); (interval + 1) * step <= until; interval += 1) {
    const point = last.get(interval);
    const goneAt = point ? Math.max(now, point.keptUntil) : now;
    const isKept = point !== undefined && point.keptUntil >= point.takenAt + minDays * DAY - EXPIRY_TOLERANCE;
    if (!isKept && (first === null || goneAt < first)) first = goneAt;
  }
  return first;
}

/** Of the scheduled points of each interval the one that is kept longest. */
function lastPoints(points: readonly PointAhead[], step: Duration): ReadonlyMap<number, PointAhead> {
  const last = new Map<number, PointAhead>();
  for (const point of points) {
    const interval = Math.floor(point.takenAt / step);
    if (point.isScheduled && point.keptUntil > (last.get(interval)?.keptUntil ?? 0)) last.set(interval, point);
  }
  return last;
}

/** The first moment at which a recovery point is more than `maxDays` old; null if none will be, of those that the schedule takes within a year. */
export function firstExcess(question: Omit<Ahead, 'until'>, maxDays: number): Instant | null {
  const points = pointsAhead({ ...question, until: question.now + STEP.yearly });
  const excess = points.flatMap(({ takenAt, keptUntil }) => {
    const limit = takenAt + maxDays * DAY;
    return keptUntil > limit + EXPIRY_TOLERANCE ? [Math.max(question.now, limit)] : [];
  });
  return excess.reduce<Instant | null>((first, at) => (first === null || at < first ? at : first), null);
}
