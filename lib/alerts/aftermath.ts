import type { Delivery, Incident } from '../domain/incident.ts';
import { type ChannelId, type GeneralPolicy, PRIORITIES } from '../domain/policy.ts';
import { addressOf } from '../domain/address.ts';
import { isRoot } from './delivery.ts';
import { mutedBy } from './mute.ts';
import { announceOn, type PlanContext } from './plan.ts';
import { waysOf } from './ways.ts';

/**
 * Pure: an incident that came and went while its channels were down is told once, never by a PagerDuty trigger (contract, clause 6). Read from
 * the state, not from a transition, since the last attempt may fail after the end.
 */
export function pastDeliveries(deliveries: readonly Delivery[], incidents: readonly Incident[], context: PlanContext): readonly Delivery[] {
  const resolved = incidents.filter((incident) => incident.state === 'resolved');
  if (resolved.length === 0) return [];
  const settled = idsOf(deliveries, tellsTheEnd);
  const unsettled = resolved.filter(({ id }) => !settled.has(id));
  if (unsettled.length === 0) return [];
  const tellable = idsOf(deliveries, isRoot);
  const untold = unsettled.filter(({ id }) => tellable.has(id));
  return PRIORITIES.flatMap((priority) =>
    past(
      untold.filter((incident) => incident.priority === priority),
      context,
    ),
  );
}

/** What such deliveries are about. A loop, since every wave of a sending asks of the whole head. */
function idsOf(deliveries: readonly Delivery[], are: (delivery: Delivery) => boolean): ReadonlySet<string> {
  const found = new Set<string>();
  for (const delivery of deliveries) if (are(delivery)) for (const id of delivery.incidents) found.add(id);
  return found;
}

function isRefused({ state }: Delivery): boolean {
  return state === 'rejected';
}

/** `refused`: the addresses that refused to tell it as past. */
function past(incidents: readonly Incident[], context: PlanContext, refused: ReadonlySet<string> = new Set()): readonly Delivery[] {
  // Owed by its own channels until they recover: nobody else is woken for what is over.
  const roster = context.roster.map(({ broken: _broken, ...entry }) => entry);
  const routing = { roster, general: withoutPager(context.general), except: 'pagerduty' } as const;
  return waysOf(incidents, routing, refused).flatMap((way) =>
    announceOn(way.channel, way.incidents, { kind: 'past', reroute: way.reroute }, [], context),
  );
}

/**
 * Does somebody hear of it by this, or by the resolve that follows it? A resolve of what may not have arrived tells nothing on PagerDuty, and is
 * sent by SMS only where policy says so.
 */
function tellsTheEnd(delivery: Delivery): boolean {
  if (delivery.kind === 'past' || delivery.state === 'accepted' || delivery.claim !== null) return true;
  if (delivery.channel === 'sms') return delivery.kind === 'resolve' && delivery.state !== 'cancelled';
  return delivery.ambiguous && (delivery.channel === 'slack' || delivery.channel === 'email');
}

/** Pure: what was to be told as past and was refused everywhere goes by the next channels. */
export function pastRerouted(deliveries: readonly Delivery[], incidents: readonly Incident[], context: PlanContext): readonly Delivery[] {
  if (!deliveries.some((delivery) => delivery.kind === 'past' && isRefused(delivery))) return [];
  const tellings = Map.groupBy(
    deliveries.filter(({ kind }) => kind === 'past').flatMap((delivery) => delivery.incidents.map((id) => ({ id, delivery }))),
    ({ id }) => id,
  );
  const stranded = incidents.flatMap((incident) => {
    const own = (tellings.get(incident.id) ?? []).map(({ delivery }) => delivery);
    if (own.length === 0 || own.some(({ state }) => state !== 'rejected')) return [];
    return [{ incident, refused: [...new Set(own.map(({ channel, team }) => addressOf(channel, team)))].toSorted() }];
  });
  return [...Map.groupBy(stranded, ({ incident, refused }) => `${incident.priority}|${refused.join()}`).values()].flatMap((group) =>
    past(
      group.map(({ incident }) => incident),
      context,
      new Set(group[0]?.refused),
    ),
  );
}

