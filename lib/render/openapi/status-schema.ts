import type { Verdict } from '../../domain/findings/finding.ts';
import { STANDINGS } from '../../domain/findings/standing.ts';
import type { AcceptablePart } from '../../domain/findings/finding.ts';
import type { AlertProof } from '../../domain/incidents/head.ts';
import type { ClusterKind } from '../../domain/facts/facts.ts';
import type { SilenceMatch } from '../../domain/policy/policy.ts';
import type { Headline } from '../headline.ts';
import type { ServiceLevels, Share } from '../service-levels.ts';
import type { LatencySummary, Percentiles } from '../latency-summary.ts';
import type { ClusterJson, FindingJson, MaintenanceJson, StatusJson } from '../status-json.ts';
import { INCIDENT, PRIORITY, RESOURCE, RESTORABLE_UNTIL, SEVERITY } from './incident-schema.ts';
import { RECOVERY } from './recovery-status-schema.ts';
import { choice, count, flag, list, mapOf, meaning, moment, named, nullable, number, object, oneOf, optional, text } from './schema.ts';

export const MATCH = named(
  'SilenceMatch',
  object<SilenceMatch>({
    project: optional(meaning('name or id', text)),
    cluster: optional(meaning('name or id', text)),
    check: optional(text),
    priority: optional(PRIORITY),
  }),
);

const VERDICT = choice<Verdict>({ ok: true, failing: true, unknown: true, exempt: true });

const FINDING_MEMBERS = {
  check: text,
  verdict: VERDICT,
  severity: nullable(SEVERITY),
  priority: nullable(PRIORITY),
  summary: text,
  since: moment,
};

const FINDING = named('Finding', object<FindingJson>(FINDING_MEMBERS));

const CLUSTER = named(
  'Cluster',
  object<ClusterJson>({
    projectId: text,
    projectName: text,
    clusterId: text,
    name: text,
    kind: choice<ClusterKind>({ replicaSet: true, sharded: true, flex: true, free: true }),
    verdict: VERDICT,
    standing: oneOf(STANDINGS),
    window: meaning(
      'null: PITR is off, or unknown',
      nullable(
        object<NonNullable<ClusterJson['window']>>({
          from: moment,
          to: moment,
          breaks: list(object<NonNullable<ClusterJson['window']>['breaks'][number]>({ from: moment, to: moment, cause: text })),
        }),
      ),
    ),
    newestRecoveryPoint: nullable(moment),
    restorableUntil: nullable(RESTORABLE_UNTIL),
    findings: list(FINDING),
    pitr: optional(nullable(choice({ on: true, off: true, unknown: true }))),
    regions: optional(nullable(count)),
    tags: optional(mapOf(text)),
  }),
);

const PERCENTILES = object<Percentiles>({ count, p50: nullable(number), p95: nullable(number) });
const SHARE = { kept: count, of: count };

const SERVICE_LEVELS = object<ServiceLevels>({
  days: count,
  notified: object<ServiceLevels['notified']>({ ...SHARE, withinMs: count }),
  checks: object<ServiceLevels['checks']>({
    ...SHARE,
    byTrigger: list(object<Share & { readonly trigger: string; readonly last: string }>({ ...SHARE, trigger: text, last: moment })),
  }),
});

const MAINTENANCE = object<MaintenanceJson>({
  id: meaning('null: a window of the policy', nullable(text)),
  by: nullable(text),
  match: MATCH,
  why: text,
  times: text,
  activeUntil: nullable(moment),
  nextStart: nullable(moment),
});

export const PARTS = list(object<AcceptablePart>({ setting: text, value: number, words: text }));

export const STATUS = named(
  'Status',
  object<StatusJson>({
    generatedAt: moment,
    lastRun: nullable(
      object<NonNullable<StatusJson['lastRun']>>({
        runId: text,
        startedAt: moment,
        finishedAt: moment,
        complete: flag,
        trigger: optional(text),
      }),
    ),
    stale: meaning('the last complete run is older than two intervals', flag),
    headline: object<Headline>({ kept: count, atRisk: count, cannot: count, unknown: count, exempt: count, proven: count }),
    next: meaning('the cursor of the next page of clusters', nullable(text)),
    clusters: list(CLUSTER),
    incidents: list(INCIDENT),
    findings: meaning(
      'those that belong to no cluster',
      list(named('WiderFinding', object<StatusJson['findings'][number]>({ ...FINDING_MEMBERS, resource: RESOURCE }))),
    ),
    latency: meaning('milliseconds', object<LatencySummary>({ detected: PERCENTILES, accepted: PERCENTILES, acknowledged: PERCENTILES })),
    acceptances: list(
      object<StatusJson['acceptances'][number]>({
        id: text,
        check: text,
        resource: RESOURCE,
        parts: PARTS,
        by: text,
        why: text,
        at: moment,
      }),
    ),
    silences: list(object<StatusJson['silences'][number]>({ id: text, match: MATCH, by: text, why: text, from: moment, until: moment })),
    maintenance: list(MAINTENANCE),
    recovery: RECOVERY,
    serviceLevels: SERVICE_LEVELS,
    alertPath: nullable(
      object<NonNullable<StatusJson['alertPath']>>({
        at: moment,
        verdict: choice<AlertProof['verdict']>({ running: true, passed: true, failed: true }),
        detail: text,
      }),
    ),
  }),
);
