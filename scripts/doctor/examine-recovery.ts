import type { Environment } from '../../lib/config/env.ts';
import type { LiveCluster, RecoveryAtlas } from '../../lib/domain/recovery-atlas.ts';
import type { RestorePlan } from '../../lib/domain/recovery-plan.ts';
import { SECOND } from '../../lib/domain/time.ts';
import { leadsTo, restoreRefusals, sourcesOf } from '../../lib/recovery/interlock.ts';
import { troubleOf } from '../../lib/recovery/trouble.ts';
import type { RecoveryWorld } from '../../lib/recovery/world.ts';
import { openRecovery } from '../../lib/wire-recovery.ts';
import type { Line } from './line.ts';

const PATIENCE = 30 * SECOND;

/** Would the planned restore tests be let through, and can the sandboxes be read? Reads only; restores nothing. */
export async function examineRecovery(
  environment: Environment,
  plans: readonly RestorePlan[],
  now: () => number,
): Promise<readonly Line[]> {
  if (plans.length === 0)
    return [
      {
        mark: 'warn',
        text: 'Restore tests: none is planned, so nobody knows whether these backups can be restored (README, “Restore tests”)',
      },
    ];
  const world = openRecovery(environment);
  const { atlas } = world;
  if (!atlas)
    return [
      {
        mark: 'bad',
        text: 'Restore tests: planned, but ATLAS_RESTORE_CLIENT_ID and ATLAS_RESTORE_CLIENT_SECRET are not set, so none runs',
      },
    ];
  const each = plans.flatMap((plan) => plan.sources.map((source) => ({ plan, source })));
  const lines = await Promise.all(each.map(({ plan, source }) => examine(plan, source, { world, atlas, plans, now })));
  return lines.flat();
}

type Context = {
  readonly world: RecoveryWorld;
  readonly atlas: RecoveryAtlas;
  readonly plans: readonly RestorePlan[];
  readonly now: () => number;
};

async function examine(
  plan: RestorePlan,
  source: RestorePlan['sources'][number],
  { world, atlas, plans, now }: Context,
): Promise<readonly Line[]> {
  const what = `Restore test ${plan.name} (${source.cluster} → ${plan.target.cluster})`;
  try {
    const [from, target] = await Promise.all([
      atlas.findCluster(source.project, source.cluster, now() + PATIENCE),
      atlas.findCluster(plan.target.project, plan.target.cluster, now() + PATIENCE),
    ]);
    const reasons = restoreRefusals({
      source: from,
      target,
      targetName: plan.target,
      sourceName: source.cluster,
      sources: sourcesOf(plans),
      others: [],
    });
    if (reasons.length > 0 || target === null) return [{ mark: 'bad', text: `${what}: would be refused: ${reasons.join('; ')}` }];
    return [{ mark: 'ok', text: `${what}: the interlock lets it through` }, await examineSandbox(plan, target, world, now)];
  } catch (error) {
    return [{ mark: 'bad', text: `${what}: ${troubleOf(error)}` }];
  }
}

async function examineSandbox(
  plan: RestorePlan,
  target: LiveCluster,
  { sandboxAddress, deployments }: RecoveryWorld,
  now: () => number,
): Promise<Line> {
  const variable = plan.target.uri ?? 'SANDBOX_MONGODB_URI';
  const uri = sandboxAddress(plan.target.uri);
  if (uri === null) return { mark: 'bad', text: `${variable}: not set, so what is restored cannot be read` };
  if (!leadsTo(deployments.hostsOf(uri), target))
    return { mark: 'bad', text: `${variable}: does not lead to ${target.name}: its hosts are not among those that Atlas names for it` };
  const line = await deployments.writeAccess(uri, { deadline: now() + PATIENCE });
  if (plan.afterwards === 'drop')
    return { mark: 'ok', text: `${variable}: answers; its user must be able to drop what was restored (afterwards: drop)` };
  return { mark: 'ok', text: `${variable}: answers; ${line.found}` };
}
