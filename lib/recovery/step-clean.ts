import type { RestoreTest } from '../domain/restore-test.ts';
import { sourcesOf, targetRefusals } from './interlock.ts';
import { addressTrouble, only } from './step-validate.ts';
import type { Step, StepContext } from './world.ts';

/** Leaves the sandbox as policy wants it. The verdict stands already: what cannot be cleaned up is said, and changes nothing of it. */
export async function clean(test: RestoreTest, context: StepContext): Promise<Step> {
  const { world, plan, plans, deadline } = context;
  if (plan.afterwards === 'keep' || test.jobId === null) return { kind: 'ended', test };
  const { targetName } = test;
  const target = await world.atlas.findCluster(targetName.project, targetName.cluster, deadline);
  // Atlas may be at it still: the phase's own deadline ends the waiting.
  if (target !== null && target.stateName !== 'IDLE') return { kind: 'waits', test };
  const reasons = targetRefusals({ target, targetName, sources: sourcesOf(plans) });
  if (target === null || reasons.length > 0) return uncleaned(test, reasons.join('; '));
  if (plan.afterwards === 'pause') {
    await world.atlas.pause(target, true, deadline);
    return { kind: 'ended', test };
  }
  const uri = world.sandboxAddress(plan.target.uri);
  const wrong = await addressTrouble(uri, test, context);
  if (uri === null || wrong !== null) return uncleaned(test, wrong ?? '');
  await world.deployments.drop(uri, { deadline, ...only(plan) });
  return { kind: 'ended', test };
}

function uncleaned(test: RestoreTest, why: string): Step {
  return { kind: 'ended', test: { ...test, uncleaned: why } };
}
