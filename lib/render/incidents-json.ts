import type { RestorableMoments } from '../domain/findings/recorded-view.ts';
import type { IndexedRow } from '../domain/findings/indexed-row.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Delivery, Incident } from '../domain/incidents/incident.ts';
import { maskPeople } from '../domain/masked.ts';
import type { MaintenanceWindow } from '../domain/policy/policy.ts';
import { DAY, type Instant, iso, isoOrNull } from '../domain/time.ts';
import type { PastDelivery } from '../domain/incidents/past-incident.ts';
import { acknowledgeableIncidents, escalatingIncidents, needsAttention, nextNotified } from '../route/escalation.ts';
import type { RouteContext } from '../route/plan-deliveries.ts';
import { suppressedBy, type SuppressionRules } from '../route/suppressed-by.ts';
import { rowsById } from './ranking.ts';
import { restorableUntil } from './restorable-json.ts';
import type { DeliveryJson, IncidentJson } from './status-json.ts';

export type IncidentsRequest = {
  readonly now: Instant;
  readonly maintenance?: readonly MaintenanceWindow[];
  /** Says who is notified next; absent: nobody is asked to acknowledge. */
  readonly route?: RouteContext;
};

/** Incidents that are not resolved, or were in the last 24 h, or still have a message to be sent. */
export function incidentsJson(
  head: Head | null,
  rows: readonly IndexedRow[],
  { now, maintenance = [], route }: IncidentsRequest,
): readonly IncidentJson[] {
  if (head === null) return [];
  const context = incidentContext(head, rows, { now, maintenance, ...(route && { route }) });
  const byIncident = Map.groupBy(
    head.deliveries.flatMap((delivery) => delivery.incidents.map((id) => ({ id, delivery }))),
    ({ id }) => id,
  );
  return head.incidents.flatMap((incident) => {
    const deliveries = (byIncident.get(incident.id) ?? []).map(({ delivery }) => delivery);
    const recent = incident.resolvedAt === null || incident.resolvedAt > now - DAY;
    return recent || deliveries.some(({ nextTryAt }) => nextTryAt !== null) ? [incidentJson(incident, deliveries, context)] : [];
  });
}

/** What the JSON of an incident in the head takes besides the incident and its deliveries. */
export function incidentContext(
  head: Pick<Head, 'silences' | 'deliveries'>,
  rows: readonly IndexedRow[],
  { now, maintenance = [], route }: IncidentsRequest,
): IncidentContext {
  return {
    rules: { silences: head.silences, maintenance, now },
    rows: rowsById(rows),
    next: nextNotifiedIn(head, route),
  };
}

export type IncidentContext = {
  readonly rules: SuppressionRules;
  readonly rows: ReadonlyMap<string, IndexedRow>;
  readonly next: (incident: Incident, deliveries: readonly Delivery[]) => Pick<IncidentJson, 'nextNotified'>;
};

/** Nothing about incidents that nobody can acknowledge, or that somebody has. */
function nextNotifiedIn({ deliveries }: Pick<Head, 'deliveries'>, route: RouteContext | undefined): IncidentContext['next'] {
  if (!route?.acknowledgeable) return () => ({});
  const canBeAcknowledged = acknowledgeableIncidents(deliveries, route);
  const escalates = escalatingIncidents(deliveries, route);
  return (incident, own) => {
    // What is notified once never climbs the ladder, but somebody may acknowledge it all the same.
    if (!needsAttention(incident)) return incident.state === 'open' && canBeAcknowledged(incident) ? { nextNotified: null } : {};
    if (!escalates(incident)) return {};
    const next = nextNotified(incident, own, route);
    return { nextNotified: next && { ...next, at: iso(next.at) } };
  };
}

/** An incident as `/api/status` has it, with who is notified next unless notifications are suppressed. */
export function incidentJson(incident: Incident, deliveries: readonly Delivery[], context: IncidentContext): IncidentJson {
  const { silencedBy, ...shown } = withoutHandling(incident, deliveries, context);
  return { ...shown, ...(silencedBy === null && context.next(incident, deliveries)), silencedBy };
}

/** As `incidentJson`, but does not say who is notified next. */
export function withoutHandling(
  incident: Incident,
  deliveries: readonly PastDelivery[],
  { rules, rows }: Pick<IncidentContext, 'rules' | 'rows'>,
): IncidentJson {
  const { id, check, resource, severity, priority, state, resolution, summary, action, evidence, team = null } = incident;
  const shown = { id, check, resource, severity, priority, state, resolution, summary, action, evidence, team };
  const times = { openedAt: iso(incident.openedAt), startedAt: isoOrNull(incident.startedAt), resolvedAt: isoOrNull(incident.resolvedAt) };
  // Also if the silence began after the first notification: it withholds the reminders.
  const silencedBy = incident.silencedBy ?? (state === 'resolved' ? null : suppressedBy(incident, rules));
  const last = incident.acknowledgement;
  const acknowledgement = last && { by: last.by, via: last.via, at: iso(last.at), until: iso(last.until) };
  const restorable = restorableNow(incident, rows);
  return {
    ...shown,
    ...times,
    restorableUntil: restorable && restorableUntil(restorable),
    acknowledgement,
    silencedBy,
    acceptable: state === 'resolved' ? [] : (incident.acceptable ?? []).map(({ words }) => words),
    deliveries: deliveries.map((delivery) => deliveryJson(delivery)),
  };
}

/** As the cluster's row has it, which may be newer than the incident. */
export function restorableNow(incident: Incident | undefined, rows: ReadonlyMap<string, IndexedRow>): RestorableMoments | null {
  if (!incident?.restorable || incident.resource.clusterId === null) return null;
  const row = rows.get(incident.resource.clusterId);
  return row ? { ...row.restorable, window: row.window } : incident.restorable;
}

function deliveryJson({ key, channel, kind, state, attempts, acceptedAt, nextTryAt, lastError }: PastDelivery): DeliveryJson {
  const times = { acceptedAt: isoOrNull(acceptedAt), nextTryAt: isoOrNull(nextTryAt) };
  // Channels mask what they keep. An error that an earlier version kept may still hold an address.
  return { key, channel, kind, state, attempts, ...times, lastError: lastError && maskPeople(lastError) };
}
