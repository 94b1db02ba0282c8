import { wasNeverSent } from '../domain/incidents/delivery.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Delivery, Incident } from '../domain/incidents/incident.ts';
import { NO_RECOVERY } from '../domain/recovery/restore-test.ts';
import { restoreTimes } from '../domain/recovery/restore-times.ts';
import type { Instant } from '../domain/time.ts';
import { escalatingIncidents, needsAttention, nextNotified } from '../route/escalation.ts';
import type { RouteContext } from '../route/plan-deliveries.ts';
import type { Notification } from './attempt/channel.ts';
import type { Sender } from './deliver.ts';
import { resolvedStoreIncident } from './store-down.ts';

/** Returns what the channel builds its message from, as the incidents are now. */
export function notificationFor(
  delivery: Delivery,
  head: Head,
  sender: Pick<Sender, 'statusUrl' | 'canAcknowledge' | 'now'> & Partial<Pick<Sender, 'context'>>,
): Notification {
  const ids = new Set(delivery.incidents);
  const root = delivery.root === null ? undefined : head.deliveries.find((candidate) => candidate.key === delivery.root);
  const dedupKey = delivery.dedupKey ?? root?.dedupKey;
  const incidents = incidentsOf(ids, head, sender.now());
  return {
    key: delivery.key,
    kind: delivery.kind,
    priority: delivery.priority,
    incidents,
    reroute: delivery.reroute,
    // A message to other recipients than those of its root cannot follow it.
    root:
      delivery.root === null || (root && root.team !== delivery.team)
        ? null
        : {
            key: delivery.root,
            receipt: root?.receipt ?? null,
            incidents: incidentsOf(new Set(root?.incidents ?? delivery.incidents), head, sender.now()),
          },
    ambiguous: delivery.ambiguous,
    recipient: delivery.recipient,
    ...(delivery.text && { text: delivery.text }),
    ...(dedupKey !== undefined && { dedupKey }),
    statusUrl: sender.statusUrl,
    canAcknowledge: sender.canAcknowledge,
    ...(sender.context && handlingOf(incidents, head, sender.context(head))),
    ...restoreTook(incidents, head),
    now: sender.now(),
  };
}

/** Who is notified next if nobody acknowledges. The incidents of a storm share a priority, so the first that is open speaks for all. */
function handlingOf(incidents: readonly Incident[], { deliveries }: Head, context: RouteContext): Pick<Notification, 'handling'> {
  if (!context.acknowledgeable) return {};
  // The message that is about to be sent counts too: its button or page is where people acknowledge.
  const escalates = escalatingIncidents(deliveries, context, (delivery) => !wasNeverSent(delivery));
  const concerned = incidents.filter((incident) => (incident.state === 'acknowledged' || needsAttention(incident)) && escalates(incident));
  if (concerned.length === 0) return {};
  const open = concerned.find(({ state }) => state === 'open');
  return { handling: { next: open === undefined ? null : nextNotified(open, deliveries, context) } };
}

function restoreTook(incidents: readonly Incident[], { recovery }: Head): Pick<Notification, 'restoreTook'> {
  const [incident, ...others] = incidents;
  const clusterId = incident?.resource.clusterId ?? null;
  if (clusterId === null || others.length > 0) return {};
  return { restoreTook: restoreTimes(recovery ?? NO_RECOVERY, clusterId).restore };
}

/** The incident of an alarm that was sent without the store is known only by its id. */
function incidentsOf(ids: ReadonlySet<string>, head: Head, now: Instant): readonly Incident[] {
  const found = head.incidents.filter((incident) => ids.has(incident.id));
  return found.length > 0 ? found : [...ids].flatMap((id) => resolvedStoreIncident(id, now) ?? []);
}
