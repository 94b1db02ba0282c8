import type { Head } from '../domain/head.ts';
import type { Delivery, Incident } from '../domain/incident.ts';
import { storeIncidentOf } from '../domain/store-down.ts';
import type { Instant } from '../domain/time.ts';
import type { Letter } from './channels/channel.ts';
import type { Courier } from './deliver.ts';

/** Pure: what the channel builds its message from, as things are now. */
export function letterFor(delivery: Delivery, head: Head, courier: Pick<Courier, 'statusUrl' | 'canAcknowledge' | 'now'>): Letter {
  const ids = new Set(delivery.incidents);
  const root = delivery.root === null ? undefined : head.deliveries.find((candidate) => candidate.key === delivery.root);
  const dedupKey = delivery.dedupKey ?? root?.dedupKey;
  return {
    key: delivery.key,
    kind: delivery.kind,
    priority: delivery.priority,
    incidents: incidentsOf(ids, head, courier.now()),
    reroute: delivery.reroute,
    // Sent to other recipients than its root, it can't follow there.
    root:
      delivery.root === null || (root && root.team !== delivery.team)
        ? null
        : {
            key: delivery.root,
            receipt: root?.receipt ?? null,
            incidents: incidentsOf(new Set(root?.incidents ?? delivery.incidents), head, courier.now()),
          },
    ambiguous: delivery.ambiguous,
    recipient: delivery.recipient,
    ...(delivery.text && { text: delivery.text }),
    ...(dedupKey !== undefined && { dedupKey }),
    statusUrl: courier.statusUrl,
    canAcknowledge: courier.canAcknowledge,
    now: courier.now(),
  };
}

/** The alarm that goes out without the store has an incident only in its key. */
function incidentsOf(ids: ReadonlySet<string>, head: Head, now: Instant): readonly Incident[] {
  const found = head.incidents.filter((incident) => ids.has(incident.id));
  return found.length > 0 ? found : [...ids].flatMap((id) => storeIncidentOf(id, now) ?? []);
}
