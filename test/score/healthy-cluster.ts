import { known } from '../../lib/domain/facts/fact.ts';
import type { AtlasEvent, ClusterFacts, ClusterKind, PolicyItem, Snapshot } from '../../lib/domain/facts/facts.ts';
import { DAY, type Duration, HOUR, type Instant, MINUTE, SECOND } from '../../lib/domain/time.ts';
import { between, type Chance } from './chance.ts';

/** A cluster that does what it promised, as varied as healthy ones are. */
export type Habits = {
  readonly name: string;
  readonly kind: ClusterKind;
  /** Between scheduled snapshots. */
  readonly every: Duration;
  /** At most so late a snapshot is asked for. */
  readonly jitter: Duration;
  /** From data time to completion, typically; it varies by a quarter either way, and ends within the hour. */
  readonly takes: Duration;
  readonly bytes: number;
  /** What the shortest retention of the schedule is. */
  readonly kept: Duration;
  /** A fraction a week; sizes of single snapshots vary by 2 % besides. */
  readonly growth: number;
  readonly pit: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** In the simulated year. Before it there is nothing. */
  readonly bornAt: Instant;
  readonly pauses: readonly { readonly from: Instant; readonly to: Instant }[];
  /** How often somebody takes an on-demand snapshot: chance an interval. */
  readonly byHand: number;
  /** A fault that people have announced: the scheduled moments whose snapshot fails, made good within the hour. */
  readonly fails: (due: Instant) => boolean;
};

type Taken = { readonly snapshot: Snapshot; readonly doneAt: Instant; readonly due: Instant; readonly failed: boolean };

/** Facts about one cluster as the year goes by; `at` only ever moves forward. */
export type HealthyCluster = {
  readonly name: string;
  readonly kind: ClusterKind;
  /** Null before it is born. */
  readonly facts: (at: Instant) => ClusterFacts | null;
  /** Events since a moment, up to the last `facts`. */
  readonly events: (since: Instant) => readonly AtlasEvent[];
};

export function healthyCluster(habits: Habits, id: string, chance: Chance): HealthyCluster {
  let next = habits.bornAt + habits.every;
  let listed: readonly Snapshot[] = [];
  let underWay: Taken[] = [];
  const events: AtlasEvent[] = [];
  let expires = Number.POSITIVE_INFINITY;
  const isPaused = (at: Instant): boolean => habits.pauses.some(({ from, to }) => at >= from && at < to);

  function advance(at: Instant): void {
    for (; next <= at; next += habits.every) {
      if (isPaused(next)) continue;
      underWay.push(...takenAt(habits, id, next, chance));
    }
    settle(at);
  }

  function settle(at: Instant): void {
    if (underWay.length === 0 && at < expires) return;
    const done = underWay.filter(({ doneAt }) => doneAt <= at);
    if (done.length > 0) {
      underWay = underWay.filter(({ doneAt }) => doneAt > at);
      const completed = done.toSorted((one, other) => one.doneAt - other.doneAt).flatMap((taken) => eventOf(taken, habits, id));
      events.push(...completed);
      while (events[0] && events[0].at <= at - 10 * DAY) events.shift();
    }
    if (done.length > 0 || at >= expires) list(done, at);
  }

  /** One loop: with a pass for each question it took a seventh of the time of a simulated year. */
  function list(done: readonly Taken[], at: Instant): void {
    const kept: Snapshot[] = [];
    expires = Number.POSITIVE_INFINITY;
    const keep = (snapshot: Snapshot): void => {
      const { expiresAt } = snapshot;
      if (expiresAt === null || expiresAt <= at) return;
      kept.push(snapshot);
      if (expiresAt < expires) expires = expiresAt;
    };
    for (const snapshot of listed) keep(snapshot);
    for (const { snapshot } of done) keep(snapshot);
    listed = kept;
  }

  return {
    name: habits.name,
    kind: habits.kind,
    events: (from) => since(events, from),
    facts: (at) => {
      if (at < habits.bornAt) return null;
      advance(at);
      const unfinished = underWay
        .filter(({ snapshot }) => (snapshot.requestedAt ?? 0) <= at)
        .map(({ snapshot }) => ({ ...snapshot, status: 'inProgress', createdAt: null, sizeBytes: 0 }) as const);
      const snapshots = unfinished.length === 0 ? listed : [...listed, ...unfinished];
      return factsOf(habits, { id, at, next, snapshots, paused: isPaused(at) });
    },
  };
}

/** The later ones of events that are in the order of their times. */
function since(events: readonly AtlasEvent[], from: Instant): readonly AtlasEvent[] {
  return events.slice(events.findLastIndex(({ at }) => at <= from) + 1);
}

