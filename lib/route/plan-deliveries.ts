import {
  FURTHER,
  isLive,
  isRoot,
  newDelivery,
  type NewDelivery,
  nextPageKey,
  POINTLESS_WHEN_RESOLVED,
} from '../domain/incidents/delivery.ts';
import { acknowledgements, editsInPlace, followUps, resolves, updatesInThreads } from './follow-ups.ts';
import { FIRST_CONTACT, failingAddress } from '../domain/incidents/channel-address.ts';
import { traitsOf } from '../domain/policy/channel-traits.ts';
import type { Silence } from '../domain/incidents/head.ts';
import type { Delivery, DeliveryKind, Incident, Transition, TransitionKind } from '../domain/incidents/incident.ts';
import { type ChannelId, type GeneralPolicy, PRIORITIES, type AcknowledgementPath } from '../domain/policy/policy.ts';
import type { Instant } from '../domain/time.ts';
import type { Roster, RosterEntry } from './route.ts';
import { byRecipients, destinationsFor } from './destinations.ts';

export type RouteContext = {
  readonly roster: Roster;
  readonly general: GeneralPolicy;
  readonly now: Instant;
  /** Silenced incidents notify nobody, whatever happened to their earlier messages. */
  readonly silences?: readonly Silence[];
  /** Can an acknowledgement reach us? Without it there are no reminders and no escalation. */
  readonly acknowledgeable?: boolean;
  /** By which paths; absent: by every channel that notified. */
  readonly acknowledgementPaths?: readonly AcknowledgementPath[];
  /** Can PagerDuty be asked what it holds? */
  readonly pagerdutyAsked?: boolean;
};

/**
 * Adds the deliveries that transitions cause and cancels those that they make pointless. More than `stormAbove` new incidents of one priority are one
 * message, except where the provider tracks incidents: PagerDuty gets one trigger each (docs/contract.md, clause 3).
 */
export function planDeliveries(
  deliveries: readonly Delivery[],
  transitions: readonly Transition[],
  context: RouteContext,
): readonly Delivery[] {
  if (transitions.length === 0) return deliveries;
  const of = (...kinds: readonly TransitionKind[]): readonly Incident[] =>
    transitions.filter(({ kind }) => kinds.includes(kind)).map(({ incident }) => incident);
  const resolved = of('resolved');
  const [inHand, renewed] = [of('renewed').filter(isInHand), of('renewed').filter((incident) => !isInHand(incident))];
  const announcements = PRIORITIES.flatMap((priority) => [
    ...announce(
      deliveries,
      of('opened', 'raised').filter((incident) => incident.priority === priority),
      context,
    ),
    ...announce(
      deliveries,
      renewed.filter((incident) => incident.priority === priority),
      context,
      FURTHER,
    ),
  ]);
  return [
    ...cancelPointless(deliveries, resolved),
    ...resolves(deliveries, resolved, context),
    ...announcements,
    ...acknowledgements(deliveries, of('acknowledged'), context),
    ...[...of('raised'), ...renewed].flatMap((incident) => editsInPlace(deliveries, incident, announcements, context)),
    ...of('flapping').flatMap((incident) => updatesInThreads(deliveries, incident, null, context)),
    ...inHand.flatMap((incident) => updatesInThreads(deliveries, incident, FURTHER, context)),
  ];
}

function isInHand({ state }: Incident): boolean {
  return state === 'acknowledged';
}

/** Triggers of new or raised incidents of one priority. `again`: the reason given to those who were notified of them before. */
function announce(
  deliveries: readonly Delivery[],
  incidents: readonly Incident[],
  context: RouteContext,
  again: string | null = null,
): readonly Delivery[] {
  const { general, roster } = context;
  const whole = roster.map(({ broken: _broken, ...entry }) => entry);
  const working = roster.some(({ broken }) => !broken) ? roster : whole;
  const [ofChannels, others] = [incidents.filter(isAboutChannel), incidents.filter((incident) => !isAboutChannel(incident))];
  // Messages of a broken channel are sent elsewhere too (`rerouted`). Incidents about channels do not wait for that.
  const destinations = [
    ...destinationsFor(others, { general, roster: whole }),
    ...destinationsFor(ofChannels, { general, roster: working }),
  ];
  return destinations.flatMap((destination) =>
    announceOn(destination.channel, destination.incidents, { kind: 'trigger', reroute: destination.reroute, again }, deliveries, context),
  );
}

function isAboutChannel(incident: Incident): boolean {
  return failingAddress(incident) !== null;
}

/** `contacts`: to the contacts of the last rung instead of the channel's own recipients. */
export type Sending = {
  readonly kind: DeliveryKind;
  readonly reroute: string | null;
  readonly contacts?: boolean;
  readonly again?: string | null;
};

