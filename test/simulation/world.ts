import { known, unknown } from '../../lib/domain/facts/fact.ts';
import type { ClusterKind, Facts } from '../../lib/domain/facts/facts.ts';
import type { CollectHints } from '../../lib/domain/memory/collect-hints.ts';
import type { Instant } from '../../lib/domain/time.ts';
import { begin, eventOf, GIB, grow, type Listed, newCluster, take } from './cluster.ts';
import { projectFacts } from './reading.ts';
import type { Blackout, Episode, ClusterFault } from './cluster-faults.ts';

export type World = {
  readonly episodes: readonly Episode[];
  readonly clusterIds: readonly string[];
  readonly break: (clusterId: string, fault: ClusterFault, now: Instant) => void;
  readonly mend: (clusterId: string, now: Instant) => void;
  readonly blackOut: (what: Blackout | null, now: Instant) => void;
  /** What Atlas says: `at` is true time, `clock` what the reader takes it for. `partial`: the budget ended half-way. */
  readonly read: (at: Instant, reader: { readonly clock: Instant; readonly hints: CollectHints; readonly partial: boolean }) => Facts;
};

const KINDS: readonly ClusterKind[] = [
  'replicaSet',
  'sharded',
  'replicaSet',
  'replicaSet',
  'replicaSet',
  'replicaSet',
  'replicaSet',
  'flex',
];

/** Two projects of eight clusters that are backed up every six hours, and an M0. */
export function openWorld(start: Instant): World {
  const clusters = KINDS.map((kind, index) => newCluster(`c${index + 1}`, kind, index < 6 ? 'p1' : 'p2', start));
  const byId = new Map(clusters.map((cluster) => [cluster.id, cluster]));
  const events: Listed[] = [];
  const episodes: Episode[] = [];
  let dark: Episode | null = null;
  const close = (episode: Episode | null, now: Instant): void => {
    if (episode) episode.to = now;
  };
  return {
    episodes,
    clusterIds: clusters.map(({ id }) => id),
    break: (id, fault, now) => {
      const cluster = byId.get(id);
      if (!cluster || cluster.fault !== null) return;
      grow(cluster, now, events);
      cluster.fault = fault;
      cluster.episode = { of: id, fault, from: now, to: null };
      episodes.push(cluster.episode);
      begin(cluster, fault, now, events);
    },
    mend: (id, now) => {
      const cluster = byId.get(id);
      if (!cluster || cluster.fault === null || cluster.fault === 'deleted') return;
      grow(cluster, now, events);
      if (cluster.fault === 'behind') events.push(eventOf(cluster, 'CPS_OPLOG_CAUGHT_UP', now));
      if (cluster.fault === 'shrunk') cluster.snapshots = cluster.snapshots.filter(({ sizeBytes }) => sizeBytes === 10 * GIB);
      close(cluster.episode, now);
      cluster.fault = null;
      take(cluster, now, 10 * GIB);
    },
    blackOut: (what, now) => {
      close(dark, now);
      dark = what === null ? null : { of: what, fault: 'blackout', from: now, to: null };
      if (dark) episodes.push(dark);
    },
    read: (at, reader) => {
      for (const cluster of clusters) grow(cluster, at, events);
      if (dark?.of === 'all')
        return { startedAt: reader.clock, complete: !reader.partial, projects: unknown('403: the simulated Atlas refuses') };
      const projects = (['p1', 'p2'] as const).map((id) =>
        projectFacts(
          id,
          clusters.filter(({ project }) => project === id),
          { ...reader, events, dark: dark?.of === id, at },
        ),
      );
      return { startedAt: reader.clock, complete: !reader.partial, projects: known(projects, reader.clock) };
    },
  };
}
