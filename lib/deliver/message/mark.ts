import { FURTHER } from '../../domain/incidents/delivery.ts';
import type { Notification } from '../attempt/channel.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { clean } from '../../domain/text.ts';
import { CLIMBED, climbWords } from './handling.ts';

/** What kind of message it is, and how urgent: "P0", "P1 updated", "Resolved: paused". */
export function mark(notification: Notification): string {
  const { kind, priority, reroute } = notification;
  switch (kind) {
    case 'trigger':
      return priority;
    case 'update':
      return `${priority} updated`;
    case 'acknowledge':
      return `${priority} acknowledged`;
    case 'escalate':
      return reroute === FURTHER ? `${priority} again` : `${priority} escalated`;
    case 'remind':
      return `${priority} reminder`;
    case 'resolve':
      return ended(notification);
    case 'past':
      return `${priority} past`;
    case 'digest':
      return 'Daily digest';
  }
}

/** The same without the reason of an end, for a text message. */
export function shortMark(notification: Notification): string {
  return mark(notification).replace(/:.*/, '');
}

/** Why the message goes to this channel; nothing in the usual case. */
export function rerouteLine({ reroute, incidents }: Notification): readonly string[] {
  if (reroute === null) return [];
  const why = clean(reroute);
  if (why.startsWith(CLIMBED)) return [clean(climbWords(why, incidents))];
  return [/^(sent|nobody|a further one) /i.test(why) ? why : `Sent here because ${why}`];
}

/** "paused" of "paused; the last recovery point is of …": a line under the title has the rest. */
function firstClause(reason: string): string {
  return reason.split(/[;:,(]|\. /, 1)[0]?.trim() ?? reason;
}

function ended({ incidents, root }: Notification): string {
  const reasons = new Set(incidents.map(({ resolution }) => resolution ?? 'recovered'));
  const [reason] = reasons;
  const together = incidents.length > 1 ? [...incidents, ...notIn(incidents, root?.incidents ?? [])] : incidents;
  if (together.some(({ state }) => state !== 'resolved')) return 'Partly resolved';
  return reasons.size > 1 || reason === undefined || reason.startsWith('recovered')
    ? 'Resolved'
    : `Resolved: ${firstClause(clean(reason))}`;
}

function notIn(known: readonly Incident[], all: readonly Incident[]): readonly Incident[] {
  const ids = new Set(known.map(({ id }) => id));
  return all.filter(({ id }) => !ids.has(id));
}
