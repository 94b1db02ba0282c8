import type { Schedule, Snapshot } from '../../domain/facts/facts.ts';
import type { ListedPoint } from '../../domain/memory/history/packed-listing.ts';
import { KINDS } from '../../domain/memory/history/point-fields.ts';
import { pointsAhead, pointsByDay } from '../../domain/retention/points-ahead.ts';
import { DAY, type Duration, type Instant } from '../../domain/time.ts';
import { type Lane, laneOf } from './ribbon.ts';

/** How many points there will be at the end of a day, and how far back the oldest of each kind reaches then; null: there is none. */
export type ForecastDay = {
  readonly day: Instant;
  readonly count: number;
  /** In the order of `Forecast.kinds`. */
  readonly reach: readonly (Duration | null)[];
};

export type Forecast = { readonly kinds: readonly Lane[]; readonly days: readonly ForecastDay[] };

type ForecastInput = { readonly schedule: Schedule; readonly points: readonly ListedPoint[]; readonly now: Instant };

const AHEAD = 90;
/** Each third day: a line needs no more, and the table says the same. */
const EVERY = 3;

/** Pure: what the listed points and the schedule leave on each third day of the next 90; null if there is neither. */
export function forecastOf({ schedule, points, now }: ForecastInput): Forecast | null {
  const kinds = [...KINDS, null].filter(
    (kind) =>
      points.some((point) => point.kind === kind) || schedule.items.some(({ frequency }) => frequency === kind && kind !== 'ondemand'),
  );
  if (kinds.length === 0) return null;
  const until = now + (AHEAD + 1) * DAY;
  const all = byDay({ schedule, points, now }, until);
  const each = kinds.map((kind) => {
    const own = { ...schedule, items: schedule.items.filter(({ frequency }) => frequency === kind) };
    return byDay({ schedule: own, points: points.filter((point) => point.kind === kind), now }, until);
  });
  const days = all.filter((_, index) => index % EVERY === 0);
  return {
    kinds: kinds.map((kind) => laneOf(kind)),
    days: days.map(({ day, count }, index) => ({
      day,
      count,
      reach: each.map((own) => {
        const oldest = own[index * EVERY]?.oldest ?? null;
        return oldest === null ? null : day + DAY - oldest;
      }),
    })),
  };
}

function byDay({ schedule, points, now }: ForecastInput, until: Instant): ReturnType<typeof pointsByDay> {
  return pointsByDay(pointsAhead({ schedule, snapshots: points.map((point) => snapshotOf(point)), now, until }), now, AHEAD + 1);
}

function snapshotOf({ createdAt, expiresAt, kind, sizeBytes }: ListedPoint): Snapshot {
  return {
    id: '',
    status: 'completed',
    type: kind === 'ondemand' ? 'onDemand' : 'scheduled',
    requestedAt: null,
    createdAt,
    expiresAt,
    sizeBytes,
    frequency: kind,
  };
}
