import type { Located, RestoreTest } from '../domain/restore-test.ts';
import type { LiveCluster } from '../domain/recovery-atlas.ts';
import { choosePoint } from './choose.ts';
import { pointRefusals, restoreRefusals, sourcesOf } from './interlock.ts';
import { concluded, inPhase } from './phase.ts';
import type { Step, StepContext } from './world.ts';

/** Reads source and target, holds the interlock, and picks the recovery point. Nothing is changed in Atlas, but that a sandbox paused by us is resumed. */
export async function choose(unplaced: RestoreTest, context: StepContext): Promise<Step> {
  const { world, now, deadline } = context;
  const found = await bothClusters(unplaced, context);
  const { source, target } = found;
  // By their ids from here on, whatever follows: a verdict is told of the cluster that it is about.
  const test = {
    ...unplaced,
    ...(source && { source: { ...located(source), tags: source.tags } }),
    ...(target && { target: located(target) }),
  };
  const resumed = await resume(target, found.question, context);
  if (resumed) return { kind: 'waits', test };
  const reasons = restoreRefusals(found.question);
  if (source === null || target === null || reasons.length > 0) return { kind: 'refused', why: reasons.join('; ') };
  const snapshots = await world.atlas.snapshots(source, deadline);
  const { restoreWindowDays } = source;
  const window = source.pitEnabled === true ? context.window : null;
  const { comparableFrom } = context;
  const point = choosePoint(test.choice, { snapshots, window, restoreWindowDays, comparableFrom, now: now(), random: world.random });
  if (typeof point === 'string') return { kind: 'moved', test: concluded(test, 'failed', point, now()) };
  const impossible = pointRefusals(point, window, now());
  if (impossible.length > 0) return { kind: 'refused', why: impossible.join('; ') };
  return { kind: 'moved', test: inPhase({ ...test, point, reach: window?.to ?? null }, 'request', now()) };
}

/** Source and target as Atlas has them now, and the question that the interlock asks of them. */
export async function bothClusters(test: RestoreTest, { world, plans, others, deadline }: StepContext) {
  const [source, target] = await Promise.all([
    world.atlas.findCluster(test.source.projectId, test.source.name, deadline),
    world.atlas.findCluster(test.targetName.project, test.targetName.cluster, deadline),
  ]);
  const { targetName } = test;
  return { source, target, question: { source, target, targetName, sourceName: test.source.name, sources: sourcesOf(plans), others } };
}

/** A plan that pauses its sandbox afterwards finds it paused, or still waking up; true: it is not ready yet, and nothing else is wrong with it. */
async function resume(
  target: LiveCluster | null,
  question: Parameters<typeof restoreRefusals>[0],
  { plan, world, deadline }: StepContext,
): Promise<boolean> {
  if (target === null || plan.afterwards !== 'pause' || (target.paused === false && target.stateName === 'IDLE')) return false;
  const awake: LiveCluster = { ...target, paused: false, stateName: 'IDLE' };
  if (restoreRefusals({ ...question, target: awake }).length > 0) return false;
  if (target.paused === true) await world.atlas.pause(target, false, deadline);
  return true;
}

function located({ projectId, projectName, clusterId, name }: LiveCluster): Located {
  return { projectId, projectName, clusterId, name };
}
