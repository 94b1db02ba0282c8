import { isLive, isRoot, made, type Making, nextPageKey, POINTLESS_WHEN_RESOLVED } from './delivery.ts';
import { followUps, resolves, saidToFlap, shown, updates } from './follow-ups.ts';
import { addressIn, FIRST_CONTACT } from '../domain/address.ts';
import type { Silence } from '../domain/head.ts';
import type { Delivery, DeliveryKind, Incident, Transition, TransitionKind } from '../domain/incident.ts';
import { type ChannelId, type GeneralPolicy, PRIORITIES, type WayBack } from '../domain/policy.ts';
import type { Instant } from '../domain/time.ts';
import type { Roster, RosterEntry } from './route.ts';
import { byRecipients, waysOf } from './ways.ts';
import { FURTHER } from './wording.ts';

export type PlanContext = {
  readonly roster: Roster;
  readonly general: GeneralPolicy;
  readonly now: Instant;
  /** What is silenced is told nobody, whatever became of its messages. */
  readonly silences?: readonly Silence[];
  /** Can an acknowledgement reach us? Without it there are no reminders and no escalation. */
  readonly acknowledgeable?: boolean;
  /** By which ways; absent: from whomever it was told to. */
  readonly waysBack?: readonly WayBack[];
  /** Can PagerDuty be asked what it holds? */
  readonly pagerdutyAsked?: boolean;
};

/**
 * Pure: the deliveries that transitions cause, with those they make pointless cancelled. More than `stormAbove` new incidents of one priority are
 * one message on SMS, Slack and email; PagerDuty always gets one trigger each (contract, clause 3).
 */
export function planDeliveries(
  deliveries: readonly Delivery[],
  transitions: readonly Transition[],
  context: PlanContext,
): readonly Delivery[] {
  if (transitions.length === 0) return deliveries;
  const of = (...kinds: readonly TransitionKind[]): readonly Incident[] =>
    transitions.filter(({ kind }) => kinds.includes(kind)).map(({ incident }) => incident);
  const resolved = of('resolved');
  const news = PRIORITIES.flatMap((priority) => [
    ...announce(
      deliveries,
      of('opened', 'raised').filter((incident) => incident.priority === priority),
      context,
    ),
    ...announce(
      deliveries,
      of('renewed').filter((incident) => incident.priority === priority),
      context,
      FURTHER,
    ),
  ]);
  return [
    ...cancelPointless(deliveries, resolved),
    ...resolves(deliveries, resolved, context),
    ...news,
    ...shown(deliveries, of('acknowledged'), context),
    ...of('raised', 'renewed').flatMap((incident) => updates(deliveries, incident, news, context)),
    ...of('flapping').flatMap((incident) => saidToFlap(deliveries, incident, context)),
  ];
}

/** Triggers of new or raised incidents of one priority, on the channels that have not told of them yet. `again`: why those are told that were told already. */
function announce(
  deliveries: readonly Delivery[],
  incidents: readonly Incident[],
  context: PlanContext,
  again: string | null = null,
): readonly Delivery[] {
  const { general, roster } = context;
  const whole = roster.map(({ broken: _broken, ...entry }) => entry);
  const working = roster.some(({ broken }) => !broken) ? roster : whole;
  const [ofChannels, others] = [incidents.filter(isAboutChannel), incidents.filter((incident) => !isAboutChannel(incident))];
  // What is owed to a channel that delivers nothing just now is told elsewhere too (`rerouted`); news of channels does not wait for a broken one.
  const ways = [...waysOf(others, { general, roster: whole }), ...waysOf(ofChannels, { general, roster: working })];
  return ways.flatMap((way) =>
    announceOn(way.channel, way.incidents, { kind: 'trigger', reroute: way.reroute, again }, deliveries, context),
  );
}

function isAboutChannel(incident: Incident): boolean {
  return addressIn(incident) !== null;
}

/** `contacts`: to the people of the last rung, who come after the channel's own recipients. */
export type Sending = {
  readonly kind: DeliveryKind;
  readonly reroute: string | null;
  readonly contacts?: boolean;
  readonly again?: string | null;
};

