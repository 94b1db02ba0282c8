import type { Fact } from './fact.ts';
import type { Instant } from '../time.ts';

/** Everything one run read from Atlas. Times are instants, sizes bytes. */
export type Facts = {
  /** When the run began to read: "now" for every verdict. */
  readonly startedAt: Instant;
  /** False where the budget ended before everything had been asked for. */
  readonly complete: boolean;
  /** The projects that the credentials see (or the configured ones); unknown where the listing itself failed. */
  readonly projects: Fact<readonly ProjectFacts[]>;
  /** Entries of the project listing that carry no usable id: one sentence each. */
  readonly unreadable?: readonly string[];
};

export type ProjectFacts = {
  readonly id: string;
  readonly name: string;
  /** Replica sets, sharded clusters and M0s. System clusters are left out. */
  readonly dedicated: Fact<readonly ClusterFacts[]>;
  readonly flex: Fact<readonly ClusterFacts[]>;
  /** Entries of a listing that carry no usable id or name: one sentence each. */
  readonly unreadable: readonly string[];
  readonly events: Fact<EventBatch>;
  /** Open alerts whose type is about backups. */
  readonly alerts: Fact<readonly AlertFacts[]>;
  /** Open backup alerts that carry no usable id or time: one sentence each. */
  readonly lostAlerts?: readonly string[];
  /** Read once a day; null where this run did not ask. */
  readonly alertConfigs: Fact<readonly AlertConfigFacts[]> | null;
  /** Clusters that memory knows and the listing lacks: what is left of their backups. Keyed by cluster id. */
  readonly remains: Readonly<Record<string, Fact<readonly Snapshot[]>>>;
};

export type ClusterKind = 'replicaSet' | 'sharded' | 'flex' | 'free';

export type ClusterFacts = {
  readonly id: string;
  readonly name: string;
  readonly kind: ClusterKind;
  readonly createdAt: Fact<Instant>;
  readonly paused: Fact<boolean>;
  readonly backupEnabled: Fact<boolean>;
  readonly pitEnabled: Fact<boolean>;
  /** True while Atlas is deleting the cluster (`stateName` DELETING). */
  readonly deleting?: boolean;
  /** One entry a shard: its electable nodes by provider and region ("AWS US_EAST_1"). */
  readonly electable: Fact<readonly ElectableNodes[]>;
  readonly tags: Readonly<Record<string, string>>;
  /** "SHARDED/2", "REPLICASET/1": a change of it makes old snapshots unrestorable to this cluster (docs/facts/atlas.md §8 row 7). */
  readonly topology: Fact<string>;
  /** "M10", "M30 x2": shown as evidence when a size jumps. */
  readonly tier: string | null;
  /** False where the budget ended before this cluster's backups were asked for. */
  readonly read: boolean;
  /** Null where Atlas says that there is none. */
  readonly schedule: Fact<Schedule | null>;
  readonly snapshots: Fact<readonly Snapshot[]>;
};

/** How many nodes of a shard can be elected as its primary, by provider and region. */
export type ElectableNodes = Readonly<Record<string, number>>;

export type Schedule = {
  readonly items: readonly PolicyItem[];
  readonly nextSnapshotAt: Instant | null;
  readonly restoreWindowDays: number | null;
};

export type PolicyItem = {
  readonly frequency: 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly' | 'ondemand';
  readonly interval: number;
  readonly retentionDays: number | null;
};

/** A null field is one that Atlas did not send or sent malformed: unknown, never zero. */
export type Snapshot = {
  readonly id: string;
  readonly status: 'queued' | 'inProgress' | 'completed' | 'failed' | null;
  readonly type: 'onDemand' | 'scheduled' | 'fallback' | null;
  /** When it was asked for: the second in its ObjectId, or flex's scheduledTime. */
  readonly requestedAt: Instant | null;
  /** The data time; Atlas sets it at completion only. */
  readonly createdAt: Instant | null;
  readonly expiresAt: Instant | null;
  readonly sizeBytes: number | null;
};

export type EventBatch = {
  /** The batch holds every event from here … */
  readonly since: Instant;
  /** … to here. */
  readonly until: Instant;
  readonly events: readonly AtlasEvent[];
  /** The clusters of the events that name none, as found by asking for each cluster's events (`ProjectMemory.eventOwners`). */
  readonly owners?: Readonly<Record<string, string>>;
  /** Entries whose id or time cannot be used, or of which nothing can. */
  readonly lost?: readonly LostEvent[];
};

/** What is still known about an event that cannot be used; null if it is unknown too. */
export type LostEvent = {
  readonly type: string | null;
  readonly clusterId: string | null;
  readonly clusterName: string | null;
  readonly sentence: string;
};

export type AtlasEvent = {
  readonly id: string;
  readonly type: string;
  readonly at: Instant;
  readonly clusterId: string | null;
  readonly clusterName: string | null;
  /** Who did it, where Atlas says so: user name, public key or address. */
  readonly actor: string | null;
  /** CPS_SNAPSHOT_SUCCESSFUL: scheduled creation and completion. */
  readonly snapshot: { readonly createdAt: Instant; readonly completedAt: Instant } | null;
};

export type AlertFacts = {
  readonly id: string;
  readonly type: string;
  readonly openedAt: Instant;
  readonly clusterId: string | null;
  readonly clusterName: string | null;
};

export type AlertConfigFacts = {
  readonly type: string;
  readonly enabled: boolean;
  /** The threshold in milliseconds, where it is one of time. */
  readonly threshold: number | null;
};
