import { expiredAcknowledgements, resolveOf } from './expired-acknowledgements.ts';
import { isLive, isRoot, newDelivery, mayHaveArrived, wasNeverSent } from '../domain/incidents/delivery.ts';
import { announceOn, type RouteContext } from './plan-deliveries.ts';
import { byRecipients } from './destinations.ts';
import type { Head } from '../domain/incidents/head.ts';
import { type Delivery, type Incident, notifiedSince } from '../domain/incidents/incident.ts';
import { isPage } from '../domain/incidents/closed-pages.ts';
import { traitsOf } from '../domain/policy/channel-traits.ts';
import type { ChannelId, GeneralPolicy } from '../domain/policy/policy.ts';
import type { Instant } from '../domain/time.ts';
import { checksThat } from '../evaluate/checks/registry.ts';

const NOT_REMINDED = checksThat('notReminded');

/**
 * Adds one reminder per message, about those of its incidents that still need attention. A provider that tracks incidents reminds by its own
 * escalation policy, unless the page was closed there or is still shown as acknowledged by an earlier person: then the old page is resolved and the
 * reminder is a new page.
 */
export function reminded(head: Head, waiting: (incident: Incident) => boolean, context: RouteContext): Head {
  const { now, general } = context;
  const due = new Map(
    head.incidents.filter((incident) => waiting(incident) && isDue(incident, general, now)).map((incident) => [incident.id, incident]),
  );
  if (due.size === 0) return head;
  const { deliveries, pages } = pagedAgain(head.deliveries, [...due.values()], context);
  const messages = [...inThreads(head.deliveries, due, context), ...pages, ...announcedAnew(head.deliveries, [...due.values()], context)];
  if (messages.length === 0) return head;
  const incidents = head.incidents.map((incident) => (due.has(incident.id) ? { ...incident, remindedAt: now } : incident));
  return { ...head, incidents, deliveries: [...cancelStaleReminders(deliveries, new Set(messages.map(({ root }) => root))), ...messages] };
}

function inThreads(
  deliveries: readonly Delivery[],
  due: ReadonlyMap<string, Incident>,
  { now, general }: RouteContext,
): readonly Delivery[] {
  const roots = deliveries.filter((one) => isRoot(one) && isRemindable(one) && !isPage(one, general.channels));
  return roots.flatMap(({ channel, team, recipient, key, incidents: ids }) => {
    const incidents = ids.flatMap((id) => due.get(id) ?? []);
    if (incidents.length === 0) return [];
    return [newDelivery(incidents, { channel, team, recipient, kind: 'remind', reroute: null, root: key, stamp: now }, now)];
  });
}

type Paged = { readonly deliveries: readonly Delivery[]; readonly pages: readonly Delivery[] };

/** New pages for incidents whose page is closed at the provider or has gone silent there, and the resolves of the silent ones. */
function pagedAgain(before: readonly Delivery[], due: readonly Incident[], context: RouteContext): Paged {
  const trackers = [...new Set(context.roster.map(({ id }) => id))].filter((id) => traitsOf(context.general, id).tracksIncidents);
  return trackers.reduce<Paged>(
    ({ deliveries, pages }, channel) => {
      const again = pagedAgainOn(channel, deliveries, due, context);
      return { deliveries: again.deliveries, pages: [...pages, ...again.pages] };
    },
    { deliveries: before, pages: [] },
  );
}

function pagedAgainOn(channel: ChannelId, before: readonly Delivery[], due: readonly Incident[], context: RouteContext): Paged {
  const paged = byRecipients(channel, due, context.roster).flatMap(([, incidents]) => incidents);
  const silent = paged.flatMap((incident) => expiredAcknowledgements(incident, before, channel).map((page) => ({ page, incident })));
  const ended = new Set(silent.map(({ page }) => page));
  const deliveries = before.map((delivery) => (ended.has(delivery) ? { ...delivery, closedAtPagerDuty: true as const } : delivery));
  const closed = paged.filter((incident) => isClosedThere(incident, channel, deliveries));
  const resolves = silent.map(({ page, incident }) => resolveOf(page, incident, context.now));
  return { deliveries, pages: [...resolves, ...announceOn(channel, closed, { kind: 'trigger', reroute: null }, deliveries, context)] };
}

/** Triggers on the channels of an incident's priority where an acknowledgement, which has expired since, cancelled them before they were sent. */
function announcedAnew(deliveries: readonly Delivery[], due: readonly Incident[], context: RouteContext): readonly Delivery[] {
  return [...new Set(context.roster.map(({ id }) => id))].flatMap((channel) => {
    const never = due.filter(({ id, priority }) => {
      if (!context.general.routes[priority].includes(channel)) return false;
      const roots = deliveries.filter((one) => one.channel === channel && isRoot(one) && one.incidents.includes(id));
      return roots.length > 0 && roots.every(wasNeverSent);
    });
    return never.length === 0 ? [] : announceOn(channel, never, { kind: 'trigger', reroute: null }, deliveries, context);
  });
}

/** Also a message that may have arrived and is not sent again: the escalation that followed it may have ended with an acknowledgement that has expired since. */
function isRemindable(delivery: Delivery): boolean {
  return mayHaveArrived(delivery) && delivery.claim === null && delivery.nextTryAt === null;
}

function isClosedThere({ id }: Incident, channel: ChannelId, deliveries: readonly Delivery[]): boolean {
  const pages = deliveries.filter((one) => one.channel === channel && isRoot(one) && one.incidents.includes(id));
  return pages.some(({ closedAtPagerDuty }) => closedAtPagerDuty !== undefined) && !pages.some(isLive);
}

function isDue(incident: Incident, general: GeneralPolicy, now: Instant): boolean {
  return (
    !NOT_REMINDED.has(incident.check) &&
    now - Math.max(incident.remindedAt ?? 0, notifiedSince(incident)) >= general.remindEvery[incident.priority]
  );
}

/** A reminder that is still undelivered when the next one of its thread is due is cancelled. */
function cancelStaleReminders(deliveries: readonly Delivery[], threads: ReadonlySet<string | null>): readonly Delivery[] {
  const isStale = ({ kind, claim, state, root }: Delivery): boolean =>
    kind === 'remind' && threads.has(root) && claim === null && state !== 'accepted' && state !== 'cancelled';
  return deliveries.map((delivery) => (isStale(delivery) ? { ...delivery, state: 'cancelled', nextTryAt: null } : delivery));
}
