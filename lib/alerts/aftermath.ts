import type { Delivery, Incident } from '../domain/incident.ts';
import { type ChannelId, type GeneralPolicy, PRIORITIES } from '../domain/policy.ts';
import { addressOf } from '../domain/address.ts';
import { isRoot } from './delivery.ts';
import { announceOn, type PlanContext } from './plan.ts';
import { waysOf } from './ways.ts';

/**
 * Pure: an incident that came and went while its channels were down is told once, never by a PagerDuty trigger (contract, clause 6). Read from
 * the state, not from a transition, since the last attempt may fail after the end.
 */
export function pastDeliveries(deliveries: readonly Delivery[], incidents: readonly Incident[], context: PlanContext): readonly Delivery[] {
  const resolved = incidents.filter((incident) => incident.state === 'resolved');
  if (resolved.length === 0) return [];
  const tellable = new Set(deliveries.filter((delivery) => isRoot(delivery)).flatMap((delivery) => delivery.incidents));
  const settled = new Set(deliveries.filter(tellsTheEnd).flatMap((delivery) => delivery.incidents));
  const untold = resolved.filter((incident) => tellable.has(incident.id) && !settled.has(incident.id));
  return PRIORITIES.flatMap((priority) =>
    past(
      untold.filter((incident) => incident.priority === priority),
      context,
    ),
  );
}

/** `refused`: the addresses that refused to tell it as past. */
function past(incidents: readonly Incident[], context: PlanContext, refused: ReadonlySet<string> = new Set()): readonly Delivery[] {
  const routing = { roster: context.roster, general: withoutPager(context.general), except: 'pagerduty' } as const;
  return waysOf(incidents, routing, refused).flatMap((way) =>
    announceOn(way.channel, way.incidents, { kind: 'past', reroute: way.reroute }, [], context),
  );
}

/**
 * Does somebody hear of it by this, or by the resolve that follows it? A resolve of what may not have arrived tells nothing on PagerDuty, and is
 * not sent by SMS: two messages are better than none, but below P0 none is better than two of SMS.
 */
function tellsTheEnd(delivery: Delivery): boolean {
  if (delivery.kind === 'past' || delivery.state === 'accepted' || delivery.claim !== null) return true;
  const resolveTells = delivery.channel === 'slack' || delivery.channel === 'email';
  return delivery.ambiguous && (resolveTells || (delivery.channel === 'sms' && delivery.priority !== 'P0'));
}

/** Pure: what was to be told as past and was refused everywhere goes by the next channels. */
export function pastRerouted(deliveries: readonly Delivery[], incidents: readonly Incident[], context: PlanContext): readonly Delivery[] {
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
 * Where every channel that an open incident was sent to at its priority has definitely refused it, the messages on the next channels
 * (contract, clauses 1 and 6: in the same run). What told of it at a milder severity does not count.
 */
export function rerouted(deliveries: readonly Delivery[], incidents: readonly Incident[], context: PlanContext): readonly Delivery[] {
  const tellings = Map.groupBy(
    deliveries
      .filter((delivery) => tells(delivery) && delivery.state !== 'cancelled')
      .flatMap((delivery) => delivery.incidents.map((id) => ({ id, delivery }))),
    ({ id, delivery }) => `${id}|${delivery.priority}`,
  );
  const tellingsOf = ({ id, priority }: Incident): readonly Delivery[] =>
    (tellings.get(`${id}|${priority}`) ?? []).map(({ delivery }) => delivery);
  const stranded = incidents.filter((incident) => {
    const own = tellingsOf(incident);
    return incident.state !== 'resolved' && own.length > 0 && own.every((delivery) => delivery.state === 'rejected');
  });
  const refusedBy = (incident: Incident): ReadonlySet<string> =>
    new Set(tellingsOf(incident).map((delivery) => addressOf(delivery.channel, delivery.team)));
  return [...Map.groupBy(stranded, (incident) => `${incident.priority}|${[...refusedBy(incident)].toSorted().join()}`).values()].flatMap(
    (group) => {
      const first = group[0];
      if (!first) return [];
      return waysOf(group, context, refusedBy(first)).flatMap((way) =>
        announceOn(way.channel, way.incidents, { kind: 'trigger', reroute: way.reroute }, deliveries, context),
      );
    },
  );
}

/** Does it bring the incident before somebody? For PagerDuty an update under the key does, when severity has risen. */
function tells({ kind, channel }: Delivery): boolean {
  return kind === 'trigger' || kind === 'escalate' || (kind === 'update' && channel === 'pagerduty');
}
