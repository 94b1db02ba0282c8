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

const DISPATCH = { ...ORGANISATION, name: 'the dispatch', part: 'dispatch' };

/** So many messages have been due since then, and no dispatch has taken them up; only a check raises it. */
export function dispatchMissing(messages: number, since: Instant, now: Instant): Finding {
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

/** What a dispatch says of itself by coming; it ends the incident that a check raised. */
export function dispatchComes(head: Head): readonly Finding[] {
  const open = head.incidents.some(
    ({ check: of, resource, state }) => of === check && resource.part === 'dispatch' && state !== 'resolved',
  );
  return open ? [ok({ check, resource: DISPATCH, summary: 'a dispatch has come' })] : [];
}
