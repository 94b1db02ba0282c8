import type { RouteContext } from '../route/plan-deliveries.ts';
import { failing, type Finding, ok } from '../domain/findings/finding.ts';
import { addressOf } from '../domain/incidents/channel-address.ts';
import { backoff, eligible } from '../domain/incidents/delivery-queue.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Delivery } from '../domain/incidents/incident.ts';
import { DISPATCH, missingDispatch } from '../domain/incidents/missing-dispatch.ts';
import type { GeneralPolicy } from '../domain/policy/policy.ts';
import { ORGANISATION } from '../domain/memory/cluster-subject.ts';
import { HOUR, type Instant, iso, MINUTE, spell } from '../domain/time.ts';
import { monitor } from '../evaluate/checks/monitor.ts';

const check = monitor.id;
const ACTION =
  'See in the host’s logs why /api/cron/check did not run or complete: cron settings, CRON_SECRET, timeouts. Call it by hand to see its answer.';

/** Pure: no complete check for three intervals is a P0 (docs/contract.md, clause 7), which only a dispatch can raise. Null if a check completed recently. */
export function checkOverdue(head: Head, general: GeneralPolicy, now: Instant): Finding | null {
  const last = head.lastComplete?.finishedAt ?? head.createdAt;
  if (now - last <= 3 * general.checkInterval) return null;
  const summary = head.lastComplete
    ? `no check has completed since ${iso(last)} (${spell(now - last)} ago)`
    : `no check has ever completed (installed ${spell(now - last)} ago)`;
  const evidence = [
    ['last complete check', head.lastComplete ? iso(last) : 'never'],
    ['last check', head.lastRun ? iso(head.lastRun.finishedAt) : 'never'],
  ] as const;
  return failing({
    check,
    resource: ORGANISATION,
    severity: 'critical',
    summary,
    action: ACTION,
    evidence,
    startedAt: last + general.checkInterval,
  });
}

/** Pure: a complete check ends the incident that a dispatch raised about missing checks. */
export function checkCompleted(head: Head): readonly Finding[] {
  const open = head.incidents.some(
    (incident) => incident.check === check && incident.resource.part === undefined && incident.state !== 'resolved',
  );
  return open ? [ok({ check, resource: ORGANISATION, summary: 'a check has completed' })] : [];
}

/** By then six dispatches in a row should have attempted a message: more than clock differences and a host that skips one now and then explain. */
const STALLED_AFTER = 30 * MINUTE;

/**
 * Pure, called by a check before it sends: if messages have been due for 30 minutes and no dispatch attempted them, the dispatch cron is not running.
 * Nothing if no check ran for long either: then the whole host was down, and the banner and the dead-man switch have reported that.
 */
export function stalledFindings(head: Head, { now, roster, general }: RouteContext): readonly Finding[] {
  if (head.lastRun === null || now - head.lastRun.startedAt > 1.5 * general.checkInterval) return [];
  const then = now - STALLED_AFTER;
  const configured = new Set(roster.map(({ id, team }) => addressOf(id, team)));
  const alive = new Set(head.deliveries.filter((delivery) => wasAttempted(delivery, then, now)).map(addressIn));
  const roots = new Map(head.deliveries.map((delivery) => [delivery.key, delivery]));
  // A follow-up is due when its root has arrived. If the root only may have arrived, nobody knows when.
  const hadRoot = ({ root }: Delivery): boolean => root === null || (roots.get(root)?.acceptedAt ?? now) <= then;
  const stalled = eligible(head.deliveries, then).filter(
    (delivery) => configured.has(addressIn(delivery)) && !alive.has(addressIn(delivery)) && hadRoot(delivery),
  );
  return stalled.length === 0 ? [] : [dispatchOverdue(stalled.length, Math.min(...stalled.map((one) => one.nextTryAt ?? then)), now)];
}

/** So many messages have been due since then, and no dispatch has attempted them. Only a check can raise it. */
function dispatchOverdue(messages: number, since: Instant, now: Instant): Finding {
  return failing({
    check,
    resource: DISPATCH,
    severity: 'warning',
    summary: `no dispatch has got through since ${iso(since)} (${spell(now - since)}): retries, reminders and escalation wait for the hourly check`,
    action:
      'See in the host’s logs why /api/cron/dispatch did not run or failed: cron settings, CRON_SECRET, the store. Call it by hand to see its answer.',
    evidence: [['messages that waited for it', String(messages)]],
    startedAt: since,
  });
}

/** Pure: a dispatch ends the incident that a check raised about missing dispatches. */
export function dispatchRan(head: Head): readonly Finding[] {
  return missingDispatch(head.incidents) ? [ok({ check, resource: DISPATCH, summary: 'a dispatch has come' })] : [];
}

/** Whether a dispatch has sent by that channel since `then`, or is sending: it may leave the rest if it has more to send than time. */
function wasAttempted({ acceptedAt, claim, nextTryAt, attempts, state }: Delivery, then: Instant, now: Instant): boolean {
  if ((acceptedAt ?? 0) > then || (claim !== null && claim.until > now)) return true;
  return nextTryAt !== null && attempts > 0 && nextTryAt - (state === 'rejected' ? HOUR : backoff(attempts)) > then;
}

function addressIn({ channel, team }: Delivery): string {
  return addressOf(channel, team);
}
