import type { Resource } from '../domain/findings/finding.ts';
import type { Standing } from '../domain/findings/standing.ts';
import type { Break, ClusterRow, RecordedFinding, RestorableUntil, Window } from '../domain/findings/recorded-view.ts';
import type { Acceptance } from '../domain/incidents/acceptance.ts';
import type { AlertProof, Run, Silence } from '../domain/incidents/head.ts';
import type { Acknowledgement, Delivery, Incident } from '../domain/incidents/incident.ts';
import type { MaintenanceWindow, Priority } from '../domain/policy/policy.ts';
import type { InIso } from '../domain/time.ts';
import type { Headline } from './headline.ts';
import type { ServiceLevels } from './service-levels.ts';
import type { LatencySummary } from './latency-summary.ts';
import type { RecoveryJson } from './recovery-json.ts';

/** `GET /api/status` (docs/contract.md): times are ISO 8601 in UTC. */
export type StatusJson = {
  readonly generatedAt: string;
  readonly lastRun: InIso<Omit<Run, 'tookOver'>, 'startedAt' | 'finishedAt'> | null;
  readonly stale: boolean;
  readonly headline: Headline;
  readonly next: string | null;
  readonly clusters: readonly ClusterJson[];
  readonly incidents: readonly IncidentJson[];
  /** Findings that belong to no cluster and are not ok: on a project, a channel or the organisation. */
  readonly findings: readonly (FindingJson & { readonly resource: Resource })[];
  /** Milliseconds: fault by Atlas's own times → our run → accepted by a provider; our run → acknowledged. */
  readonly latency: LatencySummary;
  /** What responders have accepted as it is, with the settings as they were accepted. */
  readonly acceptances: readonly InIso<Acceptance, 'at'>[];
  readonly silences: readonly InIso<Silence, 'from' | 'until'>[];
  /** Windows of policy, and those that people made. */
  readonly maintenance: readonly MaintenanceJson[];
  /** What restore tests have proven, and what is under way. */
  readonly recovery: RecoveryJson;
  /** How soon incidents were notified, and how many scheduled checks ran, over 30 days. */
  readonly serviceLevels: ServiceLevels;
  /** The last proof of the alert path; null: never proven. */
  readonly alertPath: (Pick<AlertProof, 'verdict' | 'detail'> & { readonly at: string }) | null;
};

/** `id`, `by`: of a window that a person made; null for one of the policy. */
export type MaintenanceJson = Pick<MaintenanceWindow, 'match' | 'why' | 'times'> & {
  readonly id: string | null;
  readonly by: string | null;
  readonly activeUntil: string | null;
  readonly nextStart: string | null;
};

export type ClusterJson = Omit<InIso<ClusterRow, 'newestRecoveryPoint'>, 'window' | 'findings' | 'restorable' | 'reachLimit'> & {
  readonly window: (InIso<Omit<Window, 'breaks'>, 'from' | 'to'> & { readonly breaks: readonly InIso<Break, 'from' | 'to'>[] }) | null;
  /** What `headline` counts it as. */
  readonly standing: Standing;
  /** The latest moment to which it can be restored, as of `readAt`. */
  readonly restorableUntil: (InIso<RestorableUntil, 'at' | 'base' | 'baseExpiresAt'> & { readonly readAt: string }) | null;
  readonly findings: readonly FindingJson[];
};

export type FindingJson = InIso<Pick<RecordedFinding, 'check' | 'verdict' | 'severity' | 'summary' | 'since'>, 'since'> & {
  readonly priority: Priority | null;
};

type ShownOfIncident = Pick<
  Incident,
  'id' | 'check' | 'resource' | 'severity' | 'priority' | 'state' | 'resolution' | 'summary' | 'action' | 'evidence'
>;

export type IncidentJson = ShownOfIncident &
  InIso<Pick<Incident, 'openedAt' | 'startedAt' | 'resolvedAt'>, 'openedAt' | 'startedAt' | 'resolvedAt'> & {
    readonly acknowledgement: InIso<Omit<Acknowledgement, 'madeAt'>, 'at' | 'until'> | null;
    /** Null also if it is about no cluster. */
    readonly restorableUntil: ClusterJson['restorableUntil'];
    /** Who is notified next, and when, while nobody acknowledges it; null: nobody further; absent: somebody has acknowledged it, nobody can, or notifications are withheld. */
    readonly nextNotified?: { readonly whom: string; readonly at: string } | null;
    readonly silencedBy: string | null;
    /** What of it a responder may accept as it is, in words; empty: nothing. */
    readonly acceptable: readonly string[];
    /** The team that is notified; null: the default recipients. */
    readonly team: string | null;
    readonly deliveries: readonly DeliveryJson[];
  };

/** `key` identifies it for a resend. */
export type DeliveryJson = InIso<
  Pick<Delivery, 'key' | 'channel' | 'kind' | 'state' | 'attempts' | 'acceptedAt' | 'nextTryAt' | 'lastError'>,
  'acceptedAt' | 'nextTryAt'
>;
