import type { Finding, Resource, Verdict } from './finding.ts';
import type { ClusterKind } from '../facts/facts.ts';
import type { IndexedRow } from './indexed-row.ts';
import type { Duration, Instant } from '../time.ts';

/** The restorable window: what PITR can reach, with its breaks inside. */
export type Window = { readonly from: Instant; readonly to: Instant; readonly breaks: readonly Break[] };
export type Break = { readonly from: Instant; readonly to: Instant; readonly cause: string };

/** The latest moment to which a cluster can be restored, by which means, and the snapshot that such a restore begins from. */
export type RestorableUntil = {
  readonly at: Instant;
  readonly by: 'pitr' | 'snapshot';
  /** The data time of the snapshot. */
  readonly base: Instant;
  readonly baseExpiresAt: Instant | null;
};

/** What can be restored of a cluster. Every message, page and runbook takes it from here (docs/contract.md, clause 20). */
export type Restorable = {
  /** Null if nothing can be restored. */
  readonly until: RestorableUntil | null;
  /** The start of the check that read this; 0 if none could so far. */
  readonly readAt: Instant;
  /** True if more than `until` may be restorable: what PITR depends on, or a newer snapshot, could not be read. */
  readonly mayReachFurther: boolean;
};

/** What a message about a cluster says of it: the window too, where PITR has one. */
export type RestorableMoments = Restorable & { readonly window: Window | null };

/** What a run found, as the page and /api/status read it. */
export type RecordedView = {
  readonly runId: string;
  readonly clusters: readonly ClusterRow[];
  /** What counts and order need of every cluster, where `clusters` are only the rows that are shown. Absent: `clusters` are all. */
  readonly index?: readonly IndexedRow[];
  /** Findings that are about a project or the organisation. */
  readonly wider: readonly WiderFinding[];
};

export type ClusterRow = {
  readonly projectId: string;
  readonly projectName: string;
  readonly clusterId: string;
  readonly name: string;
  readonly kind: ClusterKind;
  /** Absent: an older version recorded the row. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly verdict: Verdict;
  readonly window: Window | null;
  readonly newestRecoveryPoint: Instant | null;
  readonly restorable: Restorable;
  /** How far back `restorable.until` may lie before the cluster counts as one that cannot be restored as promised; null: nothing is promised now. */
  readonly reachLimit: Duration | null;
  readonly findings: readonly RecordedFinding[];
  /** Whether continuous backup is on; null: nothing asks for it (exempt, M0, flex, deleted, or not wanted). Absent: an older version recorded the row. */
  readonly pitr?: 'on' | 'off' | 'unknown' | null;
  /** In how many regions each shard has nodes that can be elected, at least; null: unknown. Absent: an older version recorded the row. */
  readonly regions?: number | null;
};

export type RecordedFinding = Pick<Finding, 'check' | 'verdict' | 'severity' | 'summary' | 'evidence'> & {
  readonly since: Instant;
  /** It has no incident: the digest lists it. */
  readonly digestOnly?: true;
};

export type WiderFinding = RecordedFinding & { readonly resource: Resource };
