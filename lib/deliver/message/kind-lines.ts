import { FURTHER } from '../../domain/incidents/delivery.ts';
import type { Notification } from '../attempt/channel.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { iso, MINUTE, spell, type Instant } from '../../domain/time.ts';
import { clean } from '../../domain/text.ts';

/** When the fault began, by Atlas's own times if they are known. */
export function since(incident: Incident): Instant {
  return incident.startedAt ?? incident.openedAt;
}

/** "Since 2026-11-22T04:00:00Z (6 h)."; nothing if `cause` gives that moment already, or if it is this one. */
export function sinceLine({ now }: Notification, incident: Incident, cause: string): readonly string[] {
  const from = since(incident);
  const lasted = (incident.resolvedAt ?? now) - from;
  return lasted < MINUTE || cause.includes(iso(from)) ? [] : [`Since ${iso(from)} (${spell(lasted)}).`];
}

/** The sentences that a kind of message adds; what has changed comes first. */
export function kindLines(notification: Notification, incident: Incident): readonly string[] {
  const until = incident.resolvedAt === null ? 'now' : iso(incident.resolvedAt);
  switch (notification.kind) {
    case 'trigger':
    case 'update':
    case 'escalate':
      return changeLines(notification, incident);
    case 'remind':
      return ['It is still open.'];
    case 'acknowledge':
      return acknowledgedLine(incident);
    case 'resolve':
      return [`Over since ${until}: ${clean(incident.resolution ?? 'recovered')}.`];
    case 'past':
      return [
        `It came and went: from ${iso(since(incident))} to ${until}. This is told late because the channels took no message at the time.`,
      ];
    case 'digest':
      return [];
  }
}

/** What is new since the message before. An escalation by the ladder has another reason, and nothing of the incident is new then. */
function changeLines({ kind, reroute }: Notification, { change, flapping, steadySince, severity, priority }: Incident): readonly string[] {
  if (kind === 'update' && flapping !== undefined) {
    const well = steadySince === undefined ? '' : ` It has been well since ${iso(steadySince)}.`;
    return [`It comes and goes: it is held open from now on, and this is said once.${well}`];
  }
  if (kind === 'escalate' && reroute !== null && reroute !== FURTHER) return [];
  if (change !== undefined) return [clean(`Changed at ${iso(change.at)}: ${change.words}.`)];
  return kind === 'escalate' && reroute === null ? [`It is ${severity} (${priority}) now and still open.`] : [];
}

function acknowledgedLine({ acknowledgement }: Incident): readonly string[] {
  if (acknowledgement === null) return [];
  const { by, via, at, until } = acknowledgement;
  return [clean(`Acknowledged: ${by} has it since ${iso(at)} (via ${via}); no reminders until ${iso(until)}.`)];
}
