import type { EvidenceLine } from '../../domain/evidence.ts';
import type { Drill } from '../../domain/drill.ts';
import { type Duration, type Instant, spell } from '../../domain/time.ts';
import { troubleOf } from '../trouble.ts';
import { isDefinite } from './answers.ts';
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
  if (deadline - now() < tempo.leastTime) return { kind: 'waits', drill };
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
    if (cause instanceof DrillRefusal) throw cause;
    if (isDefinite(cause)) return { kind: 'refused', why: `Atlas refused to restart the primaries: ${cause.message}` };
    return { kind: 'moved', drill: concluded(drill, 'could-not-verify', `nothing was measured: ${troubleOf(cause)}`, now()) };
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

function isOpen({ gaps }: WriterMeasure): boolean {
  return gaps.some(({ until }) => until === null);
}

function wrongs(measure: FailoverMeasure, gap: Duration, failover: Duration): readonly string[] {
  const open = isOpen(measure.plain) || isOpen(measure.retried);
  return [
    ...(open ? [`writes were not accepted again within ${spell(gap)}`] : []),
    ...(!open && gap > failover ? [`no write was accepted for ${precise(gap)}, ${spell(failover)} was promised`] : []),
    ...(measure.lost !== null && measure.lost > 0 ? [`${measure.lost} acknowledged write(s) were lost`] : []),
  ];
}

function measuredOf(measure: FailoverMeasure, failover: Duration): Pick<Drill, 'measured' | 'evidence'> {
  const { plain, retried, lost, lostSpan, endedAt } = measure;
  const gap = gapOf(measure);
  const open = isOpen(plain) || isOpen(retried);
  const held = gap === null ? 'could-not-verify' : gap <= failover && !open ? 'passed' : 'failed';
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
