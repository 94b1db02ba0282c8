import type { Delivery, Incident } from '../domain/incidents/incident.ts';
import { type ChannelId, type GeneralPolicy, PRIORITIES, type Priority } from '../domain/policy/policy.ts';
import { traitsOf } from '../domain/policy/channel-traits.ts';
import { addressOf, failingAddress } from '../domain/incidents/channel-address.ts';
import { isRoot } from '../domain/incidents/delivery.ts';
import { announceOn, type RouteContext } from './plan-deliveries.ts';
import { byRecipients, destinationsFor } from './destinations.ts';

/**
 * Returns one message a channel about the incidents that came and went while it took nothing, never as a PagerDuty trigger (docs/contract.md, clauses 6 and
 * 14). This reads the state and not a transition, because the last attempt to send the trigger may fail after the incident has ended. Incidents about channels
 * are left out: they say that other messages are late, and those say so themselves.
 */
export function pastDeliveries(
  deliveries: readonly Delivery[],
  incidents: readonly Incident[],
  context: RouteContext,
): readonly Delivery[] {
  const resolved = incidents.filter((incident) => incident.state === 'resolved');
  if (resolved.length === 0) return [];
  const settled = idsOf(deliveries, (delivery) => reportsTheEnd(delivery, context.general));
  const unsettled = resolved.filter((incident) => !settled.has(incident.id) && failingAddress(incident) === null);
  if (unsettled.length === 0) return [];
  const announced = idsOf(deliveries, isRoot);
  const unreported = unsettled.filter(({ id }) => announced.has(id));
  if (unreported.length === 0) return [];
  return past(unreported, context, { isFollowed: followedBy(deliveries, context.general) });
}

/** The incidents of such deliveries. A loop, because every wave of a sending goes through the whole head. */
function idsOf(deliveries: readonly Delivery[], are: (delivery: Delivery) => boolean): ReadonlySet<string> {
  const found = new Set<string>();
  for (const delivery of deliveries) if (are(delivery)) for (const id of delivery.incidents) found.add(id);
  return found;
}

function isRefused({ state }: Delivery): boolean {
  return state === 'rejected';
}

type PastOptions = {
  /** The addresses that refused the past message. */
  readonly refused?: ReadonlySet<string>;
  /** Whether a resolve reports the incident at this address. */
  readonly isFollowed?: (incident: Incident, address: string) => boolean;
};

function past(
  incidents: readonly Incident[],
  context: RouteContext,
  { refused, isFollowed = () => false }: PastOptions,
): readonly Delivery[] {
  const general = withPastChannels(context.general);
  // A broken channel keeps its message until it recovers: nobody else is woken for an incident that is over.
  const roster = context.roster.filter(({ id }) => general.channels[id]).map(({ broken: _broken, ...entry }) => entry);
  const destinations = PRIORITIES.flatMap((priority) =>
    destinationsFor(
      incidents.filter((incident) => incident.priority === priority),
      { roster, general },
      refused,
    ),
  );
  return [...Map.groupBy(destinations, ({ channel }) => channel)].flatMap(([channel, own]) => {
    const reasons = [...new Set(own.flatMap(({ reroute }) => reroute ?? []))];
    const about = own.flatMap((destination) => destination.incidents);
    const unfollowed = byRecipients(channel, about, roster).flatMap(([{ id, team }, theirs]) =>
      theirs.filter((incident) => !isFollowed(incident, addressOf(id, team))),
    );
    const reroute = reasons.length === 0 ? null : reasons.join(' ');
    return unfollowed.length === 0 ? [] : announceOn(channel, unfollowed, { kind: 'past', reroute }, [], context);
  });
}

/** Returns whether a delivery settles for every channel that the incident is not reported as past: somebody certainly has it, or it may be on its way. */
function reportsTheEnd(delivery: Delivery, general: GeneralPolicy): boolean {
  if (delivery.kind === 'past' || delivery.state === 'accepted' || delivery.claim !== null) return true;
  // Without threads, a resolve is a message of its own, and is sent only if policy says so.
  return !traitsOf(general, delivery.channel).threads && delivery.kind === 'resolve' && delivery.state !== 'cancelled';
}

/**
 * Returns whether a resolve follows at an address: a trigger that may have arrived there is followed by its resolve. That settles it for this address alone
 * (docs/contract.md, clause 15). A provider that tracks incidents ignores the resolve of an incident that it does not know.
 */
