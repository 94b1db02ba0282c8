import { isLive, isRoot, made } from './alerts/delivery.ts';
import { announceOn, type PlanContext } from './alerts/plan.ts';
import type { Head } from './domain/head.ts';
import { type Delivery, type Incident, toldSince } from './domain/incident.ts';
import type { GeneralPolicy } from './domain/policy.ts';
import type { Instant } from './domain/time.ts';

/**
 * Pure: one reminder a message, of those of its incidents that still wait. PagerDuty reminds by its own escalation policy, unless somebody closed
 * the page there: then it is a new one.
 */
export function reminded(head: Head, waiting: (incident: Incident) => boolean, context: PlanContext): Head {
  const { now, general } = context;
  const due = new Map(
    head.incidents.filter((incident) => waiting(incident) && isDue(incident, general, now)).map((incident) => [incident.id, incident]),
  );
  if (due.size === 0) return head;
  const roots = head.deliveries.filter((delivery) => isRoot(delivery) && delivery.state === 'accepted' && delivery.channel !== 'pagerduty');
  const reminders = roots.flatMap((root) => {
    const incidents = root.incidents.flatMap((id) => due.get(id) ?? []);
    return incidents.length === 0
      ? []
      : [
          made(
            incidents,
            {
              channel: root.channel,
              team: root.team,
              recipient: root.recipient,
              kind: 'remind',
              reroute: null,
              root: root.key,
              stamp: now,
            },
            now,
          ),
        ];
  });
  const closed = [...due.values()].filter((incident) => isClosedThere(incident, head.deliveries));
  const messages = [...reminders, ...announceOn('pagerduty', closed, { kind: 'trigger', reroute: null }, head.deliveries, context)];
  if (messages.length === 0) return head;
  const incidents = head.incidents.map((incident) => (due.has(incident.id) ? { ...incident, remindedAt: now } : incident));
  return { ...head, incidents, deliveries: [...withoutStale(head.deliveries, new Set(messages.map(({ root }) => root))), ...messages] };
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
