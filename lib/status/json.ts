import type { ClusterKind } from '../domain/facts.ts';
import type { Verdict } from '../domain/finding.ts';
import type { Silence } from '../domain/head.ts';
import type { Delivery, Incident } from '../domain/incident.ts';
import type { ChannelId, CheckId, MaintenanceWindow, Priority, Severity } from '../domain/policy.ts';
import type { LatencySummary } from '../latency.ts';
import type { RecoveryJson } from './recovery-json.ts';

/** `GET /api/status` (contract): times are ISO 8601 in UTC. */
export type StatusJson = {
  readonly generatedAt: string;
  readonly lastRun: RunJson | null;
  readonly stale: boolean;
  readonly next: string | null;
  readonly clusters: readonly ClusterJson[];
  readonly incidents: readonly IncidentJson[];
  /** Findings on a project or the organisation that are not ok. */
  readonly wider: readonly (FindingJson & { readonly about: string })[];
  /** Milliseconds: fault by Atlas's own times → our run → accepted by a provider; our run → acknowledged. */
  readonly latency: LatencySummary;
  readonly silences: readonly SilenceJson[];
  /** Windows of policy, and those that people made. */
  readonly maintenance: readonly MaintenanceJson[];
  /** What restore tests have proven, and what is under way. */
  readonly recovery: RecoveryJson;
  /** The last proof of the alert path; null: never proven. */
  readonly alertPath: { readonly at: string; readonly verdict: 'running' | 'passed' | 'failed'; readonly detail: string } | null;
};

/** `id`, `by`: of one that somebody made on the page or the command line; null: it is policy's. Times are ISO 8601 in UTC. */
export type MaintenanceJson = {
  readonly id: string | null;
  readonly by: string | null;
  readonly match: MaintenanceWindow['match'];
  readonly why: string;
  readonly times: string;
  readonly activeUntil: string | null;
  readonly nextStart: string | null;
};

export type SilenceJson = {
  readonly id: string;
  readonly match: Silence['match'];
  readonly by: string;
  readonly why: string;
  readonly from: string;
  readonly until: string;
};

export type RunJson = { readonly runId: string; readonly startedAt: string; readonly finishedAt: string; readonly complete: boolean };

export type ClusterJson = {
  readonly projectId: string;
  readonly projectName: string;
  readonly clusterId: string;
  readonly name: string;
  readonly kind: ClusterKind;
  readonly verdict: Verdict;
  readonly window: {
    readonly from: string;
    readonly to: string;
    readonly breaks: readonly { readonly from: string; readonly to: string; readonly cause: string }[];
  } | null;
  readonly newestRecoveryPoint: string | null;
  readonly findings: readonly FindingJson[];
};

export type FindingJson = {
  readonly check: CheckId;
  readonly verdict: Verdict;
  readonly severity: Severity | null;
  readonly priority: Priority | null;
  readonly summary: string;
  readonly since: string;
};

export type IncidentJson = {
  readonly id: string;
  readonly check: CheckId;
  readonly resource: {
    readonly projectId: string | null;
    readonly projectName: string | null;
    readonly clusterId: string | null;
    readonly name: string;
  };
  readonly severity: Severity;
  readonly priority: Priority;
  readonly state: Incident['state'];
  readonly openedAt: string;
  /** Where the trouble began by Atlas's own times, if they tell. */
  readonly startedAt: string | null;
  readonly resolvedAt: string | null;
  readonly resolution: string | null;
  readonly acknowledgement: { readonly by: string; readonly via: string; readonly at: string; readonly until: string } | null;
  readonly silencedBy: string | null;
  /** Whose people are told; null: the default recipients. */
  readonly team: string | null;
  readonly summary: string;
  readonly action: string;
  readonly evidence: Incident['evidence'];
  readonly deliveries: readonly DeliveryJson[];
};

export type DeliveryJson = {
  /** Names it where it is to be sent again. */
  readonly key: string;
  readonly channel: ChannelId;
  readonly kind: Delivery['kind'];
  readonly state: Delivery['state'];
  readonly attempts: number;
  readonly acceptedAt: string | null;
  readonly nextTryAt: string | null;
  readonly lastError: string | null;
};
