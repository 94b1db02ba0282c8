import type { Head } from '../domain/head.ts';
import type { Delivery } from '../domain/incident.ts';
import type { Instant } from '../domain/time.ts';
import { isRoot, nextPageKey, pageKey } from './delivery.ts';

/**
 * Pure: a person resolved these pages at PagerDuty. Where we hold the incident open, the page under that key has ended there: nothing triggers
 * it again (contract, clause 2), and the next news of the incident is a new page under a key of its own. The same head where nothing changes.
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
  const deliveries = head.deliveries.map((delivery) => {
    if (closed.has(delivery.key)) return closedPage(delivery, now);
    return closed.has(delivery.root ?? '') && isWaitingUpdate(delivery) ? asNewPage(delivery, head.deliveries) : delivery;
  });
  return { ...head, deliveries };
}

/** What was resolved there has arrived there, whatever its outcome was. */
function closedPage(delivery: Delivery, now: Instant): Delivery {
  const acceptedAt = delivery.acceptedAt ?? now;
  return { ...delivery, closedThere: true, state: 'accepted', acceptedAt, nextTryAt: null, lastError: null, ambiguous: false, claim: null };
}

function isWaitingUpdate({ kind, state, claim }: Delivery): boolean {
  return kind === 'update' && claim === null && state !== 'accepted' && state !== 'cancelled';
}

function asNewPage(delivery: Delivery, all: readonly Delivery[]): Delivery {
  const id = delivery.incidents[0] ?? '';
  const pages = all.filter((one) => one.channel === 'pagerduty' && one.team === delivery.team && isRoot(one) && one.incidents.includes(id));
  return { ...delivery, kind: 'trigger', root: null, dedupKey: nextPageKey(id, pages), ambiguous: false };
}
