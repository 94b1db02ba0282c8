import type { Delivery, Incident } from '../domain/incident.ts';
import { type Duration, type Instant, MINUTE } from '../domain/time.ts';
import { isLive, made, mayHaveArrived } from './delivery.ts';

/** What one machine says was before and another after may be the other way round by as much: their clocks differ, and a webhook takes its time. */
export const CLOCKS_DIFFER: Duration = 10 * MINUTE;

/**
 * Pure: the pages of an open incident that wake nobody any more. PagerDuty goes on showing them as acknowledged, and so does not remind, though the
 * acknowledgement holds no more with us; one that was given back there since, and that we did not show as acknowledged after that, is awake again.
 * One that is being sent is left to be accepted first: a trigger must not overtake the end of its key.
 */
export function asleep({ id, trail, givenBackAt }: Incident, deliveries: readonly Delivery[]): readonly Delivery[] {
  const last = trail?.at(-1);
  if (last === undefined) return [];
  const wokenAt = givenBackAt !== undefined && givenBackAt > (last.madeAt ?? last.at) ? givenBackAt : null;
  const shown = shownAt(deliveries);
  const sleeps = (page: Delivery): boolean => {
    const at = shown.get(page.key);
    if (at !== undefined) return wokenAt === null || at > wokenAt;
    return wokenAt === null && last.via === 'pagerduty' && page.createdAt <= last.at + CLOCKS_DIFFER;
  };
  return deliveries.filter(
    (page) => page.channel === 'pagerduty' && page.state === 'accepted' && isLive(page) && page.incidents.includes(id) && sleeps(page),
  );
}

/** When we last had a message shown as acknowledged, by its key. */
function shownAt(deliveries: readonly Delivery[]): ReadonlyMap<string | null, Instant> {
  const shown = new Map<string | null, Instant>();
  for (const one of deliveries)
    if (one.kind === 'acknowledge' && mayHaveArrived(one))
      shown.set(one.root, Math.max(one.acceptedAt ?? one.createdAt, shown.get(one.root) ?? Number.NEGATIVE_INFINITY));
  return shown;
}

/** Pure: what ends such a page at PagerDuty; the next one has a key of its own. */
export function endOf({ key, team, recipient, dedupKey }: Delivery, incident: Incident, now: Instant): Delivery {
  const page = { team, recipient, root: key, ...(dedupKey !== undefined && { dedupKey }) };
  return made([incident], { ...page, channel: 'pagerduty', kind: 'resolve', reroute: null, stamp: now }, now);
}
