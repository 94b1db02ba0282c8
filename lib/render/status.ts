import type { ClusterJson, FindingJson, MaintenanceJson, StatusJson } from './status-json.ts';
import { currentRows, findingOfIncident } from './current-rows.ts';
import { headlineOf } from './headline.ts';
import { rankingOf } from './ranking.ts';
import { serviceLevels } from './service-levels.ts';
import { incidentsJson, type IncidentsRequest } from './incidents-json.ts';
import { recoveryJson } from './recovery-json.ts';
import { restorableUntil, windowJson } from './restorable-json.ts';
import type { IndexedRow } from '../domain/findings/indexed-row.ts';
import { subjectKey } from '../domain/findings/finding.ts';
import type { Standing } from '../domain/findings/standing.ts';
import type { RestorePlan } from '../domain/policy/recovery-plan.ts';
import type { Head } from '../domain/incidents/head.ts';
import { latencySummary } from './latency-summary.ts';
import { type MaintenanceWindow, PRIORITY_OF } from '../domain/policy/policy.ts';
import { cleanAll } from '../domain/text.ts';
import { type Duration, type Instant, iso, isoOrNull } from '../domain/time.ts';
import type { ClusterRow, RecordedFinding, RecordedView } from '../domain/findings/recorded-view.ts';

export type StatusRequest = IncidentsRequest & {
  readonly checkInterval: Duration;
  readonly limit: number;
  readonly cursor: string | null;
  readonly restoreTests?: readonly RestorePlan[];
  /** `unwell`: without those that are well, which are most of them and which no page shows. Of projects also without what is exempt. */
  readonly findings?: 'all' | 'unwell';
};

/** Data is stale when the last complete run is older than two intervals, or there was none (docs/contract.md, clause 7). */
export function isStale(head: Head | null, now: Instant, checkInterval: Duration): boolean {
  return !head?.lastComplete || now - head.lastComplete.finishedAt > 2 * checkInterval;
}

/** Pure: (recorded run, now) → JSON, each text in it on one line and without control characters and bidirectional marks. */
export function statusJson(head: Head | null, view: RecordedView | null, request: StatusRequest): StatusJson {
  return cleanAll(statusOf(head, view, request));
}

/** As `statusJson`, with the texts as they were recorded. */
export function statusOf(head: Head | null, view: RecordedView | null, request: StatusRequest): StatusJson {
  const offset = offsetOf(request.cursor);
  const { rows, standings } = rankingOf(head, view);
  const page = rowsAt(rows.slice(offset, offset + request.limit), currentRows(head, view));
  const more = offset + page.length < rows.length;
  const last = head?.lastRun ?? null;
  return {
    generatedAt: iso(request.now),
    lastRun: last && {
      runId: last.runId,
      startedAt: iso(last.startedAt),
      finishedAt: iso(last.finishedAt),
      complete: last.complete,
      ...(last.trigger !== undefined && { trigger: last.trigger }),
    },
    stale: isStale(head, request.now, request.checkInterval),
    next: more ? String(offset + page.length) : null,
    headline: headlineOf(head, rows, request, request.now, standings),
    clusters: page.map((row) =>
      clusterJson(request.findings === 'unwell' ? withoutWell(row) : row, standings.get(row.clusterId) ?? 'unknown', last?.startedAt ?? 0),
    ),
    incidents: incidentsJson(head, rows, request),
    latency: latencySummary(head),
    acceptances: (head?.acceptances ?? []).map((one) => ({ ...one, at: iso(one.at) })),
    silences: (head?.silences ?? [])
      .filter(({ until }) => until > request.now)
      .map((silence) => ({ ...silence, from: iso(silence.from), until: iso(silence.until) })),
    maintenance: (request.maintenance ?? []).map((window) => maintenanceJson(window, request.now)),
    recovery: recoveryJson(head, request.now),
    serviceLevels: serviceLevels(head, request.now, request.checkInterval),
    alertPath: head?.proof ? { at: iso(head.proof.startedAt), verdict: head.proof.verdict, detail: head.proof.detail } : null,
    findings: widerFindings(head, view, request.findings),
  };
}

/** The clusters of one page of the status. Only the index of the view is needed. */
export function pageOfStatus(
  head: Head | null,
  view: RecordedView | null,
  { limit, cursor }: Pick<StatusRequest, 'limit' | 'cursor'>,
): { readonly clusters: readonly IndexedRow[] } {
  const offset = offsetOf(cursor);
  return { clusters: rankingOf(head, view).rows.slice(offset, offset + limit) };
}

/** The rows of these clusters, in their order. Throws Error where one was not read: a list must not be shorter than it says. */
export function rowsAt(clusters: readonly IndexedRow[], read: readonly ClusterRow[]): readonly ClusterRow[] {
  const byId = new Map(read.map((row) => [row.clusterId, row]));
  return clusters.map(({ clusterId }) => {
    const row = byId.get(clusterId);
    if (row === undefined) throw new Error(`show cluster ${clusterId}: its row was not read`);
    return row;
  });
}

function maintenanceJson({ made, match, why, times, activeUntil, nextStart }: MaintenanceWindow, now: Instant): MaintenanceJson {
  const { id, by } = made ?? { id: null, by: null };
  return { id, by, match, why, times, activeUntil: isoOrNull(activeUntil(now)), nextStart: isoOrNull(nextStart(now)) };
}

/** A cursor is an offset. The route has refused anything else, so that counts as the beginning. */
function offsetOf(cursor: string | null): number {
  return cursor !== null && /^\d{1,9}$/.test(cursor) ? Number(cursor) : 0;
}

/** A row with what a page shows of its findings: most are well. */
export function withoutWell(row: ClusterRow): ClusterRow {
  return { ...row, findings: row.findings.filter(({ verdict }) => verdict !== 'ok') };
}

/** `readAt`: when the last check read its facts. What only an earlier one could read is no window of now. */
export function clusterJson(row: ClusterRow, standing: Standing, readAt: Instant): ClusterJson {
  const { window: last, restorable, reachLimit: _reachLimit, ...shown } = row;
  return {
    ...shown,
    window: windowJson(restorable.readAt < readAt ? null : last),
    newestRecoveryPoint: isoOrNull(row.newestRecoveryPoint),
    standing,
    restorableUntil: restorableUntil(restorable),
    findings: row.findings.map((finding) => findingJson(finding)),
  };
}

/** Those of the last check, and the open incidents about what no check of facts evaluates, such as channels and restore tests. */
function widerFindings(head: Head | null, view: RecordedView | null, asked: StatusRequest['findings']): StatusJson['findings'] {
  const recorded = view?.wider ?? [];
  const wider = asked === 'unwell' ? recorded.filter(({ verdict }) => verdict === 'failing' || verdict === 'unknown') : recorded;
  const known = new Set(recorded.map(({ check, resource }) => subjectKey(check, resource)));
  const open = (head?.incidents ?? []).filter(({ state, resource }) => state !== 'resolved' && resource.clusterId === null);
  const others = open.filter(({ check, resource }) => !known.has(subjectKey(check, resource)));
  return [...wider, ...others.map((incident) => findingOfIncident(incident))].map((finding) => ({
    ...findingJson(finding),
    resource: finding.resource,
  }));
}

function findingJson({ check, verdict, severity, summary, since }: RecordedFinding): FindingJson {
  return { check, verdict, severity, priority: severity && PRIORITY_OF[severity], summary, since: iso(since) };
}