/** So that a message does not say that PagerDuty, which was never asked, is not configured. */
function withoutPager(general: GeneralPolicy): GeneralPolicy {
  const { P0, P1, P2 } = general.routes;
  const without = (channels: readonly ChannelId[]): readonly ChannelId[] => channels.filter((id) => id !== 'pagerduty');
  return { ...general, routes: { P0: without(P0), P1: without(P1), P2: without(P2) } };
}

/**
 * Where an open incident has reached nobody at its priority and will not by what is made already, the messages on the next channels (contract,
 * clauses 1 and 6: in the same run): every channel that it was sent to has definitely refused it, may have it and is not asked again (SMS below
 * P0), delivers nothing just now or is configured no more, or there was none when it was found. What told of it at a milder severity does not count.
 */
export function rerouted(deliveries: readonly Delivery[], incidents: readonly Incident[], context: PlanContext): readonly Delivery[] {
  const stranded = strandedOf(deliveries, incidents, context);
  if (stranded.length === 0) return [];
  const [refusedBy, lostBy] = [addressesBy(deliveries, isRefused), addressesBy(deliveries, isLost)];
  const alike = Map.groupBy(stranded, (one) => [one.priority, refusedBy(one).join(), lostBy(one).join()].join('|'));
  return [...alike.values()].flatMap((group) => {
    const lost = new Set(group[0] && lostBy(group[0]));
    const roster = context.roster.map((entry) => (lost.has(addressOf(entry.id, entry.team)) ? { ...entry, unsure: true as const } : entry));
    return waysOf(group, { ...context, roster }, new Set(group[0] && refusedBy(group[0]))).flatMap((way) =>
      announceOn(way.channel, way.incidents, { kind: 'trigger', reroute: way.reroute }, deliveries, context),
    );
  });
}

/** The addresses by which an incident, at its priority, came to that. */
function addressesBy(deliveries: readonly Delivery[], cameTo: (delivery: Delivery) => boolean): (incident: Incident) => readonly string[] {
  const found = Map.groupBy(
    deliveries
      .filter((delivery) => tells(delivery) && cameTo(delivery))
      .flatMap(({ incidents: ids, priority, channel, team }) =>
        ids.map((id) => ({ about: `${id}|${priority}`, by: addressOf(channel, team) })),
      ),
    ({ about }) => about,
  );
  return ({ id, priority }) => [...new Set((found.get(`${id}|${priority}`) ?? []).map(({ by }) => by))].toSorted();
}

/** It may have arrived, and is never sent again. */
function isLost({ state, nextTryAt, claim }: Delivery): boolean {
  return state === 'unknown' && nextTryAt === null && claim === null;
}

/** Loops, since every wave of a sending asks of the whole head. */
function strandedOf(
  deliveries: readonly Delivery[],
  incidents: readonly Incident[],
  { roster, general, silences = [], now }: PlanContext,
): readonly Incident[] {
  const stranded = new Map<string, Incident>();
  for (const incident of incidents) if (incident.state === 'open' && incident.silencedBy === undefined) stranded.set(incident.id, incident);
  if (stranded.size === 0) return [];
  const working = new Set(roster.flatMap(({ id, team, broken }) => (broken ? [] : [addressOf(id, team)])));
  for (const delivery of deliveries)
    if (tells(delivery) && hasHope(delivery, working))
      for (const id of delivery.incidents) if (delivery.priority <= (stranded.get(id)?.priority ?? '')) stranded.delete(id);
  const mutes = { silences, maintenance: general.maintenance, now };
  return [...stranded.values()].filter((incident) => mutedBy(incident, mutes) === null);
}

/** Was it taken, or may it soon be? `working`: the addresses that are configured and deliver. */
function hasHope(delivery: Delivery, working: ReadonlySet<string>): boolean {
  const { state, channel, team } = delivery;
  const waits = (state === 'owed' || state === 'unknown') && !isLost(delivery);
  return state === 'accepted' || (waits && working.has(addressOf(channel, team)));
}

/** Does it bring the incident before somebody? For PagerDuty an update under the key does, when severity has risen. */
function tells({ kind, channel }: Delivery): boolean {
  return kind === 'trigger' || kind === 'escalate' || (kind === 'update' && channel === 'pagerduty');
}
