import type { Drill } from '../../domain/drill.ts';
import { type EvidenceLine, verdictOf } from '../../domain/evidence.ts';
import type { RestorePoint } from '../../domain/restore-test.ts';
import { type Duration, type Instant, MINUTE, SECOND, spell } from '../../domain/time.ts';
import type { RestoreJob } from '../../domain/recovery-atlas.ts';
import { isOf } from '../step-request.ts';
import { heldTarget, knownAddress, type Targeted } from './interlock.ts';
import { concluded, inPhase, isMeant, marked, meant, told } from './phase.ts';
import type { Comparison, DrillContext, DrillStep } from './world.ts';

/** Atlas's clock and ours may differ by so much. */
const CLOCKS_DIFFER = 5 * MINUTE;
/** A request of a process that was killed shows among the jobs within this time. */
const SHOWS_WITHIN = 3 * MINUTE;
/** Atlas does not have the moment, or not yet: its oplog copy is some minutes behind. */
const NOT_YET: ReadonlySet<string> = new Set(['INVALID_PIT_RESTORE_TIME', 'UNABLE_T0_FIND_SNAPSHOT_PRIOR_TO_PIT_RESTORE_OPTIME']);

/** Asks Atlas for the moment before the damage, once; a request whose answer was lost is found again among the jobs. */
export async function request(drill: Targeted, context: DrillContext): Promise<DrillStep> {
  const { now, owner } = context;
  if (!isMeant(drill)) return { kind: 'moved', drill: meant(drill, owner, now()) };
  const known = await jobAskedFor(drill, context);
  if (known) return asked(drill, known, now());
  const since = drill.intent?.at ?? now();
  if (drill.intent?.owner !== owner) {
    if (now() - since < SHOWS_WITHIN) return { kind: 'waits', drill };
    return { kind: 'moved', drill: { ...drill, intent: null } };
  }
  return ask(drill, context);
}

async function ask(drill: Targeted, context: DrillContext): Promise<DrillStep> {
  const { now, world, deadline } = context;
  const target = await heldTarget(drill, context);
  const point = pointOf(drill);
  try {
    // In place, as a recovery would be: the sandbox is its own source, which the interlock of drills allows and that of restore tests does not.
    const inPlace = { source: target, target, point, inPlace: true } as const;
    return asked(drill, await world.atlas.requestRestore(inPlace, deadline), now());
  } catch (cause) {
    const refusal = world.atlas.refusalOf(cause);
    if (refusal === null) throw cause;
    if (refusal.code !== null && NOT_YET.has(refusal.code)) return notYet(drill, `not restorable yet: ${refusal.message}`);
    return { kind: 'moved', drill: concluded(drill, 'failed', `Atlas refused the restore: ${refusal.message}`, now()) };
  }
}

/** Atlas did not take it, so the next run may ask without looking for a job first; the phase's deadline ends it. */
function notYet(drill: Targeted, last: string): DrillStep {
  return { kind: 'waits', drill: { ...drill, intent: null, troubles: { count: (drill.troubles?.count ?? 0) + 1, last } } };
}

function asked(drill: Targeted, job: RestoreJob, now: Instant): DrillStep {
  return {
    kind: 'moved',
    drill: inPhase(marked({ ...drill, jobId: job.id }, 'requested', now, `restore asked for (job ${job.id})`), 'restore', now),
  };
}

function pointOf({ marks }: Drill): RestorePoint & { readonly kind: 'moment' } {
  return { kind: 'moment', at: marks.moment ?? 0, expiresAt: null };
}

async function jobAskedFor(drill: Targeted, { world, deadline }: DrillContext): Promise<RestoreJob | undefined> {
  const { target } = drill;
  if (target === null) return undefined;
  const since = (drill.marks.noticed ?? 0) - CLOCKS_DIFFER;
  const jobs = await world.atlas.restoreJobs(target, deadline);
  return jobs.findLast((job) => job.askedAt >= since && job.targetClusterName === target.name && isOf(job, pointOf(drill)));
}

