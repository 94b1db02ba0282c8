import { failing, type Finding, ok } from '../domain/finding.ts';
import type { Head } from '../domain/head.ts';
import type { GeneralPolicy } from '../domain/policy.ts';
import { ORGANISATION } from '../domain/subject.ts';
import { type Instant, iso, spell } from '../domain/time.ts';

const check = 'monitor';
const ACTION =
  'See in the host’s logs why /api/cron/check did not run or complete: cron settings, CRON_SECRET, timeouts. Call it by hand to see its answer.';

/** Contract, clause 7: no complete check for three intervals is a P0; only `dispatch` raises it. Null while there is no reason. */
export function monitorOverdue(head: Head, general: GeneralPolicy, now: Instant): Finding | null {
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

/** What a complete check says of itself; it ends the incident that `dispatch` raised. */
export function monitorRuns(head: Head): readonly Finding[] {
  const open = head.incidents.some(
    (incident) => incident.check === check && incident.resource.part === undefined && incident.state !== 'resolved',
  );
  return open ? [ok({ check, resource: ORGANISATION, summary: 'a check has completed' })] : [];
}

/** Two checks in a row that the dead-man switch did not hear: it will cry wolf, or is gone and cannot cry at all. */
export function heartbeatFindings(head: Head, heard: boolean, now: Instant): readonly Finding[] {
  const resource = { ...ORGANISATION, name: 'the heartbeat', part: 'heartbeat' };
  const open = head.incidents.some(
    (incident) => incident.check === check && incident.resource.part === 'heartbeat' && incident.state !== 'resolved',
  );
  if (heard) return open ? [ok({ check, resource, summary: 'HEARTBEAT_URL answers' })] : [];
  if (head.deafSince === undefined) return [];
  const summary = `HEARTBEAT_URL has heard no check since ${iso(head.deafSince)} (${spell(now - head.deafSince)})`;
  const action = 'Look at the dead-man switch that HEARTBEAT_URL names, and at whether this host may reach it.';
  return [failing({ check, resource, severity: 'warning', summary, action, startedAt: head.deafSince })];
}
