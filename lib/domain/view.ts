import type { Evidence, Verdict } from './finding.ts';
import type { ClusterKind } from './facts.ts';
import type { CheckId, Severity } from './policy.ts';
import type { Instant } from './time.ts';

/** The restorable window: what PITR can reach, with its breaks inside. */
export type Window = { readonly from: Instant; readonly to: Instant; readonly breaks: readonly Break[] };
export type Break = { readonly from: Instant; readonly to: Instant; readonly cause: string };

/** What a run found, as the page and /api/status read it. */
export type RecordedView = {
  readonly runId: string;
  readonly clusters: readonly ClusterRow[];
  /** Findings that are about a project or the organisation. */
  readonly wider: readonly RecordedFinding[];
};

export type ClusterRow = {
  readonly projectId: string;
  readonly projectName: string;
  readonly clusterId: string;
  readonly name: string;
  readonly kind: ClusterKind;
  readonly verdict: Verdict;
  readonly window: Window | null;
  readonly newestRecoveryPoint: Instant | null;
  readonly findings: readonly RecordedFinding[];
};

export type RecordedFinding = {
  readonly check: CheckId;
  readonly verdict: Verdict;
  readonly severity: Severity | null;
  readonly summary: string;
  readonly evidence: Evidence;
  readonly since: Instant;
  /** For findings in `wider`: whose they are. */
  readonly about?: string;
};
