import type { Notification } from '../../attempt/channel.ts';
import { linksOf } from '../../message/links.ts';
import { composeRecorded } from '../../message/compose.ts';
import type { Incident } from '../../../domain/incidents/incident.ts';
import { clean, cut } from '../../../domain/text.ts';
import { type Instant, iso } from '../../../domain/time.ts';

/** The specification advises some 20 kB; a storm over every cluster is named in part, and counted. */
const INCIDENTS_MOST = 50;
const EVIDENCE_MOST = 60;
const TEXT_MOST = 1_000;

/** The JSON of one message (docs/alerts.md): `type`, `timestamp` and `data`, as Standard Webhooks has it. Every text is one clean line. */
export function webhookBody(notification: Notification): object {
  const { key, kind, priority, incidents, root, reroute, now } = notification;
  const { headline, lines } = composeRecorded(notification);
  return {
    type: incidents.length === 0 ? kind : `incident.${kind}`,
    timestamp: iso(occurredAt(notification) ?? now),
    data: {
      key,
      // One for all messages that follow each other.
      dedupKey: root?.key ?? key,
      kind,
      priority,
      headline: text(headline),
      lines: lines.map(text),
      reroute: reroute === null ? null : text(reroute),
      incidents: incidents.slice(0, INCIDENTS_MOST).map((incident) => incidentIn(notification, incident)),
      incidentCount: incidents.length,
    },
  };
}

/** When what the message reports happened, if its kind says so. */
function occurredAt({ kind, incidents: [incident] }: Notification): Instant | null {
  if (kind === 'trigger') return incident?.openedAt ?? null;
  if (kind === 'resolve' || kind === 'past') return incident?.resolvedAt ?? null;
  return kind === 'acknowledge' ? (incident?.acknowledgement?.at ?? null) : null;
}

function incidentIn(notification: Notification, incident: Incident): object {
  const { id, check, state, severity, priority, resource, team, openedAt, startedAt, resolvedAt, resolution, acknowledgement } = incident;
  return {
    id,
    check,
    state,
    severity,
    priority,
    project: resource.projectId === null ? null : { id: resource.projectId, name: text(resource.projectName ?? resource.projectId) },
    cluster: resource.clusterId === null ? null : { id: resource.clusterId, name: text(resource.name) },
    subject: text(resource.name),
    team: team ?? null,
    summary: text(incident.summary),
    action: text(incident.action),
    evidence: incident.evidence.slice(0, EVIDENCE_MOST).map(([label, value]) => ({ label: text(label), value: text(value) })),
    restorableUntil: untilIn(incident),
    startedAt: moment(startedAt),
    openedAt: iso(openedAt),
    resolvedAt: moment(resolvedAt),
    resolution: resolution === null ? null : text(resolution),
    acknowledgement: acknowledgement && { by: text(acknowledgement.by), via: acknowledgement.via, at: iso(acknowledgement.at) },
    links: linksOf(notification, incident),
  };
}

/** As in /api/status (docs/contract.md, clause 20), and when that was read; null also if the incident is about no cluster. */
function untilIn({ restorable }: Incident): object | null {
  if (!restorable?.until) return null;
  const { at, by, base, baseExpiresAt } = restorable.until;
  return { at: iso(at), by, base: iso(base), baseExpiresAt: moment(baseExpiresAt), readAt: iso(restorable.readAt) };
}

function moment(at: Instant | null): string | null {
  return at === null ? null : iso(at);
}

function text(words: string): string {
  return cut(clean(words), TEXT_MOST);
}
