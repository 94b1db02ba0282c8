import { isRoot, made, mayHaveArrived, POINTLESS_WHEN_RESOLVED } from './delivery.ts';
import type { Delivery, DeliveryKind, Incident, Transition } from '../domain/incident.ts';
import { type ChannelId, type GeneralPolicy, PRIORITIES } from '../domain/policy.ts';
import type { Instant } from '../domain/time.ts';
import type { Roster, RosterEntry } from './route.ts';
import { byRecipients, waysOf } from './ways.ts';

export type PlanContext = {
  readonly roster: Roster;
  readonly general: GeneralPolicy;
  readonly now: Instant;
  /** Can an acknowledgement reach us? Without it there are no reminders and no escalation. */
  readonly acknowledgeable?: boolean;
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
  const resolved = transitions.filter((transition) => transition.kind === 'resolved').map((transition) => transition.incident);
  const told = transitions.filter((transition) => transition.kind === 'opened' || transition.kind === 'raised');
  const raised = told.filter((transition) => transition.kind === 'raised').map((transition) => transition.incident);
  const settled = cancelPointless(deliveries, resolved);
  const ends = resolves(deliveries, resolved, context);
  const news = PRIORITIES.flatMap((priority) =>
    announce(
      deliveries,
      told.filter(({ incident }) => incident.priority === priority).map(({ incident }) => incident),
      context,
    ),
  );
  const acknowledged = transitions.filter((transition) => transition.kind === 'acknowledged').map((transition) => transition.incident);
  return [
    ...settled,
    ...ends,
    ...news,
    ...shown(deliveries, acknowledged, context),
    ...raised.flatMap((incident) => updates(deliveries, incident, news, context)),
  ];
}

/** Triggers of new or raised incidents of one priority, on the channels that have not told of them yet. */
function announce(deliveries: readonly Delivery[], incidents: readonly Incident[], context: PlanContext): readonly Delivery[] {
  return waysOf(incidents, context).flatMap((way) =>
    announceOn(way.channel, way.incidents, { kind: 'trigger', reroute: way.reroute }, deliveries, context),
  );
}

/** `contacts`: to the people of the last rung, who come after the channel's own recipients. */
export type Sending = { readonly kind: DeliveryKind; readonly reroute: string | null; readonly contacts?: boolean };

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
  const before = deliveries.filter((delivery) => delivery.channel === channel && delivery.team === team);
  // Contacts are other people than those that the channel has told.
  const told = new Set(
    sending.contacts ? [] : before.filter((delivery) => isRoot(delivery) && !wasNever(delivery)).flatMap((delivery) => delivery.incidents),
  );
  const fresh = incidents.filter((incident) => !told.has(incident.id));
  const again = incidents.filter((incident) => told.has(incident.id));
  const groups = channel !== 'pagerduty' && fresh.length > context.general.stormAbove ? [fresh] : fresh.map((incident) => [incident]);
  const triggers = recipientsOf(entry, sending).flatMap((recipient) =>
    groups.map((group) => made(group, { channel, team, recipient, kind: sending.kind, reroute: sending.reroute }, context.now)),
  );
  return [
    ...triggers,
    ...(sending.kind === 'trigger'
      ? again.flatMap((incident) => followUps(before, incident, channel, channel === 'pagerduty' ? 'update' : 'escalate', context))
      : []),
  ];
}

function recipientsOf(entry: RosterEntry, { contacts }: Sending): readonly number[] {
  const first = contacts ? entry.recipients : 0;
  return Array.from({ length: contacts ? (entry.contacts ?? 0) : entry.recipients }, (_, index) => first + index);
}

/** Cancelled before anybody can have had it: whoever was to be told by it has not been. */
function wasNever(delivery: Delivery): boolean {
  return delivery.state === 'cancelled' && !mayHaveArrived(delivery);
}

/** Channels that told of the incident at its milder severity and are not told of the rise otherwise: an update in place (Slack). */
function updates(
  deliveries: readonly Delivery[],
  incident: Incident,
  news: readonly Delivery[],
  context: PlanContext,
): readonly Delivery[] {
  const retold = news.some((delivery) => delivery.channel === 'slack' && delivery.incidents.includes(incident.id));
  return retold ? [] : followUps(deliveries, incident, 'slack', 'update', context);
}

/** An acknowledgement shows wherever the incident does; on the phone only where policy wants an end there too. */
function shown(deliveries: readonly Delivery[], acknowledged: readonly Incident[], context: PlanContext): readonly Delivery[] {
  const channels = new Set(context.roster.map(({ id }) => id).filter((id) => id !== 'sms' || context.general.smsResolves));
  const byId = new Map(acknowledged.map((incident) => [incident.id, incident]));
  const roots = deliveries.filter((delivery) => isRoot(delivery) && channels.has(delivery.channel) && !wasNever(delivery));
  return roots.flatMap((root) => {
    // Those of a storm that are taken together are one message in its thread.
    const taken = root.incidents.flatMap((id) => byId.get(id) ?? []);
    if (taken.length === 0) return [];
    return [
      made(
        taken,
        {
          channel: root.channel,
          team: root.team,
          recipient: root.recipient,
          kind: 'acknowledge',
          reroute: null,
          root: root.key,
          stamp: context.now,
        },
        context.now,
      ),
    ];
  });
}

function followUps(
  deliveries: readonly Delivery[],
  incident: Incident,
  channel: ChannelId,
  kind: DeliveryKind,
  context: PlanContext,
): readonly Delivery[] {
  const roots = deliveries.filter(
    (delivery) => isRoot(delivery) && delivery.channel === channel && delivery.incidents.includes(incident.id) && !wasNever(delivery),
  );
  return roots.map((root) =>
    made(
      [incident],
      { channel, team: root.team, recipient: root.recipient, kind, reroute: null, root: root.key, stamp: context.now },
      context.now,
    ),
  );
}

/** One resolve a message that may have arrived; several incidents of one thread that end together are one reply. */
function resolves(deliveries: readonly Delivery[], resolved: readonly Incident[], context: PlanContext): readonly Delivery[] {
  const roots = deliveries.filter(
    (delivery) => isRoot(delivery) && mayHaveArrived(delivery) && (delivery.channel !== 'sms' || context.general.smsResolves),
  );
  const byId = new Map(resolved.map((incident) => [incident.id, incident]));
  return roots.flatMap((root) => {
    const ended = root.incidents.flatMap((id) => byId.get(id) ?? []);
    if (ended.length === 0) return [];
    return [
      made(
        ended,
        { channel: root.channel, team: root.team, recipient: root.recipient, kind: 'resolve', reroute: null, root: root.key },
        context.now,
      ),
    ];
  });
}

/** What is still owed for incidents that have all ended is never sent; one under way keeps its claim, and its outcome decides. */
function cancelPointless(deliveries: readonly Delivery[], resolved: readonly Incident[]): readonly Delivery[] {
  const ended = new Set(resolved.map((incident) => incident.id));
  if (ended.size === 0) return deliveries;
  return deliveries.map((delivery) => {
    const touched = delivery.incidents.some((id) => ended.has(id)) && POINTLESS_WHEN_RESOLVED.has(delivery.kind);
    if (!touched || delivery.state === 'accepted' || delivery.claim !== null) return delivery;
    const left = delivery.incidents.filter((id) => !ended.has(id));
    // A storm that never arrived goes on without those that ended; what may have arrived keeps them, so that they are resolved there.
    if (left.length > 0) return delivery.ambiguous ? delivery : { ...delivery, incidents: left };
    return { ...delivery, state: 'cancelled', nextTryAt: null };
  });
}
