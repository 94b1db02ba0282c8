import { addressOf } from '../domain/incidents/channel-address.ts';
import type { Delivery, Incident } from '../domain/incidents/incident.ts';
import { traitsOf } from '../domain/policy/channel-traits.ts';
import type { GeneralPolicy } from '../domain/policy/policy.ts';
import { destinationsFor } from './destinations.ts';
import { announceOn, type RouteContext } from './plan-deliveries.ts';
import { suppressedBy } from './suppressed-by.ts';

/**
 * Returns messages on the next channels for open incidents that have reached nobody at their priority and will not by the messages that exist already
 * (docs/contract.md, clauses 1 and 6: in the same run). Each channel has refused the message, may have it and is not asked again (SMS below P0), is broken
 * or not configured any more; or there was no channel when the incident was found. Messages at a milder severity do not count.
 */
export function rerouted(deliveries: readonly Delivery[], incidents: readonly Incident[], context: RouteContext): readonly Delivery[] {
  const stranded = withoutAnyNotice(deliveries, incidents, context);
  if (stranded.length === 0) return [];
  const notifying = deliveries.filter((delivery) => notifies(delivery, context.general));
  const [refusedBy, lostBy] = [addressesBy(notifying.filter(isRefused)), addressesBy(notifying.filter(isLost))];
  const alike = Map.groupBy(stranded, (one) => [one.priority, refusedBy(one).join(), lostBy(one).join()].join('|'));
  return [...alike.values()].flatMap((group) => {
    const lost = new Set(group[0] && lostBy(group[0]));
    const roster = context.roster.map((entry) => (lost.has(addressOf(entry.id, entry.team)) ? { ...entry, unsure: true as const } : entry));
    return destinationsFor(group, { ...context, roster }, new Set(group[0] && refusedBy(group[0]))).flatMap((destination) =>
      announceOn(destination.channel, destination.incidents, { kind: 'trigger', reroute: destination.reroute }, deliveries, context),
    );
  });
}

/** The addresses of these deliveries about an incident at its priority. */
function addressesBy(deliveries: readonly Delivery[]): (incident: Incident) => readonly string[] {
  const found = Map.groupBy(
    deliveries.flatMap(({ incidents: ids, priority, channel, team }) =>
      ids.map((id) => ({ about: `${id}|${priority}`, by: addressOf(channel, team) })),
    ),
    ({ about }) => about,
  );
  return ({ id, priority }) => [...new Set((found.get(`${id}|${priority}`) ?? []).map(({ by }) => by))].toSorted();
}

/** The message may have arrived and is never sent again. */
function isLost({ state, nextTryAt, claim }: Delivery): boolean {
  return state === 'unknown' && nextTryAt === null && claim === null;
}

/** Loops, because every wave of a sending goes through the whole head. */
function withoutAnyNotice(
  deliveries: readonly Delivery[],
  incidents: readonly Incident[],
  { roster, general, silences = [], now }: RouteContext,
): readonly Incident[] {
  const stranded = new Map<string, Incident>();
  for (const incident of incidents) if (incident.state === 'open' && incident.silencedBy === undefined) stranded.set(incident.id, incident);
  if (stranded.size === 0) return [];
  const working = new Set(roster.flatMap(({ id, team, broken }) => (broken ? [] : [addressOf(id, team)])));
  for (const delivery of deliveries)
    if (notifies(delivery, general) && mayStillArrive(delivery, working))
      for (const id of delivery.incidents) if (delivery.priority <= (stranded.get(id)?.priority ?? '')) stranded.delete(id);
  const rules = { silences, maintenance: general.maintenance, now };
  return [...stranded.values()].filter((incident) => suppressedBy(incident, rules) === null);
}

/** Returns whether a message was accepted or may soon be. `working`: the addresses that are configured and not broken. */
function mayStillArrive(delivery: Delivery, working: ReadonlySet<string>): boolean {
  const { state, channel, team } = delivery;
  const waits = (state === 'owed' || state === 'unknown') && !isLost(delivery);
  return state === 'accepted' || (waits && working.has(addressOf(channel, team)));
}

/** Returns whether a message notifies somebody. An update does if the provider tracks incidents, because the severity has risen there. */
function notifies({ kind, channel }: Delivery, general: GeneralPolicy): boolean {
  return kind === 'trigger' || kind === 'escalate' || (kind === 'update' && traitsOf(general, channel).tracksIncidents);
}

function isRefused({ state }: Delivery): boolean {
  return state === 'rejected';
}