function followedBy(deliveries: readonly Delivery[], general: GeneralPolicy): (incident: Incident, address: string) => boolean {
  const followed = new Set<string>();
  for (const { ambiguous, channel, team, incidents } of deliveries) {
    const { threads, tracksIncidents } = traitsOf(general, channel);
    if (ambiguous && threads && !tracksIncidents) for (const id of incidents) followed.add(`${id}|${addressOf(channel, team)}`);
  }
  return ({ id }, address) => followed.has(`${id}|${address}`);
}

/**
 * Returns the deliveries with one waiting past message for each recipient, about all that came and went (docs/contract.md, clause 14). Those that were refused,
 * may have arrived, or are being sent stay as they are. Incidents about channels leave them, and with its last incident a message is cancelled.
 */
export function mergedPast(deliveries: readonly Delivery[], incidents: readonly Incident[]): readonly Delivery[] {
  const waiting = deliveries.filter(isWaitingPast);
  if (waiting.length === 0) return deliveries;
  const aboutChannels = new Set(incidents.filter((incident) => failingAddress(incident) !== null).map(({ id }) => id));
  const groups = [...Map.groupBy(waiting, ({ channel, team, recipient }) => `${addressOf(channel, team)}/${recipient}`).values()];
  const merged = new Map(
    groups.flatMap((group) => (group[0] ? [[group[0].key, mergedInto(group[0], group, aboutChannels)] as const] : [])),
  );
  if (waiting.every((delivery) => merged.get(delivery.key) === delivery)) return deliveries;
  return deliveries.flatMap((delivery) => (isWaitingPast(delivery) ? (merged.get(delivery.key) ?? []) : [delivery]));
}

function isWaitingPast({ kind, state, ambiguous, claim }: Delivery): boolean {
  return kind === 'past' && state === 'owed' && !ambiguous && claim === null;
}

function mergedInto(first: Delivery, group: readonly Delivery[], aboutChannels: ReadonlySet<string>): Delivery {
  const incidents = [...new Set(group.flatMap((delivery) => delivery.incidents))].filter((id) => !aboutChannels.has(id));
  if (incidents.length === 0) return { ...first, state: 'cancelled', nextTryAt: null };
  if (group.length === 1 && incidents.length === first.incidents.length) return first;
  const reasons = [...new Set(group.flatMap(({ reroute }) => reroute ?? []))];
  const priority = group.reduce<Priority>((highest, one) => (one.priority < highest ? one.priority : highest), first.priority);
  return { ...first, incidents, priority, reroute: reasons.length === 0 ? null : reasons.join(' ') };
}

/** Past messages that every channel refused go to the next channels. */
export function pastRerouted(deliveries: readonly Delivery[], incidents: readonly Incident[], context: RouteContext): readonly Delivery[] {
  if (!deliveries.some((delivery) => delivery.kind === 'past' && isRefused(delivery))) return [];
  const messages = Map.groupBy(
    deliveries.filter(({ kind }) => kind === 'past').flatMap((delivery) => delivery.incidents.map((id) => ({ id, delivery }))),
    ({ id }) => id,
  );
  const stranded = incidents.flatMap((incident) => {
    const own = (messages.get(incident.id) ?? []).map(({ delivery }) => delivery);
    if (own.length === 0 || own.some(({ state }) => state !== 'rejected')) return [];
    return [{ incident, refused: [...new Set(own.map(({ channel, team }) => addressOf(channel, team)))].toSorted() }];
  });
  return [...Map.groupBy(stranded, ({ refused }) => refused.join()).values()].flatMap((group) =>
    past(
      group.map(({ incident }) => incident),
      context,
      { refused: new Set(group[0]?.refused), isFollowed: followedBy(deliveries, context.general) },
    ),
  );
}

/** The policy as if the channels that never report a past incident did not exist, so that no message says that they are not configured. */
function withPastChannels(general: GeneralPolicy): GeneralPolicy {
  const channels = Object.fromEntries(Object.entries(general.channels).filter(([, { tracksIncidents }]) => !tracksIncidents));
  const { P0, P1, P2 } = general.routes;
  const left = (ids: readonly ChannelId[]): readonly ChannelId[] => ids.filter((id) => channels[id]);
  return { ...general, channels, routes: { P0: left(P0), P1: left(P1), P2: left(P2) } };
}
