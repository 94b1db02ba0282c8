import { isLive, isRoot, mayHaveArrived, wasNeverSent } from '../domain/incidents/delivery.ts';
import { announceOn, type RouteContext } from './plan-deliveries.ts';
import { rosterOf } from './destinations.ts';
import type { Head } from '../domain/incidents/head.ts';
import { type Delivery, type Incident, notifiedSince } from '../domain/incidents/incident.ts';
import { traitsOf } from '../domain/policy/channel-traits.ts';
import type { ChannelId } from '../domain/policy/policy.ts';
import { type Instant, spell } from '../domain/time.ts';
import { alertPath } from '../evaluate/checks/alert-path.ts';
import { checksThat } from '../evaluate/checks/registry.ts';

/**
 * Notifies the next rung that has recipients about incidents that nobody acknowledged within the response time. `waiting`: does the incident still need
 * somebody to acknowledge it?
 */
export function escalated(head: Head, waiting: (incident: Incident) => boolean, context: RouteContext): Head {
  const { now, general } = context;
  const due = head.incidents.filter((incident) => waiting(incident) && now > respondBy(incident, general));
  const climbing = due.flatMap((incident) => nextRung(incident, head.deliveries, context));
  if (climbing.length === 0) return head;
  const rungs = new Map(climbing.map(({ incident, rung }) => [incident.id, rung]));
  const incidents = head.incidents.map((incident) =>
    rungs.has(incident.id) ? { ...incident, escalation: { rung: rungs.get(incident.id) ?? 0, at: now } } : incident,
  );
  const groups = Map.groupBy(climbing, ({ channels, contacts, incident }) => `${incident.priority}|${channels.join()}|${contacts}`);
  const messages = [...groups.values()].flatMap((group) => escalateTo(group, head.deliveries, context));
  return { ...head, incidents, deliveries: [...head.deliveries, ...messages] };
}

/** By when somebody is to have acknowledged. An expired acknowledgement, a rise in severity and each rung start the response time again. */
function respondBy(incident: Incident, { responseTime }: RouteContext['general']): Instant {
  return Math.max(incident.escalation?.at ?? 0, notifiedSince(incident)) + responseTime[incident.priority];
}

/** Who is notified next while nobody acknowledges an incident, and when: "contacts by SMS"; null if there is nobody further. */
export function nextNotified(
  incident: Incident,
  deliveries: readonly Delivery[],
  context: RouteContext,
): { readonly whom: string; readonly at: Instant } | null {
  const [climb] = nextRung(incident, deliveries, context);
  if (!climb) return null;
  const names = climb.channels.map((id) => traitsOf(context.general, id).label).join(' and ');
  return { whom: climb.contacts ? `contacts by ${names}` : names, at: respondBy(incident, context.general) };
}

type Climb = { readonly incident: Incident; readonly rung: number; readonly channels: readonly ChannelId[]; readonly contacts: boolean };

function nextRung(incident: Incident, deliveries: readonly Delivery[], { roster, general }: RouteContext): readonly Climb[] {
  const ladder = general.escalation[incident.priority];
  const climbed = rungsClimbed(incident, deliveries);
  // An incident that nobody acknowledges stays at the end of its ladder for days.
  if (climbed >= ladder.length) return [];
  const notified = new Set(
    deliveries.filter((delivery) => isLive(delivery) && delivery.incidents.includes(incident.id)).map((delivery) => delivery.channel),
  );
  const recipients = rosterOf(roster, incident.team);
  for (let rung = climbed; rung < ladder.length; rung += 1) {
    const step = ladder[rung];
    if (step === undefined) continue;
    const wanted = step === 'contacts' ? recipients.map(({ id }) => id) : general.routes[step];
    const channels = wanted.filter((id) =>
      recipients.some((channel) => channel.id === id && (step === 'contacts' ? (channel.contacts ?? 0) > 0 : !notified.has(id))),
    );
    if (channels.length > 0) return [{ incident, rung: rung + 1, channels, contacts: step === 'contacts' }];
  }
  return [];
}