/** Announces incidents on one channel, to each team's recipients. Recipients who were notified of an incident before get a follow-up in its thread. */
export function announceOn(
  channel: ChannelId,
  incidents: readonly Incident[],
  sending: Sending,
  deliveries: readonly Delivery[],
  context: RouteContext,
): readonly Delivery[] {
  return byRecipients(channel, incidents, context.roster).flatMap(([entry, own]) => announceTo(entry, own, sending, deliveries, context));
}

function announceTo(
  entry: RosterEntry,
  incidents: readonly Incident[],
  sending: Sending,
  deliveries: readonly Delivery[],
  context: RouteContext,
): readonly Delivery[] {
  const { id: channel, team } = entry;
  // Contacts are other people than the channel's recipients, so earlier messages to one group do not count for the other.
  const before = deliveries.filter(
    (delivery) =>
      delivery.channel === channel && delivery.team === team && delivery.recipient >= FIRST_CONTACT === (sending.contacts ?? false),
  );
  const notified = new Set(before.filter(isLive).flatMap((delivery) => delivery.incidents));
  const fresh = incidents.filter((incident) => !notified.has(incident.id));
  const again = incidents.filter((incident) => notified.has(incident.id));
  const { tracksIncidents } = traitsOf(context.general, channel);
  const isTogether = sending.kind === 'past' || fresh.length > context.general.stormAbove;
  const groups = !tracksIncidents && isTogether && fresh.length > 0 ? [fresh] : fresh.map((incident) => [incident]);
  const triggers = recipientsOf(entry, sending).flatMap((recipient) =>
    groups.map((group) =>
      withUnusedKey(group, { channel, team, recipient, kind: sending.kind, reroute: sending.reroute }, before, context),
    ),
  );
  return [
    ...triggers,
    ...(sending.kind === 'trigger' || sending.contacts
      ? again.flatMap((incident) =>
          followUps(before, incident, { kind: tracksIncidents ? 'update' : 'escalate', reroute: sending.again ?? null }, context.now),
        )
      : []),
  ];
}

/** Makes a delivery whose key no earlier one has: neither a cancelled delivery nor, as the provider's key, a page that was closed there. */
function withUnusedKey(group: readonly Incident[], making: NewDelivery, before: readonly Delivery[], { now }: RouteContext): Delivery {
  const about = before.filter((delivery) => isRoot(delivery) && delivery.incidents.some((id) => id === group[0]?.id));
  const wasClosed = about.some(({ closedAtPagerDuty }) => closedAtPagerDuty !== undefined);
  const first = newDelivery(group, wasClosed ? { ...making, dedupKey: nextPageKey(group[0]?.id ?? '', about) } : making, now);
  return about.some(({ key }) => key === first.key) ? { ...first, key: `${first.key}~${now.toString(36)}` } : first;
}

function recipientsOf(entry: RosterEntry, { contacts }: Sending): readonly number[] {
  const first = contacts ? FIRST_CONTACT : 0;
  return Array.from({ length: contacts ? (entry.contacts ?? 0) : entry.recipients }, (_, index) => first + index);
}

/** Cancels messages of which all incidents have ended. A message that is being sent keeps its claim, and its outcome decides. */
function cancelPointless(deliveries: readonly Delivery[], resolved: readonly Incident[]): readonly Delivery[] {
  const ended = new Set(resolved.map((incident) => incident.id));
  if (ended.size === 0) return deliveries;
  return deliveries.flatMap((delivery): Delivery | readonly Delivery[] => {
    const touched = delivery.incidents.some((id) => ended.has(id)) && POINTLESS_WHEN_RESOLVED.has(delivery.kind);
    if (!touched || delivery.state === 'accepted' || delivery.claim !== null) return delivery;
    const left = delivery.incidents.filter((id) => !ended.has(id));
    if (left.length === 0) return { ...delivery, state: 'cancelled', nextTryAt: null };
    // A storm that never arrived goes on without the incidents that ended. One that may have arrived keeps them, so that they are resolved there.
    return delivery.ambiguous ? delivery : split(delivery, left);
  });
}

/** The message about the incidents that are left, and a cancelled one about those that ended, so that they are reported as past. */
function split(delivery: Delivery, left: readonly string[]): readonly Delivery[] {
  const kept = { ...delivery, incidents: left };
  if (!isRoot(delivery)) return [kept];
  const ended = delivery.incidents.filter((id) => !left.includes(id));
  return [kept, { ...delivery, key: `${delivery.key}-${ended[0]}`, incidents: ended, state: 'cancelled', nextTryAt: null }];
}
