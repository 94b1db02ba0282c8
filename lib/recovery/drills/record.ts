import type { Drill, EndedDrill } from '../../domain/drill.ts';
import type { GeneralPolicy } from '../../domain/policy.ts';
import type { LogRecord } from '../../domain/record.ts';
import { type Duration, type Instant, iso, spell } from '../../domain/time.ts';

/** What the head keeps of a drill that ended. */
export function endedOf(drill: Drill, at: Instant): EndedDrill {
  const { id, scenario, plan } = drill;
  return { id, scenario, plan, at, verdict: drill.verdict ?? 'could-not-verify', summary: summaryOf(drill) };
}

/** "passed: RTO 4.2 s, RPO 0 s"; with what went wrong where it did not pass. */
export function summaryOf({ verdict, measured, why }: Drill): string {
  const { rto, rpo } = measured;
  const words = [
    ...(rto === undefined ? [] : [`RTO ${precise(rto)}`]),
    ...(rpo === undefined ? [] : [`RPO ${precise(rpo)}`]),
    ...(why === null ? [] : [why]),
  ];
  return words.length === 0 ? (verdict ?? 'could-not-verify') : words.join('; ');
}

/** Tenths of a second below a minute: a failover is promised within ten of them. */
export function precise(duration: Duration): string {
  return duration < 60_000 ? `${(duration / 1_000).toFixed(1)} s` : spell(duration);
}

type Targets = GeneralPolicy['recovery'];

/** The record of a drill that ended, for the log; the report is made of it. */
export function drillRecord(drill: Drill, targets: Targets, endedAt: Instant): LogRecord {
  const verdict = drill.interrupted && drill.verdict === 'could-not-verify' ? 'interrupted' : (drill.verdict ?? 'could-not-verify');
  const { measured, evidence } = drill;
  return { ...baseOf(drill, targets, endedAt), verdict, summary: summaryOf(drill), measured, evidence };
}

/** The record of a drill that the interlock, or Atlas, refused. */
export function refusedDrillRecord(drill: Drill, why: string, targets: Targets, endedAt: Instant): LogRecord {
  return { ...baseOf(drill, targets, endedAt), verdict: 'refused', summary: `refused: ${why}`, measured: {}, evidence: [] };
}

function baseOf(
  drill: Drill,
  targets: Targets,
  endedAt: Instant,
): Pick<LogRecord, 'id' | 'kind' | 'startedAt' | 'endedAt' | 'subject' | 'by' | 'details'> {
  const { id, scenario, plan, by, targetName, startedAt, timeline, wrong, jobId, region, marks } = drill;
  const subject = targetName === null || scenario === 'breach' ? 'tabletop' : `${targetName.cluster} (project ${targetName.project})`;
  const promised = promisedOf(drill, targets);
  const details = {
    scenario,
    ...(plan !== null && { plan }),
    ...(promised.rto !== undefined && { 'rto target': `${promised.rto}` }),
    ...(promised.rpo !== undefined && { 'rpo target': `${promised.rpo}` }),
    ...(region !== null && { region: `${region.provider} ${region.region}` }),
    ...(marks.moment !== undefined && { moment: iso(marks.moment) }),
    ...(jobId !== null && { 'restore job': jobId }),
    timeline: timeline
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, what }) => `${new Date(at).toISOString()} ${what}`)
      .join('\n'),
    ...(wrong.length > 0 && { 'went wrong': wrong.join('\n') }),
  };
  return { id, kind: 'drill', startedAt, endedAt, subject, by, details };
}

/** What the policy promises for the scenario, in milliseconds: plan 3.2 for a failover (and no acknowledged write lost), 2.1 for data. */
function promisedOf({ scenario }: Drill, { rto, rpo, failover }: Targets): { readonly rto?: Duration; readonly rpo?: Duration } {
  if (scenario === 'primary-failure') return { rto: failover, rpo: 0 };
  return scenario === 'corruption' || scenario === 'deletion' ? { rto, rpo } : {};
}
