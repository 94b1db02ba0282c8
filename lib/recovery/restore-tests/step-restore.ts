import type { LiveCluster, RestoreJob } from '../../domain/recovery/atlas-recovery.ts';
import type { Located, RestorePoint, RestoreTest } from '../../domain/recovery/restore-test.ts';
import type { Instant } from '../../domain/time.ts';
import { moved, refused, waits } from '../state/step-outcome.ts';
import { choosePoint } from './choose-point.ts';
import { type PairQuestion, pointRefusals, restoreRefusals, sourceAddressesOf, sourcesOf } from './restore-interlock.ts';
import { inUseRefusals } from './sandbox-in-use.ts';
import { failureOf, isLike, isNotRestorable, SHOWS_WITHIN } from './restore-job.ts';
import { concluded, failed, inPhase, type StepContext, type TestOutcome } from './test-phase.ts';

/** Reads source and target, asks the interlock, and picks the recovery point. Changes nothing in Atlas, except that it resumes a sandbox that we paused. */
export async function choose(unplaced: RestoreTest, context: StepContext): Promise<TestOutcome> {
  const { recovery, now, deadline, comparableFrom } = context;
  const question = await askedOfInterlock(unplaced, context);
  const { source, target } = question;
  // The ids are stored whatever follows, so that a verdict is about the cluster that was tested and not about its name.
  const test = {
    ...unplaced,
    ...(source && { source: { ...located(source), tags: source.tags } }),
    ...(target && { target: located(target) }),
  };
  if (await isWakingUp(question, context)) return waits(test);
  const reasons = restoreRefusals(question);
  if (source === null || target === null || reasons.length > 0) return refused(reasons.join('; '));
  const snapshots = await recovery.atlas.snapshots(source, deadline);
  const { restoreWindowDays } = source;
  const window = source.pitEnabled === true ? context.window : null;
  const point = choosePoint(test.choice, { snapshots, window, restoreWindowDays, comparableFrom, now: now(), random: recovery.random });
  if (typeof point === 'string') return failed(test, point, now());
  const impossible = pointRefusals(point, window, now());
  if (impossible.length > 0) return refused(impossible.join('; '));
  return moved(inPhase({ ...test, point, reach: window?.to ?? null }, 'request', now()));
}

/** Source and target as Atlas has them now, with all that the interlock has to know of them. */
async function askedOfInterlock(test: RestoreTest, { recovery, plans, others, deadline }: StepContext): Promise<PairQuestion> {
  const { source: named, targetName } = test;
  const [source, target] = await Promise.all([
    recovery.atlas.findCluster(named.projectId, named.name, deadline),
    recovery.atlas.findCluster(targetName.project, targetName.cluster, deadline),
  ]);
  return {
    source,
    target,
    targetName,
    sourceName: named.name,
    sources: sourcesOf(plans),
    sourceAddresses: sourceAddressesOf(plans, recovery),
    others,
  };
}

/** Resumes the sandbox of a plan that pauses it afterwards. True while it is not ready yet and nothing else is wrong with it. */
async function isWakingUp(question: PairQuestion, { plan, recovery, deadline }: StepContext): Promise<boolean> {
  const { target } = question;
  if (target === null || plan.afterwards !== 'pause' || (target.paused === false && target.stateName === 'IDLE')) return false;
  const awake: LiveCluster = { ...target, paused: false, stateName: 'IDLE' };
  if (restoreRefusals({ ...question, target: awake }).length > 0) return false;
  if (target.paused === true) await recovery.atlas.pause(target, false, deadline);
  return true;
}

function located({ projectId, projectName, clusterId, name }: LiveCluster): Located {
  return { projectId, projectName, clusterId, name };
}

/**
 * Asks Atlas for the restore, once. The intention is stored first, by a step of its own: a request whose answer was lost, or whose process was killed, is
 * found among the source's jobs and never sent blindly a second time. The interlock is asked again right before the request.
 */
