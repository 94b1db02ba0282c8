import { failing, type Finding, ok } from '../domain/findings/finding.ts';
import type { Head, Run } from '../domain/incidents/head.ts';
import { ORGANISATION } from '../domain/memory/cluster-subject.ts';
import { type Instant, iso, spell } from '../domain/time.ts';
import { monitor } from '../evaluate/checks/monitor.ts';

const check = monitor.id;
const ACTION = 'Look at the dead-man switch that HEARTBEAT_URL names, and at whether this host may reach it.';

/**
 * Pure: a warning after two checks in a row whose pings did not all reach the dead-man switch: it will raise a false alarm, or can raise none at all.
 * `startReceived`: whether the ping at the beginning of this check arrived. Only the next check knows about the ping at its end, which goes out
 * after everything is recorded.
 */
export function heartbeatFindings(head: Head, startReceived: boolean, now: Instant): readonly Finding[] {
  const resource = { ...ORGANISATION, name: 'the heartbeat', part: 'heartbeat' };
  const open = head.incidents.some(
    (incident) => incident.check === check && incident.resource.part === 'heartbeat' && incident.state !== 'resolved',
  );
  const missed = missedBefore(head);
  if (startReceived && missed === null) return open ? [ok({ check, resource, summary: 'HEARTBEAT_URL hears the checks' })] : [];
  if (missed === null || (startReceived && missed.since === missed.last)) return [];
  const summary = `HEARTBEAT_URL has heard no check from beginning to end since ${iso(missed.since)} (${spell(now - missed.since)})`;
  return [failing({ check, resource, severity: 'warning', summary, action: ACTION, startedAt: missed.since })];
}

type MissedHeartbeats = Pick<Head, 'heartbeatMissedSince' | 'heartbeatMissedAt'>;

/** Pure: what a check stores about missed pings. */
export function heartbeatState(head: Head, startReceived: boolean, now: Instant): MissedHeartbeats {
  const missed = missedBefore(head);
  if (!startReceived) return { heartbeatMissedSince: missed?.since ?? now, heartbeatMissedAt: now };
  return missed === null ? {} : { heartbeatMissedSince: missed.since, heartbeatMissedAt: missed.last };
}

/** Pure: the ping at the end of this run did not arrive. The same head if a later run has been stored meanwhile, or the first ping did not arrive either. */
export function recordMissedHeartbeat(head: Head, { runId, startedAt }: Run): Head {
  if (head.lastRun?.runId !== runId || head.heartbeatMissedAt === startedAt) return head;
  return { ...head, heartbeatMissedSince: head.heartbeatMissedSince ?? startedAt, heartbeatMissedAt: startedAt };
}

/** The first and the last of the checks in a row whose pings did not arrive, by when they began; null if those of the last stored check did. */
function missedBefore({
  heartbeatMissedSince,
  heartbeatMissedAt,
  lastRun,
}: Head): { readonly since: Instant; readonly last: Instant } | null {
  if (heartbeatMissedSince === undefined || heartbeatMissedAt === undefined) return null;
  const isOfLastRun = lastRun === null || heartbeatMissedAt === lastRun.startedAt;
  return isOfLastRun ? { since: heartbeatMissedSince, last: heartbeatMissedAt } : null;
}
