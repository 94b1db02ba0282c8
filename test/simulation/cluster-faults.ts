import type { Instant } from '../../lib/domain/time.ts';

/** What may be wrong with one cluster; at most one thing at a time. */
export const CLUSTER_FAULTS = ['stale', 'pitrOff', 'behind', 'backupOff', 'shrunk', 'paused', 'blind', 'vanished', 'deleted'] as const;
export type ClusterFault = (typeof CLUSTER_FAULTS)[number];
/** What may be wrong with everything: one project, or all, cannot be read. */
export type Blackout = 'p1' | 'p2' | 'all';

/** A fault as it was: the cluster, project or "all", and for how long; null: still. */
export type Episode = { readonly of: string; readonly fault: ClusterFault | 'blackout'; readonly from: Instant; to: Instant | null };
