import type { RestoreTest } from '../domain/restore-test.ts';
import type { LiveCluster } from '../domain/recovery-atlas.ts';
import { choosePoint } from './choose.ts';
import { pointRefusals, restoreRefusals, sourcesOf } from './interlock.ts';
import { concluded, inPhase } from './phase.ts';
import type { Step, StepContext } from './world.ts';

/** Reads source and target, holds the interlock, and picks the recovery point. Nothing is changed in Atlas, but that a sandbox paused by us is resumed. */
export async function choose(test: RestoreTest, context: StepContext): Promise<Step> {
  const { world, now, deadline } = context;
  const found = await bothClusters(test, context);
  const { source, target } = found;
  if (isOursToResume(target, context)) {
    if (restoreRefusals({ ...found.question, target: { ...target, paused: false } }).length === 0)
      await world.atlas.pause(target, false, deadline);
    return { kind: 'waits', test };
  }
  const reasons = restoreRefusals(found.question);
  if (source === null || target === null || reasons.length > 0) return { kind: 'refused', why: reasons.join('; ') };
  const snapshots = await world.atlas.snapshots(source, deadline);
  const { restoreWindowDays } = source;
  const window = source.pitEnabled === true ? context.window : null;
  const point = choosePoint(test.choice, { snapshots, window, restoreWindowDays, now: now(), random: world.random });
  if (typeof point === 'string') return { kind: 'moved', test: concluded({ ...test, target }, 'failed', point, now()) };
  const impossible = pointRefusals(point, window, now());
  if (impossible.length > 0) return { kind: 'refused', why: impossible.join('; ') };
  return { kind: 'moved', test: inPhase({ ...test, source: located(source), target: located(target), point }, 'request', now()) };
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

/** Only a plan that pauses its sandbox afterwards finds it paused as it should be. */
function isOursToResume(target: LiveCluster | null, { plan }: StepContext): target is LiveCluster {
  return target !== null && target.paused === true && plan.afterwards === 'pause';
}

function located({ projectId, projectName, clusterId, name }: LiveCluster): RestoreTest['source'] {
  return { projectId, projectName, clusterId, name };
}
