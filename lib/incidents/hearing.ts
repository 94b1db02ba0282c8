import { failing, type Finding, ok } from '../domain/finding.ts';
import type { Head, Run } from '../domain/head.ts';
import { ORGANISATION } from '../domain/subject.ts';
import { type Instant, iso, spell } from '../domain/time.ts';

const check = 'monitor';
const ACTION = 'Look at the dead-man switch that HEARTBEAT_URL names, and at whether this host may reach it.';

/**
 * Two checks in a row that the dead-man switch did not hear from beginning to end: it will cry wolf, or is gone and cannot cry at all. `heard`:
 * this check's beginning; how its end was heard is known to the next one only, since the ping that tells it goes out when all is recorded.
 */
export function heartbeatFindings(head: Head, heard: boolean, now: Instant): readonly Finding[] {
  const resource = { ...ORGANISATION, name: 'the heartbeat', part: 'heartbeat' };
  const open = head.incidents.some(
    (incident) => incident.check === check && incident.resource.part === 'heartbeat' && incident.state !== 'resolved',
  );
  const missed = missedBefore(head);
  if (heard && missed === null) return open ? [ok({ check, resource, summary: 'HEARTBEAT_URL hears the checks' })] : [];
  if (missed === null || (heard && missed.since === missed.last)) return [];
  const summary = `HEARTBEAT_URL has heard no check from beginning to end since ${iso(missed.since)} (${spell(now - missed.since)})`;
  return [failing({ check, resource, severity: 'warning', summary, action: ACTION, startedAt: missed.since })];
}

type Deafness = Pick<Head, 'deafSince' | 'deafAt'>;

/** Pure: what a check stores of it, with its beginning heard or not. */
export function hearing(head: Head, heard: boolean, now: Instant): Deafness {
  const missed = missedBefore(head);
  if (!heard) return { deafSince: missed?.since ?? now, deafAt: now };
  return missed === null ? {} : { deafSince: missed.since, deafAt: missed.last };
}

/** Pure: the end of this run was not heard. The same head where a later one has been stored meanwhile, or its beginning was not heard either. */
export function unheard(head: Head, { runId, startedAt }: Run): Head {
  if (head.lastRun?.runId !== runId || head.deafAt === startedAt) return head;
  return { ...head, deafSince: head.deafSince ?? startedAt, deafAt: startedAt };
}

/** The unheard checks up to the last one that was stored, by their beginnings; null where that one was heard. */
function missedBefore({ deafSince, deafAt, lastRun }: Head): { readonly since: Instant; readonly last: Instant } | null {
  if (deafSince === undefined) return null;
  // A head of before ends were watched: then the last one was unheard.
  const last = deafAt ?? lastRun?.startedAt ?? deafSince;
  return lastRun === null || last === lastRun.startedAt ? { since: deafSince, last } : null;
}
