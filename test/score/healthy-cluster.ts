import { known } from '../../lib/domain/facts/fact.ts';
import type { AlertFacts, AtlasEvent, ClusterFacts, ClusterKind, PolicyItem, Schedule, Snapshot } from '../../lib/domain/facts/facts.ts';
import { DAY, type Duration, HOUR, type Instant, SECOND } from '../../lib/domain/time.ts';
import { between, type Chance } from './chance.ts';
import type { Habits } from './habits.ts';
import { eventOf, type Taken, takenAt } from './taken-snapshots.ts';

/** Facts about one cluster as the year goes by; `at` only ever moves forward. */
export type HealthyCluster = {
  readonly name: string;
  readonly kind: ClusterKind;
  /** Null before it is born and after it was deleted. */
  readonly facts: (at: Instant) => ClusterFacts | null;
  /** Events since a moment, up to the last `facts`. */
  readonly events: (since: Instant) => readonly AtlasEvent[];
  /** Open at that moment. */
  readonly alerts: (at: Instant) => readonly AlertFacts[];
};

export function healthyCluster(first: Habits, id: string, chance: Chance): HealthyCluster {
  let habits = first;
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

  /** What is under way is lost, and the next snapshot is due after an interval. */
  function convert(at: Instant): void {
    const { converted } = habits;
    if (converted === undefined || at < converted.at || habits.kind === converted.to.kind) return;
    advance(converted.at);
    habits = { ...habits, ...converted.to };
    next = converted.at + habits.every;
    underWay = [];
    if (converted.snapshots === 'listed no more') [listed, expires] = [[], Number.POSITIVE_INFINITY];
  }

  function hasEnded(at: Instant): boolean {
    const { ends } = habits;
    if (ends === undefined || at < ends.at) return false;
    if (ends.by === 'deletion' && !events.some(({ type }) => type === 'CLUSTER_DELETED')) {
      const by = { clusterId: id, clusterName: habits.name, actor: 'ci@example.com', snapshot: null };
      events.push({ id: `d-${id}`, type: 'CLUSTER_DELETED', at: ends.at, ...by });
    }
    return true;
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
      const goesAt = goneAt(habits, snapshot);
      if (goesAt <= at) return;
      kept.push(snapshot);
      if (goesAt < expires) expires = goesAt;
    };
    for (const snapshot of listed) keep(drifted(snapshot, habits, chance));
    for (const { snapshot } of done) keep(snapshot);
    listed = kept;
  }

  return {
    name: habits.name,
    kind: habits.kind,
    events: (from) => since(events, from),
    alerts: (at) => {
      if (habits.elections === undefined || chance() >= habits.elections) return [];
      const openedAt = at - Math.floor(between(chance, 0, 9 * 60)) * SECOND;
      return [{ id: `a-${id}-${at}`, type: 'NO_PRIMARY', openedAt, clusterId: id, clusterName: habits.name }];
    },
    facts: (at) => {
      if (at < habits.bornAt || hasEnded(at)) return null;
      convert(at);
      advance(at);
      const unfinished = underWay
        .filter(({ snapshot }) => (snapshot.requestedAt ?? 0) <= at)
        .map(({ snapshot }) => ({
          ...snapshot,
          status: 'inProgress' as const,
          createdAt: null,
          sizeBytes: 0,
          // Provisional: Atlas computes it anew at completion (docs/facts/atlas.md §3).
          expiresAt: (snapshot.requestedAt ?? at) + DAY,
        }));
      const snapshots = unfinished.length === 0 ? listed : [...listed, ...unfinished];
      return factsOf(habits, { id, at, next, snapshots, paused: isPaused(at) });
    },
  };
}

/** When Atlas's list no longer has it. */
function goneAt({ early, scripted }: Habits, { type, createdAt, expiresAt }: Snapshot): Instant {
  if (type === 'onDemand' && scripted !== null) return (createdAt ?? 0) + scripted;
  return (expiresAt ?? Number.POSITIVE_INFINITY) - early;
}

/** Now and then Atlas tells another expiry than before: some hours sooner or later, or, of a daily snapshot that it labels as the weekly one now, weeks later. */
function drifted(snapshot: Snapshot, { early, kept }: Habits, chance: Chance): Snapshot {
  if (early === 0 || snapshot.expiresAt === null || chance() > 0.01) return snapshot;
  if (chance() < 0.2) return { ...snapshot, frequency: 'weekly', expiresAt: snapshot.expiresAt + Math.max(0, 28 * DAY - kept) };
  return { ...snapshot, expiresAt: snapshot.expiresAt + Math.round(between(chance, -1, 1) * early) };
}

/** The later ones of events that are in the order of their times. */
function since(events: readonly AtlasEvent[], from: Instant): readonly AtlasEvent[] {
  return events.slice(events.findLastIndex(({ at }) => at <= from) + 1);
}

type Moment = {
  readonly id: string;
  readonly at: Instant;
  readonly next: Instant;
  readonly snapshots: readonly Snapshot[];
  readonly paused: boolean;
};

const TOPOLOGY = { free: 'REPLICASET/1', flex: 'FLEX/1', replicaSet: 'REPLICASET/1', sharded: 'SHARDED/2' };
const TIER = { free: 'M0', flex: 'FLEX', replicaSet: 'M30', sharded: 'M30' };

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
    terminationProtection: known(true, at),
    topology: known(TOPOLOGY[habits.kind], at),
    tier: TIER[habits.kind],
    read: true,
    schedule: known(
      shared
        ? null
        : { items: itemsOf(habits.every), nextSnapshotAt: next, restoreWindowDays: 7, ...copiesOf(habits), ...habits.schedule?.(at) },
      at,
    ),
    snapshots: known(free ? [] : snapshots, at),
    ...habits.looks?.(at),
  };
}

function copiesOf({ copyTo }: Habits): Pick<Schedule, 'copies'> {
  if (copyTo === undefined) return {};
  const kinds = (['hourly', 'daily', 'weekly', 'monthly'] as const).map((frequency) => ({ frequency, kept: null }));
  return { copies: [{ region: copyTo, kinds }] };
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
