import type { EvidenceLine } from '../../domain/evidence.ts';
import type { Drill } from '../../domain/drill.ts';
import { type Duration, type Instant, spell } from '../../domain/time.ts';
import { troubleOf } from '../trouble.ts';
import { type FailoverMeasure, longestGap, type WriterMeasure } from './failover.ts';
import { heldTarget, knownAddress, type Targeted } from './interlock.ts';
import { concluded, isMeant, isSomebodyElses, marked, meant, told } from './phase.ts';
import { type DrillContext, DrillRefusal, type DrillStep } from './world.ts';

/** Restarts the primaries while writers of ours measure. In one step: a measure cannot be put down and taken up. */
export async function act(drill: Targeted, context: DrillContext): Promise<DrillStep> {
  const { now, owner, deadline, tempo, sandbox, signal } = context;
  if (isSomebodyElses(drill, owner))
    return {
      kind: 'moved',
      drill: concluded(drill, 'could-not-verify', 'the process that measured was ended before it told what it found', now()),
    };
  if (deadline - now() < tempo.leastTime) return { kind: 'waits', drill: tooShort(drill, context) };
  if (!isMeant(drill)) return { kind: 'moved', drill: meant(marked(drill, 'planted', now(), 'writers begin'), owner, now()) };
  await heldTarget(drill, context);
  try {
    const measure = await sandbox.failover(knownAddress(drill, context), {
      drill: drill.id,
      tempo,
      act: () => restart(drill, context),
      now,
      deadline,
      ...(signal && { signal }),
    });
    return { kind: 'moved', drill: judged(drill, measure, context) };
  } catch (cause) {
    if (cause instanceof DrillRefusal) return putDown(drill, cause.message, context);
    const refusal = context.world.atlas.refusalOf(cause);
    if (refusal !== null) return putDown(drill, `Atlas refused to restart the primaries: ${refusal.message}`, context);
    return { kind: 'moved', drill: concluded(drill, 'could-not-verify', `nothing was measured: ${troubleOf(cause)}`, now()) };
  }
}

function tooShort(drill: Targeted, { deadline, now, tempo }: DrillContext): Drill {
  const last = `this run has ${spell(Math.max(0, deadline - now()))} left, a failover is measured for up to ${spell(tempo.leastTime)}: raise RUN_BUDGET_MS, or \`npm run drill -- --advance\``;
  return { ...drill, troubles: { count: (drill.troubles?.count ?? 0) + 1, last } };
}

/** Refused after the writers made their database: it goes too, unless the target may not be written to any more. */
async function putDown(drill: Targeted, why: string, context: DrillContext): Promise<DrillStep> {
  try {
    await heldTarget(drill, context);
    await context.sandbox.drop(knownAddress(drill, context), context.deadline);
    return { kind: 'refused', why };
  } catch (cause) {
    const left = cause instanceof DrillRefusal ? 'the target may not be written to' : troubleOf(cause);
    return { kind: 'refused', why: `${why}; the drills’ database was not dropped: ${left}` };
  }
}

async function restart(drill: Targeted, context: DrillContext): Promise<void> {
  const target = await heldTarget(drill, context);
  await context.world.atlas.restartPrimaries(target, context.deadline);
}

function judged(drill: Drill, measure: FailoverMeasure, { general, now }: DrillContext): Drill {
  const measured = told(
    { ...drill, ...measuredOf(measure, general.recovery.failover) },
    measure.actedAt,
    'Atlas took the restart of the primaries',
  );
  const seen = timeline(measured, measure);
  if (measure.interrupted) return concluded(seen, 'could-not-verify', 'interrupted while writers measured', now());
  const { failover } = general.recovery;
  const gap = gapOf(measure);
  if (gap === null)
    return concluded(
      seen,
      'could-not-verify',
      'no write failed: the primaries were not restarted in time, or the drill could not see it',
      now(),
    );
  if (isOpen(measure) && gap <= failover)
    return concluded(
      seen,
      'could-not-verify',
      `the measure ended ${precise(gap)} after writes failed, before ${spell(failover)} were over`,
      now(),
    );
  const wrong = wrongs(measure, gap, failover);
  if (wrong.length > 0) return concluded(seen, 'failed', wrong.join('; '), now());
  if (measure.lost === null) return concluded(seen, 'could-not-verify', 'what was acknowledged could not be read back', now());
  return concluded(seen, 'passed', null, now());
}

