import { isLive, wasNever } from './alerts/delivery.ts';
import { announceOn, type PlanContext } from './alerts/plan.ts';
import { rosterOf } from './alerts/ways.ts';
import type { Head } from './domain/head.ts';
import { type Delivery, type Incident, toldSince } from './domain/incident.ts';
import type { ChannelId } from './domain/policy.ts';
import { type Instant, spell } from './domain/time.ts';

/** Pure: nobody acknowledged within the response time, so the next rung that has anybody on it. `waiting`: is somebody still to take it on? */
export function escalated(head: Head, waiting: (incident: Incident) => boolean, context: PlanContext): Head {
  const { now, general } = context;
  // The latest counts: an acknowledgement that ran out, or a rise, begins the response time anew.
  const waitedFrom = (incident: Incident): Instant => Math.max(incident.escalation?.at ?? 0, toldSince(incident));
  const due = head.incidents.filter(
    (incident) => waiting(incident) && now - waitedFrom(incident) > general.responseTime[incident.priority],
  );
  const climbing = due.flatMap((incident) => nextRung(incident, head.deliveries, context));
  if (climbing.length === 0) return head;
  const rungs = new Map(climbing.map(({ incident, rung }) => [incident.id, rung]));
  const incidents = head.incidents.map((incident) =>
    rungs.has(incident.id) ? { ...incident, escalation: { rung: rungs.get(incident.id) ?? 0, at: now } } : incident,
  );
  const groups = Map.groupBy(climbing, ({ channels, contacts, incident }) => `${incident.priority}|${channels.join()}|${contacts}`);
  const messages = [...groups.values()].flatMap((group) => climb(group, head.deliveries, context));
  return { ...head, incidents, deliveries: [...head.deliveries, ...messages] };
}

type Climb = { readonly incident: Incident; readonly rung: number; readonly channels: readonly ChannelId[]; readonly contacts: boolean };

function nextRung(incident: Incident, deliveries: readonly Delivery[], { roster, general }: PlanContext): readonly Climb[] {
  const told = new Set(
    deliveries.filter((delivery) => isLive(delivery) && delivery.incidents.includes(incident.id)).map((delivery) => delivery.channel),
  );
  const recipients = rosterOf(roster, incident.team);
  const ladder = general.escalation[incident.priority];
  for (let rung = climbedTo(incident, deliveries); rung < ladder.length; rung += 1) {
    const step = ladder[rung];
    if (step === undefined) continue;
    const wanted = step === 'contacts' ? (['sms', 'email'] as const) : general.routes[step];
    const channels = wanted.filter((id) =>
      recipients.some((channel) => channel.id === id && (step === 'contacts' ? (channel.contacts ?? 0) > 0 : !told.has(id))),
    );
    if (channels.length > 0) return [{ incident, rung: rung + 1, channels, contacts: step === 'contacts' }];
  }
  return [];
}

/** An acknowledgement that came before anybody on the last rung could have heard cancelled it: once it has run out, that rung is climbed again. */
function climbedTo({ id, escalation }: Incident, deliveries: readonly Delivery[]): number {
  if (!escalation) return 0;
  const { rung, at } = escalation;
  const last = deliveries.filter(
    (one) => one.kind === 'escalate' && one.root === null && one.createdAt === at && one.incidents.includes(id),
  );
  return last.length > 0 && last.every(wasNever) ? rung - 1 : rung;
}

function climb(group: readonly Climb[], deliveries: readonly Delivery[], context: PlanContext): readonly Delivery[] {
  const [first] = group;
  if (!first) return [];
  const reroute = `Nobody acknowledged it within ${spell(context.general.responseTime[first.incident.priority])}, so it comes to you.`;
  const incidents = group.map(({ incident }) => incident);
  return first.channels.flatMap((channel) =>
    announceOn(channel, incidents, { kind: 'escalate', reroute, contacts: first.contacts }, deliveries, context),
  );
}
