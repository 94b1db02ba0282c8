import { plural } from '../../domain/text.ts';
import { evidenceLine } from '../../domain/recovery/evidence.ts';
import type { Drill } from '../../domain/recovery/drill.ts';
import { type Duration, type Instant, spell } from '../../domain/time.ts';
import { moved, refused, troubleOf, waits } from '../state/step-outcome.ts';
import { type FailoverMeasure, longestGap, type WriterMeasure } from './failover-measure.ts';
import { knownAddress, type Targeted, verifiedTarget } from './drill-interlock.ts';
import { concluded, intended, isIntended, isIntendedByAnother, logged, marked, unverified } from './drill-phase.ts';
import { type DrillContext, type DrillOutcome, DrillRefusal } from './drill-ports.ts';
import { precise } from './drill-report.ts';

/** Restarts the primaries while writers of ours measure. It is one step: a measure cannot be interrupted and continued. */
export async function act(drill: Targeted, context: DrillContext): Promise<DrillOutcome> {
  const { now, owner, deadline, tempo, sandbox, signal } = context;
  if (isIntendedByAnother(drill, owner))
    return unverified(drill, 'the process that measured was ended before it told what it found', now());
  if (deadline - now() < tempo.leastTime) return waits(tooShort(drill, context));
  if (!isIntended(drill)) return moved(intended(marked(drill, 'planted', now(), 'writers begin'), owner, now()));
  await verifiedTarget(drill, context);
  try {
    const measure = await sandbox.failover(knownAddress(drill, context), {
      drill: drill.id,
      tempo,
      act: () => restart(drill, context),
      now,
      deadline,
      ...(signal && { signal }),
    });
    return moved(evaluated(drill, measure, context));
  } catch (cause) {
    if (cause instanceof DrillRefusal) return refusedAfterWriting(drill, cause.message, context);
    const refusal = context.recovery.atlas.refusalOf(cause);
    if (refusal !== null) return refusedAfterWriting(drill, `Atlas refused to restart the primaries: ${refusal.message}`, context);
    return unverified(drill, `nothing was measured: ${troubleOf(cause)}`, now());
  }
}

function tooShort(drill: Targeted, { deadline, now, tempo }: DrillContext): Drill {
  const last = `this run has ${spell(Math.max(0, deadline - now()))} left, a failover is measured for up to ${spell(tempo.leastTime)}: raise RUN_BUDGET_MS, or \`restorewatch drill --advance\``;
  return { ...drill, troubles: { count: (drill.troubles?.count ?? 0) + 1, last } };
}

/** The writers have made their database by now: it is dropped too, unless the target may not be written to any more. */
async function refusedAfterWriting(drill: Targeted, why: string, context: DrillContext): Promise<DrillOutcome> {
  try {
    await verifiedTarget(drill, context);
    await context.sandbox.drop(knownAddress(drill, context), context.deadline);
    return refused(why);
  } catch (cause) {
    const left = cause instanceof DrillRefusal ? 'the target may not be written to' : troubleOf(cause);
    return refused(`${why}; the drills’ database was not dropped: ${left}`);
  }
}

async function restart(drill: Targeted, context: DrillContext): Promise<void> {
  const target = await verifiedTarget(drill, context);
  await context.recovery.atlas.restartPrimaries(target, context.deadline);
}

function evaluated(drill: Drill, measure: FailoverMeasure, { general, now }: DrillContext): Drill {
  const { failover } = general.recovery;
  const measured = { ...drill, ...measuredOf(measure, failover) };
  const seen = timeline(logged(measured, measure.actedAt, 'Atlas took the restart of the primaries'), measure);
  const unproven = (why: string): Drill => concluded(seen, 'could-not-verify', why, now());
  if (measure.interrupted) return unproven('interrupted while writers measured');
  const { gap, isOpen } = outageIn(measure);
  if (gap === null) return unproven('no write failed: the primaries were not restarted in time, or the drill could not see it');
  if (isOpen && gap <= failover)
    return unproven(`the measure ended ${precise(gap)} after writes failed, before ${spell(failover)} were over`);
  const { lost } = measure;
  const slow = isOpen
    ? `writes were not accepted again within ${spell(gap)}`
    : `no write was accepted for ${precise(gap)}, ${spell(failover)} was promised`;
  const wrong = [
    ...(isOpen || gap > failover ? [slow] : []),
    ...(lost !== null && lost > 0 ? [`${plural(lost, 'acknowledged write')} ${lost === 1 ? 'was' : 'were'} lost`] : []),
  ];
  if (wrong.length > 0) return concluded(seen, 'failed', wrong.join('; '), now());
  return lost === null ? unproven('what was acknowledged could not be read back') : concluded(seen, 'passed', null, now());
}

/**
 * The longest time without an accepted write, and whether it was not over when the measure ended. A writer without retries shows every outage as a failed
 * write; one with retries shows only an outage that outlasts the driver's patience.
 */
function outageIn({ unretried, retried, endedAt }: FailoverMeasure) {
  const gaps = [...unretried.gaps, ...retried.gaps];
  return { gap: longestGap(gaps, endedAt), isOpen: gaps.some(({ until }) => until === null) };
}

function measuredOf(measure: FailoverMeasure, failover: Duration): Pick<Drill, 'measured' | 'evidence'> {
  const { unretried, retried, lost, lostSpan, endedAt } = measure;
  const { gap, isOpen } = outageIn(measure);
  const held = gap === null || (isOpen && gap <= failover) ? 'could-not-verify' : gap <= failover ? 'passed' : 'failed';
  const found = gap === null ? 'no write failed' : `${precise(gap)}${isOpen ? ', and not over' : ''}`;
  const accepted = unretried.accepted + retried.accepted;
  const evidence = [
    evidenceLine('assertion', held, [`writes accepted again within ${spell(failover)}`, found]),
    evidenceLine('documents', lost === null ? 'could-not-verify' : lost === 0 ? 'passed' : 'failed', [
      'no acknowledged write lost',
      lost === null ? 'could not be read back' : `${lost} of ${accepted} lost`,
    ]),
    evidenceLine('assertion', 'noted', ['retryWrites off: errors during the failover', words(unretried, endedAt)]),
    evidenceLine('assertion', 'noted', ['retryWrites on: a wait instead of errors', words(retried, endedAt)]),
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
  return `${accepted} accepted, ${failed} failed, ${plural(gaps.length, 'gap')}${gap === null ? '' : `, the longest ${precise(gap)}`}, slowest accepted write ${precise(slowest)}`;
}

function timeline(drill: Drill, { unretried, endedAt }: FailoverMeasure): Drill {
  const events = unretried.gaps.flatMap(({ from, until }) => [
    { at: from, what: 'first failed write' },
    { at: until ?? endedAt, what: until === null ? 'still no write accepted when the measure ended' : 'first accepted write' },
  ]);
  return { ...drill, timeline: [...drill.timeline, ...events] };
}