export async function request(test: RestoreTest, context: StepContext): Promise<TestOutcome> {
  const { now, owner } = context;
  if (test.requestedAt === null) {
    const jobsBefore = (await jobsLike(test, context, now())).map(({ id }) => id);
    return moved({ ...test, requestedAt: now(), requestedBy: owner, jobsBefore });
  }
  const known = await jobAskedFor(test, context);
  if (known) return moved(inPhase({ ...test, jobId: known.id }, 'restore', now()));
  if (test.requestedBy === owner) return ask(test, context);
  return now() - test.requestedAt < SHOWS_WITHIN ? waits(test) : moved({ ...test, requestedAt: null, requestedBy: null });
}

async function ask(test: RestoreTest, context: StepContext): Promise<TestOutcome> {
  const { recovery, now, deadline, plan } = context;
  const question = await askedOfInterlock(test, context);
  const { source, target } = question;
  const { point } = test;
  const inUse = target === null ? [] : await inUseRefusals(recovery, { target, variable: plan.target.uri, deadline });
  const reasons = [...restoreRefusals(question), ...inUse];
  if (target && test.target && target.clusterId !== test.target.clusterId) reasons.push('the target is another cluster than a moment ago');
  if (source === null || target === null || point === null || reasons.length > 0) return refused(reasons.join('; '));
  // Since the point was chosen, the snapshot may have expired or the moment may have left the window: another point is chosen then.
  if (pointRefusals(point, context.window, now()).length > 0 || !(await isThere(point, source, context)))
    return moved(inPhase({ ...test, point: null, requestedAt: null, requestedBy: null }, 'choose', now()));
  try {
    const job = await recovery.atlas.requestRestore({ source, target, point }, deadline);
    return moved(inPhase({ ...test, jobId: job.id }, 'restore', now()));
  } catch (error) {
    // A definite answer is the end. After one that says nothing, the next run, which is another owner, looks for the job.
    const refusal = recovery.atlas.refusalOf(error);
    if (refusal === null) throw error;
    // That Atlas cannot restore a moment which its window had is just what a restore test is to find out.
    return isNotRestorable(refusal)
      ? failed(test, `Atlas cannot restore the chosen point: ${refusal.message}`, now())
      : refused(`Atlas refused the restore: ${refusal.message}`);
  }
}

async function isThere(point: RestorePoint, source: LiveCluster, { recovery, deadline }: StepContext): Promise<boolean> {
  if (point.kind === 'moment') return true;
  const snapshots = await recovery.atlas.snapshots(source, deadline);
  return snapshots.some(({ id, status }) => id === point.snapshotId && status === 'completed');
}

/** The job that can only be ours: into this target, of this point, and not known when we meant to ask. */
async function jobAskedFor(test: RestoreTest, context: StepContext): Promise<RestoreJob | null> {
  const jobs = await jobsLike(test, context, test.requestedAt ?? 0);
  const ours = jobs.filter(({ id }) => !test.jobsBefore.includes(id));
  return ours.toSorted((a, b) => b.askedAt - a.askedAt)[0] ?? null;
}

async function jobsLike({ source, target, point }: RestoreTest, context: StepContext, at: Instant): Promise<readonly RestoreJob[]> {
  const jobs = await context.recovery.atlas.restoreJobs(source, context.deadline);
  return jobs.filter((job) => isLike(job, { target, point, at }));
}

export async function restore(test: RestoreTest, { recovery, now, deadline }: StepContext): Promise<TestOutcome> {
  if (test.jobId === null) return moved(inPhase(test, 'request', now()));
  const job = await recovery.atlas.restoreJob(test.source, test.jobId, deadline);
  if (job.state === 'running') return waits(test);
  const failure = failureOf(job, test.point);
  if (failure) return moved(concluded(test, failure.verdict, failure.why, now()));
  return moved(inPhase({ ...test, restoredAt: job.finishedAt ?? now() }, 'validate', now()));
}
