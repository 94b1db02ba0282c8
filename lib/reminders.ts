import { asleep, endOf } from './alerts/asleep.ts';
import { isLive, isRoot, made, mayHaveArrived } from './alerts/delivery.ts';
import { announceOn, type PlanContext } from './alerts/plan.ts';
import { byRecipients } from './alerts/ways.ts';
import type { Head } from './domain/head.ts';
import { type Delivery, type Incident, toldSince } from './domain/incident.ts';
import type { GeneralPolicy } from './domain/policy.ts';
import type { Instant } from './domain/time.ts';

/**
 * Pure: one reminder a message, of those of its incidents that still wait. PagerDuty reminds by its own escalation policy, unless the page was
 * closed there, or is shown as acknowledged by whoever had it before: then that one ends and the reminder is a new one.
 */
export function reminded(head: Head, waiting: (incident: Incident) => boolean, context: PlanContext): Head {
  const { now, general } = context;
  const due = new Map(
    head.incidents.filter((incident) => waiting(incident) && isDue(incident, general, now)).map((incident) => [incident.id, incident]),
  );
  if (due.size === 0) return head;
  const { deliveries, pages } = pagedAgain(head.deliveries, [...due.values()], context);
  const messages = [...inThreads(head.deliveries, due, now), ...pages];
  if (messages.length === 0) return head;
  const incidents = head.incidents.map((incident) => (due.has(incident.id) ? { ...incident, remindedAt: now } : incident));
  return { ...head, incidents, deliveries: [...withoutStale(deliveries, new Set(messages.map(({ root }) => root))), ...messages] };
}

function inThreads(deliveries: readonly Delivery[], due: ReadonlyMap<string, Incident>, now: Instant): readonly Delivery[] {
  const roots = deliveries.filter((delivery) => isRoot(delivery) && isRemindable(delivery) && delivery.channel !== 'pagerduty');
  return roots.flatMap(({ channel, team, recipient, key, incidents: ids }) => {
    const incidents = ids.flatMap((id) => due.get(id) ?? []);
    if (incidents.length === 0) return [];
    return [made(incidents, { channel, team, recipient, kind: 'remind', reroute: null, root: key, stamp: now }, now)];
  });
}

/** New pages where the one before is closed at PagerDuty or wakes nobody any more, and the ends of those. */
function pagedAgain(
  before: readonly Delivery[],
  due: readonly Incident[],
  context: PlanContext,
): { readonly deliveries: readonly Delivery[]; readonly pages: readonly Delivery[] } {
  const paged = byRecipients('pagerduty', due, context.roster).flatMap(([, incidents]) => incidents);
  const sleeping = paged.flatMap((incident) => asleep(incident, before).map((page) => ({ page, incident })));
  const ended = new Set(sleeping.map(({ page }) => page));
  const deliveries = before.map((delivery) => (ended.has(delivery) ? { ...delivery, closedThere: true as const } : delivery));
  const closed = paged.filter((incident) => isClosedThere(incident, deliveries));
  const ends = sleeping.map(({ page, incident }) => endOf(page, incident, context.now));
  return { deliveries, pages: [...ends, ...announceOn('pagerduty', closed, { kind: 'trigger', reroute: null }, deliveries, context)] };
}

/** Also whoever may have a text that is not sent again: an escalation that follows it may have ended with an acknowledgement that ran out since. */
function isRemindable(delivery: Delivery): boolean {
  return mayHaveArrived(delivery) && delivery.claim === null && delivery.nextTryAt === null;
}

function isClosedThere({ id }: Incident, deliveries: readonly Delivery[]): boolean {
  const pages = deliveries.filter((one) => one.channel === 'pagerduty' && isRoot(one) && one.incidents.includes(id));
  return pages.some(({ closedThere }) => closedThere !== undefined) && !pages.some(isLive);
}

function isDue(incident: Incident, general: GeneralPolicy, now: Instant): boolean {
  return now - Math.max(incident.remindedAt ?? 0, toldSince(incident)) >= general.remindEvery[incident.priority];
}

/** A reminder that was not delivered before the next one of its thread is due is not worth delivering any more. */
function withoutStale(deliveries: readonly Delivery[], threads: ReadonlySet<string | null>): readonly Delivery[] {
  const isStale = ({ kind, claim, state, root }: Delivery): boolean =>
    kind === 'remind' && threads.has(root) && claim === null && state !== 'accepted' && state !== 'cancelled';
  return deliveries.map((delivery) => (isStale(delivery) ? { ...delivery, state: 'cancelled', nextTryAt: null } : delivery));
}
