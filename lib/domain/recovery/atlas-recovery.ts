import type { ClusterKind, Snapshot } from '../facts/facts.ts';
import type { Located } from './restore-test.ts';
import type { SearchIndex } from './search-index.ts';
import type { Instant } from '../time.ts';

/** A cluster as the interlock needs it, read a moment ago. Null stands for what Atlas did not say; the interlock refuses it. */
export type LiveCluster = Located & {
  readonly kind: ClusterKind;
  /** "IDLE", "UPDATING" … */
  readonly stateName: string | null;
  readonly paused: boolean | null;
  readonly tags: Readonly<Record<string, string>>;
  /** "7.0". */
  readonly majorVersion: string | null;
  /** Shards; 1 for a replica set. */
  readonly shards: number | null;
  /** "DEDICATED" or "EMBEDDED"; null for replica sets. */
  readonly configServer: string | null;
  readonly pitEnabled: boolean | null;
  readonly restoreWindowDays: number | null;
  /**
   * "host" or "host:port" of every address in its connection strings (standard, SRV, private, private endpoints), lower-cased: an address that is to be
   * the sandbox's must be one of them, or we would read, and drop, somebody else's data.
   */
  readonly hosts: readonly string[];
  /** Regions with their providers, most preferred first: what an outage simulation may name. */
  readonly regions: readonly { readonly provider: string; readonly region: string }[];
};

/** A restore job, read as docs/facts/atlas.md §5 says: `failed` and `cancelled` count before `finishedAt`. */
export type RestoreJob = {
  readonly id: string;
  /** The second in its ObjectId, which is the only start time that Atlas gives. */
  readonly askedAt: Instant;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled' | 'expired';
  readonly finishedAt: Instant | null;
  readonly deliveryType: string;
  readonly snapshotId: string | null;
  readonly targetProjectId: string | null;
  readonly targetClusterName: string | null;
  /** PITR: the moment asked for. */
  readonly desiredAt: Instant | null;
};

export type RestoreRequest = {
  /** Set by a drill alone, whose sandbox is its own source. Otherwise a source is never restored onto itself. */
  readonly inPlace?: true;
  readonly source: Located;
  readonly target: Located;
  readonly point: { readonly kind: 'snapshot'; readonly snapshotId: string } | { readonly kind: 'moment'; readonly at: Instant };
};

export type OutageState = 'START_REQUESTED' | 'STARTING' | 'SIMULATING' | 'RECOVERY_REQUESTED' | 'RECOVERING' | 'COMPLETE';

/**
 * What recovery asks of Atlas, all by the second service account (docs/contract.md: ATLAS_RESTORE_*). Reads are retried. Writes are never retried blindly:
 * where an answer was lost, the caller first looks for what the write did. Every method ends by its deadline (an instant) and throws `AtlasError`, which
 * holds no secret.
 */
export interface RecoveryAtlas {
  /** Atlas's definite refusal of a write, which was surely not done. Null where that is not known, and where the write may be sent again later (429). */
  refusalOf(error: unknown): { readonly code: string | null; readonly message: string } | null;
  /** By project name or id and cluster name; null where there is none. */
  findCluster(project: string, cluster: string, deadline: Instant): Promise<LiveCluster | null>;
  /** Snapshots as `collect` reads them (sharded clusters by their own listing). */
  snapshots(cluster: LiveCluster, deadline: Instant): Promise<readonly Snapshot[]>;
  /** Search and vector indexes; null where Atlas does not list them for this service account. */
  searchIndexes(cluster: Located, deadline: Instant): Promise<readonly SearchIndex[] | null>;
  restoreJobs(source: Located, deadline: Instant): Promise<readonly RestoreJob[]>;
  restoreJob(source: Located, jobId: string, deadline: Instant): Promise<RestoreJob>;
  requestRestore(request: RestoreRequest, deadline: Instant): Promise<RestoreJob>;
  requestSnapshot(
    cluster: Located,
    wanted: { readonly description: string; readonly retentionDays: number },
    deadline: Instant,
  ): Promise<Snapshot>;
  snapshot(cluster: LiveCluster, snapshotId: string, deadline: Instant): Promise<Snapshot>;
  pause(cluster: Located, paused: boolean, deadline: Instant): Promise<void>;
  restartPrimaries(cluster: Located, deadline: Instant): Promise<void>;
  startOutage(cluster: Located, region: { readonly provider: string; readonly region: string }, deadline: Instant): Promise<OutageState>;
  outage(cluster: Located, deadline: Instant): Promise<OutageState | null>;
  endOutage(cluster: Located, deadline: Instant): Promise<OutageState>;
  /** Types and times of the project's events of this cluster since then, oldest first. */
  events(cluster: Located, since: Instant, deadline: Instant): Promise<readonly { readonly type: string; readonly at: Instant }[]>;
}
