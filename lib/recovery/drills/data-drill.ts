import { plural } from '../../domain/text.ts';
import type { RestoreJob } from '../../domain/recovery/atlas-recovery.ts';
import type { Drill } from '../../domain/recovery/drill.ts';
import { type EvidenceLine, evidenceLine, verdictOf } from '../../domain/recovery/evidence.ts';
import { measuredSpans } from '../../domain/recovery/log-record.ts';
import type { RestorePoint } from '../../domain/recovery/restore-test.ts';
import { type Duration, type Instant, iso, SECOND, spell } from '../../domain/time.ts';
import { CLOCKS_DIFFER, failureOf, isNotRestorable, isOf, SHOWS_WITHIN } from '../restore-tests/restore-job.ts';
import { moved, troubleOf, waits } from '../state/step-outcome.ts';
import { knownAddress, type Targeted, verifiedTarget } from './drill-interlock.ts';
import {
  concluded,
  failed,
  inPhase,
  intended,
  isIntended,
  isIntendedByAnother,
  logged,
  marked,
  spanBetween,
  unverified,
} from './drill-phase.ts';
import type { Comparison, DrillContext, DrillOutcome } from './drill-ports.ts';
import { precise } from './drill-report.ts';

/** Documents planted before the damage, and right before it. */
const PLANTED = 1_000;
const LAST_BATCH = 20;

/** Writes the drill's documents into the sandbox's own marked database. */
export async function plant(drill: Targeted, context: DrillContext): Promise<DrillOutcome> {
  const { now, sandbox, deadline } = context;
  await verifiedTarget(drill, context);
  // Stored before the first document is written, so that a database that is only half planted is dropped as well.
  if (drill.marks.planted === undefined) return moved(marked(drill, 'planted', now(), 'documents are being planted'));
  const at = await sandbox.plant(knownAddress(drill, context), { drill: drill.id, count: PLANTED }, deadline);
  const planted = logged(drill, now(), `${PLANTED} documents planted`);
  return moved(inPhase({ ...planted, batches: [{ first: 0, count: PLANTED, at }] }, 'damage', now()));
}

/** Does the damage, checks that a comparison shows it, and fixes the moment to restore to: the second before it, by the server's clock. */
export async function damage(drill: Targeted, context: DrillContext): Promise<DrillOutcome> {
  const { now, owner } = context;
  if (isIntendedByAnother(drill, owner)) return unverified(drill, 'the process that did the damage was ended before it told when', now());
  if (!isIntended(drill)) return moved(intended(drill, owner, now()));
  await verifiedTarget(drill, context);
  try {
    return await damaging(drill, context);
  } catch (cause) {
    // It is not known whether and when the damage was done, so nothing can be measured from it.
    return unverified(drill, `nothing was measured: ${troubleOf(cause)}`, now());
  }
}

async function damaging(drill: Targeted, context: DrillContext): Promise<DrillOutcome> {
  const { now, sandbox, deadline } = context;
  const uri = knownAddress(drill, context);
  const newest = await sandbox.refresh(uri, { drill: drill.id, first: PLANTED, count: LAST_BATCH }, deadline);
  const damaged = await sandbox.damage(uri, drill.scenario === 'deletion' ? 'deletion' : 'corruption', deadline);
  const moment = momentBefore(damaged);
  const batches = [...drill.batches, { first: PLANTED, count: LAST_BATCH, at: newest }];
  const known = { ...drill, batches, marks: { ...drill.marks, newest, damaged, moment } };
  const done = logged(known, damaged, `${drill.scenario} done; the moment to go back to is ${iso(moment)}`);
  const { differences } = await sandbox.compare(uri, { drill: drill.id, batches }, deadline);
  if (differences === 0) return failed(done, 'the damage did not show when the data was compared', now());
  const noticed = marked(done, 'noticed', now(), `damage noticed: ${plural(differences, 'difference')} from what was planted`);
  return moved(inPhase(noticed, 'request', now()));
}

/** The whole second before the one in which the damage began. */
export function momentBefore(damaged: Instant): Instant {
  return (Math.floor(damaged / SECOND) - 1) * SECOND;
}

/** Requests a restore to the moment before the damage, once. A request whose answer was lost is found among the jobs. */
export async function request(drill: Targeted, context: DrillContext): Promise<DrillOutcome> {
  const { now, owner } = context;
  if (!isIntended(drill)) return moved(intended(drill, owner, now()));
  const known = await jobAskedFor(drill, context);
  if (known) return asked(drill, known, now());
  if (drill.intent?.owner === owner) return ask(drill, context);
  return now() - (drill.intent?.at ?? now()) < SHOWS_WITHIN ? waits(drill) : moved({ ...drill, intent: null });
}

