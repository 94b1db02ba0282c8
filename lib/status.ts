import type { ClusterJson, DeliveryJson, FindingJson, IncidentJson, MaintenanceJson, StatusJson } from './status/json.ts';
import { rowsNow } from './status/recovered-rows.ts';
import { recoveryJson } from './status/recovery-json.ts';
import { mutedBy, type Mutes } from './alerts/mute.ts';
import type { Verdict } from './domain/finding.ts';
import type { Head } from './domain/head.ts';
import { latencyOf } from './latency.ts';
import type { Delivery, Incident } from './domain/incident.ts';
import { type MaintenanceWindow, PRIORITY_OF } from './domain/policy.ts';
import { DAY, type Duration, type Instant, iso, isoOrNull } from './domain/time.ts';
import type { ClusterRow, RecordedFinding, RecordedView } from './domain/view.ts';

export type StatusRequest = {
  readonly now: Instant;
  readonly checkInterval: Duration;
  readonly limit: number;
  readonly cursor: string | null;
  readonly maintenance?: readonly MaintenanceWindow[];
};

/** Data is stale when the last complete run is older than two intervals, or there was none (contract, clause 7). */
export function isStale(head: Head | null, now: Instant, checkInterval: Duration): boolean {
  return !head?.lastComplete || now - head.lastComplete.finishedAt > 2 * checkInterval;
}

/** Failing first, then unknown, ok, exempt; within them by project and name, so that paging is steady between runs. */
export function inOrder(clusters: readonly ClusterRow[]): readonly ClusterRow[] {
  const rank: Readonly<Record<Verdict, number>> = { failing: 0, unknown: 1, ok: 2, exempt: 3 };
  const key = (row: ClusterRow): string => `${row.projectName}\0${row.name}\0${row.clusterId}`;
  return clusters.toSorted((a, b) => rank[a.verdict] - rank[b.verdict] || compare(key(a), key(b)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Pure: (recorded run, now) → JSON. */
export function statusJson(head: Head | null, view: RecordedView | null, request: StatusRequest): StatusJson {
  const offset = offsetOf(request.cursor);
  const rows = inOrder(rowsNow(head, view));
  const page = rows.slice(offset, offset + request.limit);
  const more = offset + page.length < rows.length;
  const last = head?.lastRun ?? null;
  return {
    generatedAt: iso(request.now),
    lastRun: last && { runId: last.runId, startedAt: iso(last.startedAt), finishedAt: iso(last.finishedAt), complete: last.complete },
    stale: isStale(head, request.now, request.checkInterval),
    next: more ? String(offset + page.length) : null,
    clusters: page.map((row) => clusterJson(row)),
    incidents: incidentsJson(head, { silences: head?.silences ?? [], maintenance: request.maintenance ?? [], now: request.now }),
    latency: latencyOf(head),
    silences: (head?.silences ?? [])
      .filter(({ until }) => until > request.now)
      .map((silence) => ({ ...silence, from: iso(silence.from), until: iso(silence.until) })),
    maintenance: (request.maintenance ?? []).map((window) => maintenanceJson(window, request.now)),
    recovery: recoveryJson(head, request.now),
    alertPath: head?.proof ? { at: iso(head.proof.startedAt), verdict: head.proof.verdict, detail: head.proof.detail } : null,
    wider: (view?.wider ?? []).map((finding) => ({ ...findingJson(finding), about: finding.about ?? '' })),
  };
}

function maintenanceJson({ made, match, why, times, activeUntil, nextStart }: MaintenanceWindow, now: Instant): MaintenanceJson {
  const { id, by } = made ?? { id: null, by: null };
  return { id, by, match, why, times, activeUntil: isoOrNull(activeUntil(now)), nextStart: isoOrNull(nextStart(now)) };
}

/** Cursors are offsets; anything else is read as the beginning (the route refuses it before). */
function offsetOf(cursor: string | null): number {
  return cursor !== null && /^\d{1,9}$/.test(cursor) ? Number(cursor) : 0;
}

export function clusterJson(row: ClusterRow): ClusterJson {
  const { projectId, projectName, clusterId, name, kind, verdict, window } = row;
  const breaks = (window?.breaks ?? []).map(({ from, to, cause }) => ({ from: iso(from), to: iso(to), cause }));
  return {
    projectId,
    projectName,
    clusterId,
    name,
    kind,
    verdict,
    window: window && { from: iso(window.from), to: iso(window.to), breaks },
    newestRecoveryPoint: isoOrNull(row.newestRecoveryPoint),
    findings: row.findings.map((finding) => findingJson(finding)),
  };
}

function findingJson({ check, verdict, severity, summary, since }: RecordedFinding): FindingJson {
  return { check, verdict, severity, priority: severity && PRIORITY_OF[severity], summary, since: iso(since) };
}

/** Every one that is not resolved, those resolved in the last 24 h, and those of which something is still to be told. */
function incidentsJson(head: Head | null, mutes: Mutes): readonly IncidentJson[] {
  const told = (head?.deliveries ?? []).flatMap((delivery) => delivery.incidents.map((id) => ({ id, delivery })));
  const byIncident = Map.groupBy(told, ({ id }) => id);
  return (head?.incidents ?? []).flatMap((incident) => {
    const deliveries = (byIncident.get(incident.id) ?? []).map(({ delivery }) => delivery);
    const recent = incident.resolvedAt === null || incident.resolvedAt > mutes.now - DAY;
    return recent || deliveries.some(({ nextTryAt }) => nextTryAt !== null) ? [incidentJson(incident, deliveries, mutes)] : [];
  });
}

function incidentJson(incident: Incident, deliveries: readonly Delivery[], mutes: Mutes): IncidentJson {
  const { id, check, resource, severity, priority, state, resolution, summary, action, evidence } = incident;
  const times = { openedAt: iso(incident.openedAt), startedAt: isoOrNull(incident.startedAt), resolvedAt: isoOrNull(incident.resolvedAt) };
  // Also of what was told before the silence began: nobody is reminded of it now.
  const silencedBy = incident.silencedBy ?? (state === 'resolved' ? null : mutedBy(incident, mutes));
  const taken = incident.acknowledgement;
  const acknowledgement = taken && { ...taken, at: iso(taken.at), until: iso(taken.until) };
  return {
    id,
    check,
    resource,
    severity,
    priority,
    state,
    ...times,
    resolution,
    acknowledgement,
    silencedBy,
    team: incident.team ?? null,
    summary,
    action,
    evidence,
    deliveries: deliveries.map((delivery) => deliveryJson(delivery)),
  };
}

function deliveryJson({ key, channel, kind, state, attempts, acceptedAt, nextTryAt, lastError }: Delivery): DeliveryJson {
  return { key, channel, kind, state, attempts, acceptedAt: isoOrNull(acceptedAt), nextTryAt: isoOrNull(nextTryAt), lastError };
}