/** What comes of one scheduled moment. */
function takenAt(habits: Habits, id: string, due: Instant, chance: Chance): readonly Taken[] {
  const scheduled = take(habits, id, due, chance, 'scheduled');
  if (habits.fails(due)) {
    const failed: Taken = {
      ...scheduled,
      failed: true,
      snapshot: { ...scheduled.snapshot, status: 'failed', createdAt: null, sizeBytes: 0 },
    };
    return [failed, take(habits, id, due + 50 * MINUTE, chance, 'scheduled')];
  }
  return chance() < habits.byHand
    ? [scheduled, take(habits, id, due + between(chance, HOUR, habits.every), chance, 'onDemand')]
    : [scheduled];
}

function take(habits: Habits, id: string, due: Instant, chance: Chance, type: 'scheduled' | 'onDemand'): Taken {
  const requestedAt = Math.round(due + chance() * habits.jitter);
  // 311 recorded snapshots: data 35–454 s after the request (docs/facts/atlas.md §3).
  const createdAt = requestedAt + Math.round(between(chance, 35, 454)) * SECOND;
  const took = Math.min(HOUR, Math.round(habits.takes * between(chance, 0.75, 1.25)));
  const weeks = (due - habits.bornAt) / (7 * DAY);
  const sizeBytes = habits.kind === 'flex' ? null : Math.round(habits.bytes * (1 + habits.growth) ** weeks * between(chance, 0.98, 1.02));
  const snapshot: Snapshot = {
    id: `${id}-${requestedAt}-${type}`,
    status: 'completed',
    type,
    requestedAt,
    createdAt,
    expiresAt: createdAt + took + keptFor(habits, due),
    sizeBytes,
  };
  return { snapshot, doneAt: createdAt + took, due, failed: false };
}

/** Overlapping policy items give one snapshot with the longest retention (docs/facts/atlas.md §3): month, week, day, hour. */
function keptFor({ kind, every, kept }: Habits, due: Instant): Duration {
  if (kind === 'flex') return 8 * DAY;
  const date = new Date(due);
  const firstOfDay = every >= DAY || due % DAY < every;
  if (firstOfDay && date.getUTCDate() === 28) return 365 * DAY;
  if (every >= 7 * DAY || (firstOfDay && date.getUTCDay() === 6)) return Math.max(kept, 28 * DAY);
  return kept;
}

function eventOf({ snapshot, doneAt, due, failed }: Taken, { name, kind }: Habits, clusterId: string): readonly AtlasEvent[] {
  if (kind === 'flex' || kind === 'free') return [];
  const type = failed ? 'CPS_SNAPSHOT_FAILED' : 'CPS_SNAPSHOT_SUCCESSFUL';
  return [
    {
      id: `e-${snapshot.id}`,
      type,
      at: doneAt,
      clusterId,
      clusterName: name,
      actor: null,
      snapshot: failed ? null : { createdAt: due, completedAt: doneAt },
    },
  ];
}

type Moment = {
  readonly id: string;
  readonly at: Instant;
  readonly next: Instant;
  readonly snapshots: readonly Snapshot[];
  readonly paused: boolean;
};

function factsOf(habits: Habits, { id, at, next, snapshots, paused }: Moment): ClusterFacts {
  const free = habits.kind === 'free';
  const shared = free || habits.kind === 'flex';
  return {
    id,
    name: habits.name,
    kind: habits.kind,
    createdAt: known(habits.bornAt, at),
    paused: known(paused, at),
    backupEnabled: known(!free, at),
    pitEnabled: known(habits.pit, at),
    tags: habits.tags,
    electable: known([{ 'AWS US_EAST_1': 3 }], at),
    topology: known(habits.kind === 'sharded' ? 'SHARDED/2' : 'REPLICASET/1', at),
    tier: free ? 'M0' : 'M30',
    read: true,
    schedule: known(shared ? null : { items: itemsOf(habits.every), nextSnapshotAt: next, restoreWindowDays: 7 }, at),
    snapshots: known(free ? [] : snapshots, at),
  };
}

function itemsOf(every: Duration): readonly PolicyItem[] {
  if (every >= 7 * DAY) return [{ frequency: 'weekly', interval: 6, retentionDays: 28 }];
  const labels: readonly PolicyItem[] = [
    { frequency: 'daily', interval: 1, retentionDays: 7 },
    { frequency: 'weekly', interval: 6, retentionDays: 28 },
    { frequency: 'monthly', interval: 28, retentionDays: 365 },
  ];
  return every >= DAY ? labels : [{ frequency: 'hourly', interval: every / HOUR, retentionDays: 7 }, ...labels];
}