async function ask(drill: Targeted, context: DrillContext): Promise<DrillOutcome> {
  const { now, recovery, deadline } = context;
  const target = await verifiedTarget(drill, context);
  const point = pointOf(drill);
  try {
    // The restore goes in place, as a recovery would: the interlock of drills allows the sandbox as its own source, that of restore tests does not.
    const inPlace = { source: target, target, point, inPlace: true } as const;
    return asked(drill, await recovery.atlas.requestRestore(inPlace, deadline), now());
  } catch (cause) {
    const refusal = recovery.atlas.refusalOf(cause);
    if (refusal === null) throw cause;
    if (!isNotRestorable(refusal)) return failed(drill, `Atlas refused the restore: ${refusal.message}`, now());
    // Atlas's copy of the oplog is some minutes behind. The next run may ask without looking for a job first; the phase's deadline ends it.
    const troubles = { count: (drill.troubles?.count ?? 0) + 1, last: `not restorable yet: ${refusal.message}` };
    return waits({ ...drill, intent: null, troubles });
  }
}

function asked(drill: Targeted, { id }: RestoreJob, now: Instant): DrillOutcome {
  return moved(inPhase(marked({ ...drill, jobId: id }, 'requested', now, `restore asked for (job ${id})`), 'restore', now));
}

function pointOf({ marks }: Drill): RestorePoint & { readonly kind: 'moment' } {
  return { kind: 'moment', at: marks.moment ?? 0, expiresAt: null };
}

async function jobAskedFor(drill: Targeted, { recovery, deadline }: DrillContext): Promise<RestoreJob | undefined> {
  const { target } = drill;
  if (target === null) return undefined;
  const since = (drill.marks.noticed ?? 0) - CLOCKS_DIFFER;
  const jobs = await recovery.atlas.restoreJobs(target, deadline);
  return jobs.findLast((job) => job.askedAt >= since && job.targetClusterName === target.name && isOf(job, pointOf(drill)));
}

export async function restore(drill: Targeted, { recovery, now, deadline }: DrillContext): Promise<DrillOutcome> {
  const { target, jobId } = drill;
  if (target === null || jobId === null) return moved(inPhase(drill, 'request', now()));
  const job = await recovery.atlas.restoreJob(target, jobId, deadline);
  if (job.state === 'running') return waits(drill);
  const failure = failureOf(job, pointOf(drill));
  if (failure) return moved(concluded(drill, failure.verdict, failure.why, now()));
  return moved(inPhase(marked(drill, 'restored', job.finishedAt ?? now(), 'restored, by Atlas’s word'), 'compare', now()));
}

/** Compares what is there with what was planted, document by document. */
export async function compare(drill: Targeted, context: DrillContext): Promise<DrillOutcome> {
  const { now, sandbox, deadline } = context;
  // Right after its restore a cluster may not be idle for a moment: then the interlock refuses, and the next run asks again.
  await verifiedTarget(drill, context);
  const { batches } = drill;
  const compared = await sandbox.compare(knownAddress(drill, context), { drill: drill.id, batches }, deadline);
  const { differences } = compared;
  const words = differences === 0 ? 'every document is as it was planted' : `${plural(differences, 'difference')} after the restore`;
  return moved(evaluated(marked(drill, 'compared', now(), words), compared, context));
}

function evaluated(drill: Drill, { lines, newest }: Comparison, { general, now }: DrillContext): Drill {
  const { rto, rpo } = general.recovery;
  const { noticed, requested, restored, compared, damaged } = drill.marks;
  const spans = {
    rto: spanBetween(noticed, compared),
    rpo: spanBetween(newest ?? undefined, damaged),
    restore: spanBetween(requested, restored),
    validate: spanBetween(restored, compared),
  };
  const evidence = [...lines, targetLine('RTO', spans.rto, rto), targetLine('RPO', spans.rpo, rpo)];
  const measured = { ...drill, measured: measuredSpans(spans), evidence };
  const whole = logged(measured, now(), `measured: RTO ${inWords(spans.rto)}, RPO ${inWords(spans.rpo)}`);
  const bad = evidence.filter(({ verdict }) => verdict === 'failed');
  const why = bad.map(({ what, expected, found }) => `${what}: expected ${expected}, found ${found}`).join('; ');
  return concluded(whole, verdictOf(evidence), why === '' ? null : why, now());
}

function targetLine(name: string, span: Duration | null, limit: Duration): EvidenceLine {
  const verdict = span === null ? 'could-not-verify' : span <= limit ? 'passed' : 'failed';
  return evidenceLine('assertion', verdict, [`${name} of at most ${spell(limit)}`, inWords(span)]);
}

function inWords(span: Duration | null): string {
  return span === null ? 'not measured' : precise(span);
}
