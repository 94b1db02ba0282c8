import type { AccountReads, DailyReads } from './daily-facts.ts';
import type { Fact } from './fact.ts';
import type { Duration, Instant } from '../time.ts';

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
  /** The service accounts that we use; absent where nothing is known of what is configured. */
  readonly accounts?: AccountReads;
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
  /** Open alerts about backups, and those that say that a replica set has no primary or a short oplog. */
  readonly alerts: Fact<readonly AlertFacts[]>;
  /** Open alerts of these types that carry no usable id or time: one sentence each. */
  readonly lostAlerts?: readonly string[];
  /** What is read once a day, if this run asked for it. */
  readonly daily?: DailyReads;
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
  /** True while Atlas changes the cluster (`stateName` UPDATING): members restart one after the other, and there may be no primary for a while. */
  readonly updating?: true;
  /** The name by which Atlas's alerts know its replica set; absent: Atlas does not say, or the cluster is sharded and has several. */
  readonly replicaSetName?: string;
  /** One entry a shard: its electable nodes by provider and region ("AWS US_EAST_1"). */
  readonly electable: Fact<readonly ElectableNodes[]>;
  readonly terminationProtection: Fact<boolean>;
  readonly tags: Readonly<Record<string, string>>;
  /** "SHARDED/2", "REPLICASET/1": a change of it makes old snapshots unrestorable to this cluster (docs/facts/atlas.md §8 row 7). */
  readonly topology: Fact<string>;
  /** What decides which snapshots can be restored into it, besides kind and topology; absent for kinds of which Atlas does not tell it (flex, M0). */
  readonly server?: ServerTraits;
  /** "M10", "M30 x2": shown as evidence when a size jumps. */
  readonly tier: string | null;
  /** False where the budget ended before this cluster's backups were asked for. */
  readonly read: boolean;
  /** Null where Atlas says that there is none. */
  readonly schedule: Fact<Schedule | null>;
  /** The list, with the snapshots that it lacked although Atlas has them. */
  readonly snapshots: Fact<readonly Snapshot[]>;
  /** The ids of snapshots that an earlier list had, this one lacks, and Atlas says do not exist any more. Absent: none. */
  readonly goneSnapshots?: readonly string[];
};

/** What a cluster runs (docs/facts/atlas.md §2). A null field is unknown. */
export type ServerTraits = {
  /** "8.0". */
  readonly majorVersion: string | null;
  /** True if volumes are encrypted with a key of the customer's (`encryptionAtRestProvider` other than NONE). */
  readonly customerKey: boolean | null;
  /** Of a sharded cluster: DEDICATED or EMBEDDED. */
  readonly configServer: string | null;
};
/** How many nodes of a shard can be elected as its primary, by provider and region. */
export type ElectableNodes = Readonly<Record<string, number>>;

export type Schedule = {
  readonly items: readonly PolicyItem[];
  readonly nextSnapshotAt: Instant | null;
  readonly restoreWindowDays: number | null;
  /** The time of day in UTC at which all but the other hourly snapshots are taken, since midnight; absent: Atlas did not tell. */
  readonly takenAt?: Duration;
  /** Days for which snapshots of a kind are kept beyond their item's retention; absent: there are none. */
  readonly extraRetention?: readonly { readonly frequency: PolicyItem['frequency']; readonly days: number }[];
  /** To which regions snapshots are copied; absent: to none; null: Atlas's answer does not say. */
  readonly copies?: readonly CopySetting[] | null;
};

export type CopySetting = {
  /** As in `Snapshot.copyRegions`. */
  readonly region: string;
  /** The kinds of snapshots that are copied; none if Atlas copies so many of the newest, of whatever kind they are (`lastNumberOfSnapshots`). */
  readonly kinds: readonly CopiedKind[];
};

export type CopiedKind = {
  readonly frequency: PolicyItem['frequency'];
  /** How long a copy is kept; null: as long as its original. */
  readonly kept: Duration | null;
  /** The same in the calendar's units; absent: as long as its original. */
  readonly retention?: Retention;
};

export type PolicyItem = {
  readonly frequency: 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly' | 'ondemand';
  readonly interval: number;
  /** A month is 30 days here and a year 365; `retention` has the calendar's. */
  readonly retentionDays: number | null;
  /** As Atlas words it; absent: `retentionDays` days. */
  readonly retention?: Retention | null;
};

/** A length of time in the units of the calendar: three months from 30 November end on 28 February. */
export type Retention = { readonly unit: 'days' | 'weeks' | 'months' | 'years'; readonly value: number };

/** A null field is one that Atlas did not send or sent malformed: unknown, never zero. */
export type Snapshot = {
  readonly id: string;
  readonly status: 'queued' | 'inProgress' | 'completed' | 'failed' | null;
  readonly type: 'onDemand' | 'scheduled' | 'fallback' | null;
  /** When it was asked for: the second in its ObjectId, or flex's scheduledTime. Null also of a completed one of known type and data time, which tell more. */
  readonly requestedAt: Instant | null;
  /** The data time; Atlas sets it at completion only. */
  readonly createdAt: Instant | null;
  readonly expiresAt: Instant | null;
  readonly sizeBytes: number | null;
  /** The label that Atlas gives it: of the policy items that fall together, the one that is kept longest. Absent of flex. */
  readonly frequency?: PolicyItem['frequency'] | null;
  /** The regions that hold a copy. Absent of flex, which has none; null of sharded clusters, of which Atlas does not say. */
  readonly copyRegions?: readonly string[] | null;
  /** What it is a snapshot of; absent for flex. Snapshots of the same kind share one object, since a run reads hundreds of thousands of them. */
  readonly source?: SnapshotSource;
};

/** What decides into which clusters a snapshot can be restored (docs/facts/atlas.md §3, §5). A null field is unknown. */
export type SnapshotSource = ServerTraits & {
  readonly kind: 'replicaSet' | 'sharded' | null;
  /** 1 for a replica set. */
  readonly shards: number | null;
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
  /** Who did it and from where, as far as Atlas says so: "alice@example.com, 203.0.113.7", "API key abcd, 203.0.113.7". */
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
