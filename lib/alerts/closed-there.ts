import type { Head } from '../domain/head.ts';
import type { Delivery } from '../domain/incident.ts';
import type { Instant } from '../domain/time.ts';
import { isLive, isRoot, nextPageKey, pageKey, wasNever } from './delivery.ts';

/**
 * Pure: these pages were resolved at PagerDuty, by a person or a machine there. Where we hold the incident open, the page under that key has ended
 * there: nothing triggers it again (contract, clause 2), and the next news of the incident is a new page under a key of its own. The same head
 * where nothing changes.
 */
export function closedThere(head: Head, keys: ReadonlySet<string>, now: Instant): Head {
  const open = new Set(head.incidents.filter(({ state }) => state !== 'resolved').map(({ id }) => id));
  const isPage = (delivery: Delivery): boolean =>
    delivery.channel === 'pagerduty' &&
    isRoot(delivery) &&
    keys.has(pageKey(delivery) ?? '') &&
    delivery.incidents.some((id) => open.has(id));
  const closed = new Set(head.deliveries.filter((one) => isPage(one) && one.closedThere === undefined).map(({ key }) => key));
  if (closed.size === 0) return head;
  const deliveries = head.deliveries.map((delivery) => (closed.has(delivery.key) ? closedPage(delivery, now) : delivery));
  return { ...head, deliveries: afterClosed(deliveries) };
}

/**
 * Pure: updates that wait for a page which was closed there, or was called back before PagerDuty had it, go as a page of their own, or follow the
 * one that came after it. Part of every swap that leads to sending: one that somebody was sending when its page was closed comes back later.
 */
export function afterClosed(deliveries: readonly Delivery[]): readonly Delivery[] {
  const gone = new Set(deliveries.filter(isGone).map(({ key }) => key));
  if (gone.size === 0) return deliveries;
  const waiting = deliveries.filter((one) => gone.has(one.root ?? '') && isWaitingUpdate(one));
  return waiting.reduce<readonly Delivery[]>(
    (all, update) => all.map((one) => (one.key === update.key ? afresh(one, all) : one)),
    deliveries,
  );
}

/** What was resolved there has arrived there, whatever its outcome was. */
function closedPage(delivery: Delivery, now: Instant): Delivery {
  const acceptedAt = delivery.acceptedAt ?? now;
  return { ...delivery, closedThere: true, state: 'accepted', acceptedAt, nextTryAt: null, lastError: null, ambiguous: false, claim: null };
}

/** An escalation that an acknowledgement called back is one: a rise that was to follow it has still to be told. */
function isGone(delivery: Delivery): boolean {
  return delivery.closedThere !== undefined || (delivery.channel === 'pagerduty' && isRoot(delivery) && wasNever(delivery));
}

function isWaitingUpdate({ kind, state, claim }: Delivery): boolean {
  return kind === 'update' && claim === null && state !== 'accepted' && state !== 'cancelled';
}

/** What was tried under the closed key is untried under the new one. */
function afresh(delivery: Delivery, all: readonly Delivery[]): Delivery {
  const id = delivery.incidents[0] ?? '';
  const pages = all.filter((one) => one.channel === 'pagerduty' && one.team === delivery.team && isRoot(one) && one.incidents.includes(id));
  const untried: Delivery = { ...delivery, state: delivery.state === 'unknown' ? 'owed' : delivery.state, ambiguous: false };
  const live = pages.find(isLive);
  if (live) return { ...untried, root: live.key };
  const page: Delivery = { ...untried, kind: 'trigger', root: null };
  return pages.every(wasNever) ? page : { ...page, dedupKey: nextPageKey(id, pages) };
}
