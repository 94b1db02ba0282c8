import type { ClusterRow, RecordedView } from '../../domain/findings/recorded-view.ts';
import { STANDINGS } from '../../domain/findings/standing.ts';
import type { Verdict } from '../../domain/findings/finding.ts';
import type { Head } from '../../domain/incidents/head.ts';
import { PRIORITIES } from '../../domain/policy/policy.ts';
import { type Duration, type Instant, SECOND } from '../../domain/time.ts';
import { CHECK_IDS } from '../../evaluate/checks/registry.ts';
import { currentRows } from '../current-rows.ts';
import { type HeadlinePolicy, headlineOf } from '../headline.ts';
import { isStale } from '../status.ts';
import type { Family, Sample } from './exposition.ts';

export type MetricsRequest = {
  readonly now: Instant;
  readonly checkInterval: Duration;
  /** Ids of the channels that are configured: each has a count of owed deliveries, so that a series begins before its first trouble. */
  readonly channels: readonly string[];
  /** Whether each cluster has series of its own; `auto`: up to 1,000 clusters (docs/contract.md, clause 18). */
  readonly perCluster: 'auto' | 'on' | 'off';
} & HeadlinePolicy;

const MOST_CLUSTERS = 1_000;
const VERDICTS: readonly Verdict[] = ['ok', 'failing', 'unknown', 'exempt'];

/** Pure: what `/api/metrics` says of the last recorded run. All of them are gauges; times are seconds since 1970, and 0 for what never happened. */
export function metricFamilies(head: Head | null, view: RecordedView | null, request: MetricsRequest): readonly Family[] {
  const rows = currentRows(head, view);
  const { perCluster } = request;
  const detailed = perCluster === 'on' || (perCluster === 'auto' && rows.length <= MOST_CLUSTERS);
  return [...runFamilies(head, request), ...countFamilies(head, rows, request), ...(detailed ? clusterFamilies(rows) : [])];
}

function runFamilies(head: Head | null, { now, checkInterval }: MetricsRequest): readonly Family[] {
  const proof = head?.proof?.verdict === 'passed' ? head.proof.endedAt : null;
  return [
    single('last_run_timestamp_seconds', 'When the last check began, complete or not.', seconds(head?.lastRun?.startedAt ?? 0)),
    single('last_complete_run_timestamp_seconds', 'When the last complete check began.', seconds(head?.lastComplete?.startedAt ?? 0)),
    single(
      'stale',
      '1 if the last complete check is older than two intervals, so that all else here may be out of date.',
      isStale(head, now, checkInterval) ? 1 : 0,
    ),
    single(
      'alert_path_proven_timestamp_seconds',
      'When a proof of the alert path last passed, unless a later one failed or has not ended.',
      seconds(proof ?? 0),
    ),
  ];
}

function countFamilies(head: Head | null, rows: readonly ClusterRow[], request: MetricsRequest): readonly Family[] {
  const headline = headlineOf(head, rows, request, request.now);
  return [
    family(
      'clusters',
      'Clusters by how they stand to what was promised for them: kept, atRisk, cannot, unknown, exempt.',
      STANDINGS.map((standing) => ({ labels: { standing }, value: headline[standing] })),
    ),
    single('clusters_proven', 'Clusters with a passed restore test within policy.', headline.proven),
    family('incidents_open', 'Incidents that are not resolved, acknowledged ones too.', openIncidents(head)),
    family('deliveries_owed', 'Messages that no provider has accepted yet, refused ones too.', owedDeliveries(head, request.channels)),
  ];
}

/** Also those of which there are none: an alert rule on a series that does not exist yet cannot see its beginning. */
function openIncidents(head: Head | null): readonly Sample[] {
  const open = (head?.incidents ?? []).filter(({ state }) => state !== 'resolved');
  const counts = Map.groupBy(open, ({ check, priority }) => `${check} ${priority}`);
  const checks = [...new Set([...CHECK_IDS, ...open.map(({ check }) => check)])];
  return checks.flatMap((check) =>
    PRIORITIES.map((priority) => ({ labels: { check, priority }, value: counts.get(`${check} ${priority}`)?.length ?? 0 })),
  );
}

function owedDeliveries(head: Head | null, channels: readonly string[]): readonly Sample[] {
  const owed = (head?.deliveries ?? []).filter(({ nextTryAt }) => nextTryAt !== null);
  const counts = Map.groupBy(owed, ({ channel }) => channel);
  return [...new Set([...channels, ...counts.keys()])].map((channel) => ({ labels: { channel }, value: counts.get(channel)?.length ?? 0 }));
}

function clusterFamilies(rows: readonly ClusterRow[]): readonly Family[] {
  const labelsOf = ({ projectName, name, clusterId }: ClusterRow): Sample['labels'] => ({
    project: projectName,
    cluster: name,
    cluster_id: clusterId,
  });
  const times = (at: (row: ClusterRow) => Instant | null): readonly Sample[] =>
    rows.flatMap((row) => {
      const instant = at(row);
      return instant === null ? [] : [{ labels: labelsOf(row), value: seconds(instant) }];
    });
  return [
    family(
      'cluster_verdict',
      '1 for the verdict that the cluster has, 0 for the others.',
      rows.flatMap((row) => VERDICTS.map((verdict) => ({ labels: { ...labelsOf(row), verdict }, value: row.verdict === verdict ? 1 : 0 }))),
    ),
    family(
      'cluster_newest_recovery_point_timestamp_seconds',
      'Data time of the newest snapshot that counts. No series: there is none.',
      times(({ newestRecoveryPoint }) => newestRecoveryPoint),
    ),
    family(
      'cluster_restorable_until_timestamp_seconds',
      'The latest moment to which the cluster can be restored. No series: it cannot be restored.',
      times(({ restorable }) => restorable.until?.at ?? null),
    ),
  ];
}

function single(name: string, help: string, value: number): Family {
  return family(name, help, [{ labels: {}, value }]);
}

function family(name: string, help: string, samples: readonly Sample[]): Family {
  return { name: `restorewatch_${name}`, help, samples };
}

function seconds(at: Instant): number {
  return at / SECOND;
}