/** Asks how far Atlas is. */
export async function restore(drill: Targeted, { world, now, deadline }: DrillContext): Promise<DrillStep> {
  const { target, jobId } = drill;
  if (target === null || jobId === null) return { kind: 'moved', drill: inPhase(drill, 'request', now()) };
  const job = await world.atlas.restoreJob(target, jobId, deadline);
  const end = (verdict: 'failed' | 'could-not-verify', why: string): DrillStep => ({
    kind: 'moved',
    drill: concluded(drill, verdict, why, now()),
  });
  switch (job.state) {
    case 'running':
      return { kind: 'waits', drill };
    case 'failed':
      return end('failed', `Atlas’s restore job ${jobId} failed; Atlas gives no reason by its API`);
    case 'cancelled':
      return end('could-not-verify', `restore job ${jobId} was cancelled by somebody`);
    case 'expired':
      return end('could-not-verify', `restore job ${jobId} expired before it was done`);
    case 'done':
      break;
  }
  if (!isOf(job, pointOf(drill))) return end('failed', `restore job ${jobId} restored another point than was asked for`);
  return {
    kind: 'moved',
    drill: inPhase(marked(drill, 'restored', job.finishedAt ?? now(), 'restored, by Atlas’s word'), 'compare', now()),
  };
}

/** Compares what is there with what was planted, document by document. */
export async function compare(drill: Targeted, context: DrillContext): Promise<DrillStep> {
  const { now, sandbox, deadline } = context;
  // Right after its restore a cluster may not be idle for a moment: then the interlock refuses, and the next run asks again.
  await heldTarget(drill, context);
  const { batches } = drill;
  const compared = await sandbox.compare(knownAddress(drill, context), { drill: drill.id, batches }, deadline);
  const known = marked(
    drill,
    'compared',
    now(),
    compared.differences === 0 ? 'every document is as it was planted' : `${compared.differences} difference(s) after the restore`,
  );
  return { kind: 'moved', drill: judged(known, compared, context) };
}

function judged(drill: Drill, { lines, newest }: Comparison, { general, now }: DrillContext): Drill {
  const { rto, rpo } = general.recovery;
  const { noticed, requested, restored, compared, damaged } = drill.marks;
  const spans = {
    rto: between(noticed, compared),
    rpo: newest === null || damaged === undefined ? null : Math.max(0, damaged - newest),
    restore: between(requested, restored),
    validate: between(restored, compared),
  };
  const measured = Object.fromEntries(Object.entries(spans).flatMap(([name, span]) => (span === null ? [] : [[name, span] as const])));
  const evidence = [...lines, target('RTO', spans.rto, rto), target('RPO', spans.rpo, rpo)];
  const whole = told({ ...drill, measured, evidence }, now(), `measured: RTO ${words(spans.rto)}, RPO ${words(spans.rpo)}`);
  const bad = evidence.filter(({ verdict }) => verdict === 'failed');
  const why = bad.map(({ what, expected, found }) => `${what}: expected ${expected}, found ${found}`).join('; ');
  return concluded(whole, verdictOf(evidence), why === '' ? null : why, now());
}

function between(from: Instant | undefined, until: Instant | undefined): Duration | null {
  return from === undefined || until === undefined ? null : Math.max(0, until - from);
}

function target(name: string, span: Duration | null, limit: Duration): EvidenceLine {
  const verdict = span === null ? 'could-not-verify' : span <= limit ? 'passed' : 'failed';
  return { what: 'assertion', namespace: null, expected: `${name} of at most ${spell(limit)}`, found: words(span), verdict };
}

function words(span: Duration | null): string {
  if (span === null) return 'not measured';
  return span < MINUTE ? `${(span / SECOND).toFixed(1)} s` : spell(span);
}
