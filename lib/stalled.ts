import type { PlanContext } from './alerts/plan.ts';
import { backoff, eligible } from './alerts/queue.ts';
import { addressOf } from './domain/address.ts';
import type { Finding } from './domain/finding.ts';
import type { Head } from './domain/head.ts';
import type { Delivery } from './domain/incident.ts';
import { HOUR, type Instant, MINUTE } from './domain/time.ts';
import { dispatchMissing } from './incidents/monitor.ts';

/** Six times in a row dispatch should have taken a message up by then: more than clocks differ by, and than a host loses now and then. */
const STALLED_AFTER = 30 * MINUTE;

/**
 * Pure, asked by a check before its own sending: what has been due for so long, and no dispatch has taken up, says that none comes. Nothing where
 * no check came for long either: then the whole host was away, and the banner and the dead-man switch have told of it.
 */
export function stalledFindings(head: Head, { now, roster, general }: PlanContext): readonly Finding[] {
  if (head.lastRun === null || now - head.lastRun.startedAt > 1.5 * general.checkInterval) return [];
  const then = now - STALLED_AFTER;
  const there = new Set(roster.map(({ id, team }) => addressOf(id, team)));
  const alive = new Set(head.deliveries.filter((delivery) => wasTried(delivery, then, now)).map(addressIn));
  const roots = new Map(head.deliveries.map((delivery) => [delivery.key, delivery]));
  // A follow-up is due when its root has arrived; of one that may have arrived nobody knows when.
  const hadRoot = ({ root }: Delivery): boolean => root === null || (roots.get(root)?.acceptedAt ?? now) <= then;
  const stalled = eligible(head.deliveries, then).filter(
    (delivery) => there.has(addressIn(delivery)) && !alive.has(addressIn(delivery)) && hadRoot(delivery),
  );
  return stalled.length === 0 ? [] : [dispatchMissing(stalled.length, Math.min(...stalled.map((one) => one.nextTryAt ?? then)), now)];
}

/** Somebody has sent by that channel since `then`, or does: one with more to send than its time allows leaves the rest, and comes all the same. */
function wasTried({ acceptedAt, claim, nextTryAt, attempts, state }: Delivery, then: Instant, now: Instant): boolean {
  if ((acceptedAt ?? 0) > then || (claim !== null && claim.until > now)) return true;
  return nextTryAt !== null && attempts > 0 && nextTryAt - (state === 'rejected' ? HOUR : backoff(attempts)) > then;
}

function addressIn({ channel, team }: Delivery): string {
  return addressOf(channel, team);
}
