import type { Head } from './head.ts';
import type { Delivery } from './incident.ts';
import type { Instant } from '../time.ts';
import { type ChannelTable, traitsOf } from '../policy/channel-traits.ts';
import { isLive, isRoot, nextPageKey, pageKey, wasNeverSent } from './delivery.ts';

/** Returns whether a message opens or opened an incident at a provider that keeps incidents of its own. */
export function isPage(delivery: Delivery, channels: ChannelTable): boolean {
  return isRoot(delivery) && traitsOf({ channels }, delivery.channel).tracksIncidents;
}

/**
 * Marks the pages with these keys as resolved at the provider, by a person or a machine there. If we still hold the incident open, nothing triggers
 * that key again (docs/contract.md, clause 2), and the next message about the incident is a new page with a new key. Returns the same head if nothing
 * changes.
 */
export function markPagesClosed(head: Head, keys: ReadonlySet<string>, now: Instant, channels: ChannelTable): Head {
  const open = new Set(head.incidents.filter(({ state }) => state !== 'resolved').map(({ id }) => id));
  const isClosed = (delivery: Delivery): boolean =>
    isPage(delivery, channels) && keys.has(pageKey(delivery) ?? '') && delivery.incidents.some((id) => open.has(id));
  const closed = new Set(head.deliveries.filter((one) => isClosed(one) && one.closedAtPagerDuty === undefined).map(({ key }) => key));
  if (closed.size === 0) return head;
  const deliveries = head.deliveries.map((delivery) => (closed.has(delivery.key) ? closedPage(delivery, now) : delivery));
  return { ...head, deliveries: moveUpdatesOffClosedPages(deliveries, channels) };
}

/**
 * Updates whose page was closed at the provider, or was cancelled before the provider had it, become a page of their own or follow the page that came
 * later. This runs in every swap that leads to sending, because an update that was being sent when its page was closed returns to the queue later.
 */
export function moveUpdatesOffClosedPages(deliveries: readonly Delivery[], channels: ChannelTable): readonly Delivery[] {
  const gone = new Set(deliveries.filter((one) => isGone(one, channels)).map(({ key }) => key));
  if (gone.size === 0) return deliveries;
  const waiting = deliveries.filter((one) => gone.has(one.root ?? '') && isWaitingUpdate(one));
  return waiting.reduce<readonly Delivery[]>(
    (all, update) => all.map((one) => (one.key === update.key ? retargeted(one, all, channels) : one)),
    deliveries,
  );
}

/** A page that was resolved at the provider has arrived there, whatever the outcome of its sending was. */
function closedPage(delivery: Delivery, now: Instant): Delivery {
  const acceptedAt = delivery.acceptedAt ?? now;
  return {
    ...delivery,
    closedAtPagerDuty: true,
    state: 'accepted',
    acceptedAt,
    nextTryAt: null,
    lastError: null,
    ambiguous: false,
    claim: null,
  };
}

/** An escalation that an acknowledgement cancelled counts too: the update that was to follow it still has to be sent. */
function isGone(delivery: Delivery, channels: ChannelTable): boolean {
  return delivery.closedAtPagerDuty !== undefined || (isPage(delivery, channels) && wasNeverSent(delivery));
}

function isWaitingUpdate({ kind, state, claim }: Delivery): boolean {
  return kind === 'update' && claim === null && state !== 'accepted' && state !== 'cancelled';
}

/** Attempts under the closed key do not count under the new one. */
function retargeted(delivery: Delivery, all: readonly Delivery[], channels: ChannelTable): Delivery {
  const id = delivery.incidents[0] ?? '';
  const pages = all.filter(
    (one) => one.channel === delivery.channel && one.team === delivery.team && isPage(one, channels) && one.incidents.includes(id),
  );
  const untried: Delivery = { ...delivery, state: delivery.state === 'unknown' ? 'owed' : delivery.state, ambiguous: false };
  const live = pages.find(isLive);
  if (live) return { ...untried, root: live.key };
  const page: Delivery = { ...untried, kind: 'trigger', root: null };
  return pages.every(wasNeverSent) ? page : { ...page, dedupKey: nextPageKey(id, pages) };
}