/**
 * How many rungs have been climbed. If an acknowledgement cancelled the last rung's messages before anybody could have received them, that rung is climbed
 * again once the acknowledgement has expired.
 */
function rungsClimbed({ id, escalation }: Incident, deliveries: readonly Delivery[]): number {
  if (!escalation) return 0;
  const { rung, at } = escalation;
  const last = deliveries.filter(
    (one) => one.kind === 'escalate' && one.root === null && one.createdAt === at && one.incidents.includes(id),
  );
  return last.length > 0 && last.every(wasNeverSent) ? rung - 1 : rung;
}

function escalateTo(group: readonly Climb[], deliveries: readonly Delivery[], context: RouteContext): readonly Delivery[] {
  const [first] = group;
  if (!first) return [];
  const reroute = `Nobody acknowledged it within ${spell(context.general.responseTime[first.incident.priority])}, so it comes to you.`;
  const incidents = group.map(({ incident }) => incident);
  return first.channels.flatMap((channel) =>
    announceOn(channel, incidents, { kind: 'escalate', reroute, contacts: first.contacts }, deliveries, context),
  );
}

/** What nobody can repair, or need act on, is notified once: no reminder, no escalation. */
const NOTIFIED_ONCE = checksThat('notifiedOnce');

/** Returns whether somebody is to acknowledge the incident. One that flaps and has recovered for now is only held open: “still failing” would be false. */
export function needsAttention({ state, silencedBy, steadySince, check, resource, notifiedOnce }: Incident): boolean {
  // The synthetic alerts of a proof end by themselves; a path that is broken, or was proven too long ago, somebody can mend.
  const synthetic = check === alertPath.id && resource.part !== 'proof';
  return (
    state === 'open' && silencedBy === undefined && steadySince === undefined && !notifiedOnce && !NOTIFIED_ONCE.has(check) && !synthetic
  );
}

/**
 * Which incidents somebody who was notified can acknowledge: on the page, or on the channel that notified them. Nobody could stop what follows on the
 * others. `arrives`: counts a message as received.
 */
export function acknowledgeableIncidents(
  deliveries: readonly Delivery[],
  { acknowledgementPaths }: Pick<RouteContext, 'acknowledgementPaths'>,
  arrives: (delivery: Delivery) => boolean = mayHaveArrived,
): (incident: Incident) => boolean {
  if (acknowledgementPaths === undefined || acknowledgementPaths.includes('page')) return () => true;
  const paths: readonly string[] = acknowledgementPaths;
  const notified = new Set(
    deliveries
      .filter((delivery) => isRoot(delivery) && arrives(delivery) && paths.includes(delivery.channel))
      .flatMap((delivery) => delivery.incidents),
  );
  return ({ id }) => notified.has(id);
}

/**
 * Which incidents escalate while nobody acknowledges them: those that somebody who was notified can acknowledge, and those whose next rung is a channel on
 * which somebody can, without a phone that rings. A mail alone cannot be answered, but it leads to a channel that can.
 */
export function escalatingIncidents(
  deliveries: readonly Delivery[],
  context: RouteContext,
  arrives: (delivery: Delivery) => boolean = mayHaveArrived,
): (incident: Incident) => boolean {
  const canBeAcknowledged = acknowledgeableIncidents(deliveries, context, arrives);
  const paths: readonly string[] = context.acknowledgementPaths ?? [];
  const rings = (channel: ChannelId): boolean => traitsOf(context.general, channel).rings;
  const canOnNextRung = ({ channels }: Climb): boolean => channels.some((channel) => paths.includes(channel)) && !channels.some(rings);
  return (incident) => canBeAcknowledged(incident) || nextRung(incident, deliveries, context).some(canOnNextRung);
}
