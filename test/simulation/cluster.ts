import type { AtlasEvent, ClusterKind, Snapshot } from '../../lib/domain/facts/facts.ts';
import { DAY, HOUR, type Instant } from '../../lib/domain/time.ts';
import type { Episode, ClusterFault } from './cluster-faults.ts';

/** A cluster as it really is. */
export type Cluster = {
  readonly id: string;
  readonly project: 'p1' | 'p2';
  readonly kind: ClusterKind;
  fault: ClusterFault | null;
  episode: Episode | null;
  nextAt: Instant;
  lastBehind: Instant;
  snapshots: readonly Snapshot[];
};
/** An event of Atlas's feed. */
export type Listed = AtlasEvent & { readonly project: string };

export const GIB = 1024 ** 3;
const EVERY = 6 * HOUR;
const KEPT = 12;

export function newCluster(id: string, kind: ClusterKind, project: Cluster['project'], start: Instant): Cluster {
  const cluster: Cluster = {
    id,
    project,
    kind,
    fault: null,
    episode: null,
    nextAt: start - KEPT * EVERY + Number(id.slice(1)) * 0.5 * HOUR,
    lastBehind: 0,
    snapshots: [],
  };
  grow(cluster, start, []);
  return cluster;
}

const TAKES_NONE: ReadonlySet<ClusterFault> = new Set(['stale', 'backupOff', 'paused', 'deleted', 'vanished']);

/** Lets time pass over a cluster: its snapshots, and an oplog that goes on being behind says so every hour. */
export function grow(cluster: Cluster, now: Instant, events: Listed[]): void {
  for (; cluster.nextAt <= now; cluster.nextAt += EVERY)
    if (cluster.fault === null || !TAKES_NONE.has(cluster.fault)) take(cluster, cluster.nextAt, 10 * GIB);
  if (cluster.fault !== 'behind') return;
  for (; cluster.lastBehind + HOUR <= now;) {
    cluster.lastBehind += HOUR;
    events.push(eventOf(cluster, 'CPS_OPLOG_BEHIND', cluster.lastBehind));
  }
}

export function take(cluster: Cluster, at: Instant, sizeBytes: number): void {
  const id = `s-${cluster.id}-${at}-${sizeBytes}`;
  const snapshot: Snapshot = {
    id,
    status: 'completed',
    type: 'scheduled',
    requestedAt: at - 60_000,
    createdAt: at,
    expiresAt: at + 90 * DAY,
    sizeBytes: cluster.kind === 'flex' ? null : sizeBytes,
  };
  cluster.snapshots = [...cluster.snapshots.slice(1 - KEPT), snapshot];
}

/** What a fault does when it begins. */
export function begin(cluster: Cluster, fault: ClusterFault, now: Instant, events: Listed[]): void {
  // The last day's snapshots turn out not to be there.
  if (fault === 'stale') cluster.snapshots = cluster.snapshots.filter(({ createdAt }) => (createdAt ?? 0) < now - 27 * HOUR);
  if (fault === 'shrunk') take(cluster, now, 2 * GIB);
  if (fault === 'deleted') events.push(eventOf(cluster, 'CLUSTER_DELETED', now));
  if (fault !== 'behind') return;
  events.push(eventOf(cluster, 'CPS_OPLOG_BEHIND', now));
  cluster.lastBehind = now;
}

export function eventOf(cluster: Cluster, type: string, at: Instant): Listed {
  return {
    id: `${type}-${cluster.id}-${at}`,
    type,
    at,
    clusterId: cluster.id,
    clusterName: cluster.id,
    actor: 'ann',
    snapshot: null,
    project: cluster.project,
  };
}
