import type { ClusterKind, Snapshot } from './facts.ts';
import type { Located } from './restore-test.ts';
import type { Instant } from './time.ts';

/** A cluster as the interlock needs it, read a moment ago. Null is what Atlas did not say: the interlock refuses it. */
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

/** A restore job, read by facts/atlas-api §5: `failed` and `cancelled` are asked before `finishedAt`. */
export type RestoreJob = {
  readonly id: string;
  /** The second in its ObjectId: the only start that Atlas tells. */
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
  /** A drill's sandbox alone may be its own source, as a recovery in place is: said, or a source is never restored onto itself. */
  readonly inPlace?: true;
  readonly source: Located;
  readonly target: Located;
  readonly point: { readonly kind: 'snapshot'; readonly snapshotId: string } | { readonly kind: 'moment'; readonly at: Instant };
};

export type OutageState = 'START_REQUESTED' | 'STARTING' | 'SIMULATING' | 'RECOVERY_REQUESTED' | 'RECOVERING' | 'COMPLETE';

/**
 * What recovery asks of Atlas, all by the second service account (contract: ATLAS_RESTORE_*). Reads are tried again; writes never by themselves: an
 * answer that was lost is looked up before anything is asked twice. Every method ends by its deadline (an instant) and throws `AtlasError`,
 * which holds no secret.
 */
export interface RecoveryAtlas {
  /** Atlas's definite no to a write, which it has surely not taken; null where nobody knows, and where it may be asked again later (429). */
  refusalOf(error: unknown): { readonly code: string | null; readonly message: string } | null;
  /** By project name or id and cluster name; null where there is none. */
  findCluster(project: string, cluster: string, deadline: Instant): Promise<LiveCluster | null>;
  /** Snapshots as the watch reads them (sharded clusters by their own listing). */
  snapshots(cluster: LiveCluster, deadline: Instant): Promise<readonly Snapshot[]>;
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
