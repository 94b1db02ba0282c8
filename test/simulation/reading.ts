import { type Fact, known, unknown } from '../../lib/domain/facts/fact.ts';
import type { AtlasEvent, ClusterFacts, ProjectFacts } from '../../lib/domain/facts/facts.ts';
import type { CollectHints } from '../../lib/domain/memory/collect-hints.ts';
import { DAY, HOUR, type Instant } from '../../lib/domain/time.ts';
import type { Cluster, Listed } from './cluster.ts';

/** When every cluster was made. */
const BIRTH = Date.UTC(2026, 0, 1);

type Reading = {
  readonly at: Instant;
  readonly clock: Instant;
  readonly hints: CollectHints;
  readonly partial: boolean;
  readonly events: readonly Listed[];
  readonly dark: boolean;
};

/** What Atlas lists of one project. */
export function projectFacts(id: 'p1' | 'p2', clusters: readonly Cluster[], reading: Reading): ProjectFacts {
  const { clock, dark } = reading;
  const refused = unknown('403: the simulated Atlas refuses');
  const listed = clusters
    .filter(({ fault }) => fault !== 'deleted' && fault !== 'vanished')
    .map((cluster, index) => clusterFacts(cluster, clock, reading.partial && index % 2 === 1));
  const free = id === 'p2' ? [freeCluster(clock)] : [];
  const of = (flex: boolean): Fact<readonly ClusterFacts[]> =>
    dark
      ? refused
      : known(
          [...listed, ...free].filter(({ kind }) => (kind === 'flex') === flex),
          clock,
        );
  const gone = clusters.filter(({ fault }) => fault === 'deleted' || fault === 'vanished');
  return {
    id,
    name: `project ${id}`,
    dedicated: of(false),
    flex: of(true),
    unreadable: [],
    events: dark ? refused : known(batch(id, reading), clock),
    alerts: dark ? refused : known([], clock),
    alertConfigs: null,
    remains: Object.fromEntries(gone.map((cluster) => [cluster.id, known(cluster.snapshots, clock)])),
  };
}

/** From the cursor less two hours, as lib/collect/read-events.ts; on a first run from eight days back. */
function batch(
  id: string,
  { at, clock, hints, events }: Reading,
): { readonly since: Instant; readonly until: Instant; readonly events: readonly AtlasEvent[] } {
  const stored = hints.projects[id]?.events ?? null;
  const since = stored === null ? clock - 8 * DAY : Math.min(stored.until, clock) - 2 * HOUR;
  const found = events.filter((event) => event.project === id && event.at >= since && event.at <= at);
  return { since, until: clock, events: found.map(({ project: _project, ...event }) => event) };
}

function clusterFacts(cluster: Cluster, clock: Instant, unread: boolean): ClusterFacts {
  const { id, kind, fault } = cluster;
  const flex = kind === 'flex';
  const blind = fault === 'blind' || unread;
  const asFact = <T>(value: T): Fact<T> =>
    blind ? unknown(unread ? 'not read: the budget ended' : '500: the simulated Atlas fails') : known(value, clock);
  const items = [
    flex
      ? ({ frequency: 'daily', interval: 1, retentionDays: 90 } as const)
      : ({ frequency: 'hourly', interval: 6, retentionDays: 90 } as const),
  ];
  return {
    id,
    name: id,
    kind,
    createdAt: known(BIRTH, clock),
    paused: known(fault === 'paused', clock),
    backupEnabled: known(fault !== 'backupOff', clock),
    pitEnabled: known(!flex && fault !== 'pitrOff' && fault !== 'backupOff', clock),
    tags: {},
    electable: known([{ 'AWS US_EAST_1': 3 }], clock),
    topology: known('REPLICASET/1', clock),
    tier: flex ? 'FLEX' : 'M10',
    read: !unread,
    schedule: asFact({ items, nextSnapshotAt: cluster.nextAt, restoreWindowDays: flex ? null : 7 }),
    snapshots: asFact(cluster.snapshots),
  };
}

function freeCluster(clock: Instant): ClusterFacts {
  const none = { tags: {}, topology: known('REPLICASET/1', clock), tier: 'M0', read: true } as const;
  return {
    id: 'm0',
    name: 'm0',
    kind: 'free',
    createdAt: known(BIRTH, clock),
    paused: known(false, clock),
    backupEnabled: known(false, clock),
    pitEnabled: known(false, clock),
    electable: known([{ 'AWS US_EAST_1': 3 }], clock),
    schedule: known(null, clock),
    snapshots: known([], clock),
    ...none,
  };
}