/** Without retries every outage shows as a failed write; with them only one that outlasts the driver's patience does. */
function gapOf({ plain, retried, endedAt }: FailoverMeasure): Duration | null {
  const gaps = [...plain.gaps, ...retried.gaps];
  return longestGap(gaps, endedAt);
}

/** Was a writer still waiting when the measure ended? */
function isOpen({ plain, retried }: FailoverMeasure): boolean {
  return [...plain.gaps, ...retried.gaps].some(({ until }) => until === null);
}

function wrongs(measure: FailoverMeasure, gap: Duration, failover: Duration): readonly string[] {
  const open = isOpen(measure);
  return [
    ...(open ? [`writes were not accepted again within ${spell(gap)}`] : []),
    ...(!open && gap > failover ? [`no write was accepted for ${precise(gap)}, ${spell(failover)} was promised`] : []),
    ...(measure.lost !== null && measure.lost > 0 ? [`${measure.lost} acknowledged write(s) were lost`] : []),
  ];
}

function measuredOf(measure: FailoverMeasure, failover: Duration): Pick<Drill, 'measured' | 'evidence'> {
  const { plain, retried, lost, lostSpan, endedAt } = measure;
  const gap = gapOf(measure);
  const open = isOpen(measure);
  const held = gap === null || (open && gap <= failover) ? 'could-not-verify' : gap <= failover ? 'passed' : 'failed';
  const found = gap === null ? 'no write failed' : `${precise(gap)}${open ? ', and not over' : ''}`;
  const evidence: readonly EvidenceLine[] = [
    line('assertion', `writes accepted again within ${spell(failover)}`, found, held),
    line(
      'documents',
      'no acknowledged write lost',
      lost === null ? 'could not be read back' : `${lost} of ${plain.accepted + retried.accepted} lost`,
      lost === null ? 'could-not-verify' : lost === 0 ? 'passed' : 'failed',
    ),
    line('assertion', 'retryWrites off: errors during the failover', words(plain, endedAt), 'noted'),
    line('assertion', 'retryWrites on: a wait instead of errors', words(retried, endedAt), 'noted'),
  ];
  const retriedGap = longestGap(retried.gaps, endedAt);
  const measured = {
    ...(gap !== null && { rto: gap }),
    ...(lost !== null && { rpo: lostSpan }),
    'slowest write with retries': Math.max(retried.slowest, retriedGap ?? 0),
  };
  return { measured, evidence };
}

function words({ accepted, failed, gaps, slowest }: WriterMeasure, endedAt: Instant): string {
  const gap = longestGap(gaps, endedAt);
  return `${accepted} accepted, ${failed} failed, ${gaps.length} gap(s)${gap === null ? '' : `, the longest ${precise(gap)}`}, slowest accepted write ${precise(slowest)}`;
}

function timeline(drill: Drill, { plain, endedAt }: FailoverMeasure): Drill {
  const events = plain.gaps.flatMap(({ from, until }) => [
    { at: from, what: 'first failed write' },
    { at: until ?? endedAt, what: until === null ? 'still no write accepted when the measure ended' : 'first accepted write' },
  ]);
  return { ...drill, timeline: [...drill.timeline, ...events] };
}

function line(what: EvidenceLine['what'], expected: string, found: string, verdict: EvidenceLine['verdict']): EvidenceLine {
  return { what, namespace: null, expected, found, verdict };
}

/** Failovers are compared in tenths of a second. */
function precise(duration: Duration): string {
  return duration < 60_000 ? `${(duration / 1_000).toFixed(1)} s` : spell(duration);
}