/** Pure: messages of their own about incidents on one channel, to each team's recipients; those who were told already get a follow-up in their thread. */
export function announceOn(
  channel: ChannelId,
  incidents: readonly Incident[],
  sending: Sending,
  deliveries: readonly Delivery[],
  context: PlanContext,
): readonly Delivery[] {
  return byRecipients(channel, incidents, context.roster).flatMap(([entry, own]) => announceTo(entry, own, sending, deliveries, context));
}

function announceTo(
  entry: RosterEntry,
  incidents: readonly Incident[],
  sending: Sending,
  deliveries: readonly Delivery[],
  context: PlanContext,
): readonly Delivery[] {
  const { id: channel, team } = entry;
  // Contacts are other people than those that the channel has told.
  const before = deliveries.filter(
    (delivery) =>
      delivery.channel === channel && delivery.team === team && delivery.recipient >= FIRST_CONTACT === (sending.contacts ?? false),
  );
  const told = new Set(before.filter(isLive).flatMap((delivery) => delivery.incidents));
  const fresh = incidents.filter((incident) => !told.has(incident.id));
  const again = incidents.filter((incident) => told.has(incident.id));
  const groups = channel !== 'pagerduty' && fresh.length > context.general.stormAbove ? [fresh] : fresh.map((incident) => [incident]);
  const triggers = recipientsOf(entry, sending).flatMap((recipient) =>
    groups.map((group) => fresher(group, { channel, team, recipient, kind: sending.kind, reroute: sending.reroute }, before, context)),
  );
  return [
    ...triggers,
    ...(sending.kind === 'trigger' || sending.contacts
      ? again.flatMap((incident) =>
          followUps(
            before,
            incident,
            { channel, kind: channel === 'pagerduty' ? 'update' : 'escalate', reroute: sending.again ?? null },
            context,
          ),
        )
      : []),
  ];
}

/** Never under the key of an earlier one: neither of a delivery that was cancelled, nor of a page that was closed at PagerDuty. */
function fresher(group: readonly Incident[], making: Making, before: readonly Delivery[], { now }: PlanContext): Delivery {
  const about = before.filter((delivery) => isRoot(delivery) && delivery.incidents.some((id) => id === group[0]?.id));
  const wasClosed = about.some(({ closedThere }) => closedThere !== undefined);
  const first = made(group, wasClosed ? { ...making, dedupKey: nextPageKey(group[0]?.id ?? '', about) } : making, now);
  return about.some(({ key }) => key === first.key) ? { ...first, key: `${first.key}~${now.toString(36)}` } : first;
}

function recipientsOf(entry: RosterEntry, { contacts }: Sending): readonly number[] {
  const first = contacts ? FIRST_CONTACT : 0;
  return Array.from({ length: contacts ? (entry.contacts ?? 0) : entry.recipients }, (_, index) => first + index);
}

/** What is still owed for incidents that have all ended is never sent; one under way keeps its claim, and its outcome decides. */
function cancelPointless(deliveries: readonly Delivery[], resolved: readonly Incident[]): readonly Delivery[] {
  const ended = new Set(resolved.map((incident) => incident.id));
  if (ended.size === 0) return deliveries;
  return deliveries.flatMap((delivery): Delivery | readonly Delivery[] => {
    const touched = delivery.incidents.some((id) => ended.has(id)) && POINTLESS_WHEN_RESOLVED.has(delivery.kind);
    if (!touched || delivery.state === 'accepted' || delivery.claim !== null) return delivery;
    const left = delivery.incidents.filter((id) => !ended.has(id));
    if (left.length === 0) return { ...delivery, state: 'cancelled', nextTryAt: null };
    // A storm that never arrived goes on without those that ended; what may have arrived keeps them, so that they are resolved there.
    return delivery.ambiguous ? delivery : parted(delivery, left);
  });
}

/** What is left of it, and what was never told: that stands as a message of its own which was cancelled, so that it is told as past. */
function parted(delivery: Delivery, left: readonly string[]): readonly Delivery[] {
  const kept = { ...delivery, incidents: left };
  if (!isRoot(delivery)) return [kept];
  const untold = delivery.incidents.filter((id) => !left.includes(id));
  return [kept, { ...delivery, key: `${delivery.key}-${untold[0]}`, incidents: untold, state: 'cancelled', nextTryAt: null }];
}
