import type { Schedule, Snapshot } from '../facts/facts.ts';
import { DAY, type Instant } from '../time.ts';
import { scheduledBetween } from './schedule-moments.ts';

/** A recovery point that exists or will exist, with the moment from which it does not any more. */
export type PointAhead = {
  readonly takenAt: Instant;
  readonly keptUntil: Instant;
  /** False for what somebody took on demand. */
  readonly isScheduled: boolean;
};

export type Ahead = {
  readonly schedule: Schedule;
  readonly snapshots: readonly Snapshot[];
  readonly now: Instant;
  /** The last moment at which a snapshot of the schedule is looked for. */
  readonly until: Instant;
};

/**
 * Simulates retention forward, oldest point first: the recovery points that Atlas lists, each until its expiry as listed, and those that the schedule will
 * take until `until`, each for as long as its item keeps it. A listed point without an expiry is left out, since nobody knows how long it exists.
 */
export function pointsAhead({ schedule, snapshots, now, until }: Ahead): readonly PointAhead[] {
  const listed: PointAhead[] = [];
  for (const { status, type, createdAt, expiresAt } of snapshots) {
    const counts = status === 'completed' && type !== null && type !== 'fallback' && createdAt !== null && createdAt <= now;
    if (!counts || expiresAt === null || expiresAt <= now) continue;
    listed.push({ takenAt: createdAt, keptUntil: expiresAt, isScheduled: type === 'scheduled' });
  }
  const coming = scheduledBetween(schedule, now, until).map((point) => ({ ...point, isScheduled: true }));
  return [...listed, ...coming].toSorted((a, b) => a.takenAt - b.takenAt);
}

/** Which recovery points exist at the end of a day. */
export type PointsOnDay = {
  /** The first moment of the day, in UTC. */
  readonly day: Instant;
  readonly count: number;
  /** The oldest of them and the newest; null if there is none. */
  readonly oldest: Instant | null;
  readonly newest: Instant | null;
};

/**
 * Which of the points exist on each of so many days, the first of which is the day of `from`. The points are in the order of `pointsAhead`. One pass over
 * days and points: a point that is gone stays gone, so the first that exists moves forward alone.
 */
export function pointsByDay(points: readonly PointAhead[], from: Instant, days: number): readonly PointsOnDay[] {
  const ends = points.map(({ keptUntil }) => keptUntil).toSorted((a, b) => a - b);
  const first = Math.floor(from / DAY) * DAY;
  let [taken, gone, oldest] = [0, 0, 0];
  return Array.from({ length: days }, (_, index) => {
    const day = first + index * DAY;
    const exists = (point: PointAhead | undefined): boolean => point !== undefined && point.keptUntil >= day + DAY;
    while ((points[taken]?.takenAt ?? Infinity) < day + DAY) taken += 1;
    while ((ends[gone] ?? Infinity) < day + DAY) gone += 1;
    while (oldest < taken && !exists(points[oldest])) oldest += 1;
    let newest = taken - 1;
    while (newest >= oldest && !exists(points[newest])) newest -= 1;
    if (newest < oldest) newest = taken;
    return { day, count: taken - gone, oldest: momentOf(points, oldest, taken), newest: momentOf(points, newest, taken) };
  });
}

/** Of the point at the index; null if the index is none of those that were taken. A day without a point has `oldest` = `taken`, and `newest` before it. */
function momentOf(points: readonly PointAhead[], index: number, taken: number): Instant | null {
  return index < taken ? (points[index]?.takenAt ?? null) : null;
}
