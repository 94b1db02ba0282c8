import type { Delivery, Incident } from '../domain/incidents/incident.ts';
import type { ChannelId } from '../domain/policy/policy.ts';
import { CLOCKS_DIFFER, type Instant } from '../domain/time.ts';
import { isLive, newDelivery, mayHaveArrived } from '../domain/incidents/delivery.ts';

/**
 * Returns the pages of an open incident that are silent because the provider still shows them as acknowledged, although our acknowledgement has
 * expired. A page that a person un-acknowledged there after our last acknowledge event is not silent: the provider notifies again by itself. A page
 * that is still being sent is left alone until it is accepted, because a trigger must not overtake the resolve of its key. A page whose outcome was
 * unknown when the acknowledgement cancelled it is silent too: the provider may never have received it.
 */
export function expiredAcknowledgements(
  { id, trail, unacknowledgedAt }: Incident,
  deliveries: readonly Delivery[],
  channel: ChannelId,
): readonly Delivery[] {
  const last = trail?.at(-1);
  if (last === undefined) return [];
  const unacknowledgedThereAt = unacknowledgedAt !== undefined && unacknowledgedAt > (last.madeAt ?? last.at) ? unacknowledgedAt : null;
  const acknowledgeAccepted = shownAcknowledgedAt(deliveries);
  const isSilent = (page: Delivery): boolean => {
    const at = acknowledgeAccepted.get(page.key);
    if (at !== undefined) return unacknowledgedThereAt === null || at > unacknowledgedThereAt;
    return unacknowledgedThereAt === null && last.via === channel && page.createdAt <= last.at + CLOCKS_DIFFER;
  };
  return deliveries.filter(
    (page) =>
      page.channel === channel &&
      isLive(page) &&
      page.incidents.includes(id) &&
      (page.state === 'accepted' ? isSilent(page) : page.state === 'cancelled' && page.claim === null),
  );
}

/** When our last acknowledge event for a page was accepted, by the page's key. */
function shownAcknowledgedAt(deliveries: readonly Delivery[]): ReadonlyMap<string | null, Instant> {
  const shown = new Map<string | null, Instant>();
  for (const one of deliveries)
    if (one.kind === 'acknowledge' && mayHaveArrived(one))
      shown.set(one.root, Math.max(one.acceptedAt ?? one.createdAt, shown.get(one.root) ?? Number.NEGATIVE_INFINITY));
  return shown;
}

/** The resolve of such a page; the incident's next page gets a key of its own. */
export function resolveOf({ key, channel, team, recipient, dedupKey }: Delivery, incident: Incident, now: Instant): Delivery {
  const page = { channel, team, recipient, root: key, ...(dedupKey !== undefined && { dedupKey }) };
  return newDelivery([incident], { ...page, kind: 'resolve', reroute: null, stamp: now }, now);
}
