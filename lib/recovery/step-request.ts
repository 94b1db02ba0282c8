import type { RestorePoint, RestoreTest } from '../domain/restore-test.ts';
import { type Instant, MINUTE, SECOND } from '../domain/time.ts';
import type { RestoreJob } from '../domain/recovery-atlas.ts';
import { pointRefusals, restoreRefusals } from './interlock.ts';
import { concluded, inPhase } from './phase.ts';
import { bothClusters } from './step-choose.ts';
import type { Step, StepContext } from './world.ts';

/** Atlas's clock and ours may differ by so much: a job is ours also where its id says that it began a little before we asked. */
const CLOCKS_DIFFER = 5 * MINUTE;
/** Another process that stored its intention and was killed may have asked: its job shows in the listing within this time. */
const SHOWS_WITHIN = 3 * MINUTE;
/** Atlas says that this moment cannot be restored though its window had it: that is what a restore test is to find out. */
const NOT_RESTORABLE = new Set(['INVALID_PIT_RESTORE_TIME', 'UNABLE_T0_FIND_SNAPSHOT_PRIOR_TO_PIT_RESTORE_OPTIME']);

/**
 * Asks Atlas for the restore, once. The intention is stored first, by a step of its own: a request whose answer was lost, or whose process was killed, is
 * found again among the source's jobs and never sent blindly a second time. The interlock is held again right before the request.
 */
export async function request(test: RestoreTest, context: StepContext): Promise<Step> {
  const { now, owner } = context;
  if (test.requestedAt === null) {
    const jobsBefore = (await jobsLike(test, context, now())).map(({ id }) => id);
    return { kind: 'moved', test: { ...test, requestedAt: now(), requestedBy: owner, jobsBefore } };
  }
  const known = await jobAskedFor(test, context);
  if (known) return { kind: 'moved', test: inPhase({ ...test, jobId: known.id }, 'restore', now()) };
  if (test.requestedBy !== owner) {
    if (now() - test.requestedAt < SHOWS_WITHIN) return { kind: 'waits', test };
    return { kind: 'moved', test: { ...test, requestedAt: null, requestedBy: null } };
  }
  return ask(test, context);
}

async function ask(test: RestoreTest, context: StepContext): Promise<Step> {
  const { world, now, deadline } = context;
  const { source, target, question } = await bothClusters(test, context);
  const { point } = test;
  const reasons = [...restoreRefusals(question)];
  if (target && test.target && target.clusterId !== test.target.clusterId) reasons.push('the target is another cluster than a moment ago');
  if (source === null || target === null || point === null || reasons.length > 0) return { kind: 'refused', why: reasons.join('; ') };
  // The snapshot may have expired, the moment have left the window, since it was chosen: choose again.
  if (pointRefusals(point, context.window, now()).length > 0 || !(await isThere(point, source, context)))
    return { kind: 'moved', test: inPhase({ ...test, point: null, requestedAt: null, requestedBy: null }, 'choose', now()) };
  try {
    const job = await world.atlas.requestRestore({ source, target, point }, deadline);
    return { kind: 'moved', test: inPhase({ ...test, jobId: job.id }, 'restore', now()) };
  } catch (error) {
    return refusedBy(error, test, context);
  }
}

/** A definite answer is the end; one that tells nothing is looked for by the next run, which is another owner. */
function refusedBy(error: unknown, test: RestoreTest, { world, now }: StepContext): Step {
  const refusal = world.atlas.refusalOf(error);
  if (refusal === null) throw error;
  if (refusal.code === null || !NOT_RESTORABLE.has(refusal.code))
    return { kind: 'refused', why: `Atlas refused the restore: ${refusal.message}` };
  return { kind: 'moved', test: concluded(test, 'failed', `Atlas cannot restore the chosen point: ${refusal.message}`, now()) };
}

async function isThere(
  point: RestorePoint,
  source: Parameters<StepContext['world']['atlas']['snapshots']>[0],
  { world, deadline }: StepContext,
): Promise<boolean> {
  if (point.kind === 'moment') return true;
  const snapshots = await world.atlas.snapshots(source, deadline);
  return snapshots.some(({ id, status }) => id === point.snapshotId && status === 'completed');
}

/** The job that can only be ours: this target, this point, unknown when we meant to ask. */
async function jobAskedFor(test: RestoreTest, context: StepContext): Promise<RestoreJob | null> {
  const jobs = await jobsLike(test, context, test.requestedAt ?? 0);
  const ours = jobs.filter(({ id }) => !test.jobsBefore.includes(id));
  return ours.toSorted((a, b) => b.askedAt - a.askedAt)[0] ?? null;
}

/** The source's jobs of this point into this target, of about this time. */
async function jobsLike(
  { source, target, point }: RestoreTest,
  { world, deadline }: StepContext,
  at: Instant,
): Promise<readonly RestoreJob[]> {
  const jobs = await world.atlas.restoreJobs(source, deadline);
  return jobs.filter(
    (job) =>
      job.askedAt >= at - CLOCKS_DIFFER &&
      job.targetProjectId === target?.projectId &&
      job.targetClusterName === target?.name &&
      isOf(job, point),
  );
}

/** Is this the restore of that point, as far as Atlas tells? PITR jobs were never recorded, and `desiredTimestamp` may come empty (facts/atlas-api §5). */
export function isOf(job: RestoreJob, point: RestorePoint | null): boolean {
  if (point === null) return false;
  if (point.kind === 'snapshot') return job.snapshotId === null ? job.deliveryType === 'automated' : job.snapshotId === point.snapshotId;
  return job.desiredAt === null ? job.deliveryType === 'pointInTime' : Math.abs(job.desiredAt - point.at) < SECOND;
}
