import type { Environment } from '../../lib/config/environment/read-environment.ts';
import type { LiveCluster, RecoveryAtlas } from '../../lib/domain/recovery/atlas-recovery.ts';
import type { RestorePlan } from '../../lib/domain/policy/recovery-plan.ts';
import { SECOND } from '../../lib/domain/time.ts';
import { leadsTo, restoreRefusals, sourceAddressesOf, sourcesOf } from '../../lib/recovery/restore-tests/restore-interlock.ts';
import { troubleOf } from '../../lib/recovery/state/step-outcome.ts';
import type { RecoveryPorts } from '../../lib/ports/recovery-ports.ts';
import { openRecovery } from '../../lib/wire/recovery.ts';
import { fail, type Line, pass, warn } from './line.ts';

const PATIENCE = 30 * SECOND;

/** Says whether the interlock would let the planned restore tests through, and whether the sandboxes can be read. Restores nothing. */
export async function examineRecovery(
  environment: Environment,
  plans: readonly RestorePlan[],
  now: () => number,
): Promise<readonly Line[]> {
  if (plans.length === 0)
    return [warn('Restore tests: none is planned, so nobody knows whether these backups can be restored (docs/recovery.md)')];
  const ports = openRecovery(environment);
  const { atlas } = ports;
  if (!atlas)
    return [fail('Restore tests: planned, but ATLAS_RESTORE_CLIENT_ID and ATLAS_RESTORE_CLIENT_SECRET are not set, so none runs')];
  const each = plans.flatMap((plan) => plan.sources.map((source) => ({ plan, source })));
  const lines = await Promise.all(each.map(({ plan, source }) => examine(plan, source, { ports, atlas, plans, now })));
  return lines.flat();
}

type Context = {
  readonly ports: RecoveryPorts;
  readonly atlas: RecoveryAtlas;
  readonly plans: readonly RestorePlan[];
  readonly now: () => number;
};

async function examine(
  plan: RestorePlan,
  source: RestorePlan['sources'][number],
  { ports, atlas, plans, now }: Context,
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
      sourceAddresses: sourceAddressesOf(plans, ports),
      others: [],
    });
    if (reasons.length > 0 || target === null) return [fail(`${what}: would be refused: ${reasons.join('; ')}`)];
    return [pass(`${what}: the interlock lets it through`), await examineSandbox(plan, target, ports, now)];
  } catch (error) {
    return [fail(`${what}: ${troubleOf(error)}`)];
  }
}

async function examineSandbox(
  plan: RestorePlan,
  target: LiveCluster,
  { sandboxAddress, deployments }: RecoveryPorts,
  now: () => number,
): Promise<Line> {
  const variable = plan.target.uri ?? 'SANDBOX_MONGODB_URI';
  const uri = sandboxAddress(plan.target.uri);
  if (uri === null) return fail(`${variable}: not set, so what is restored cannot be read`);
  if (!leadsTo(deployments.hostsOf(uri), target))
    return fail(`${variable}: does not lead to ${target.name}: its hosts are not among those that Atlas names for it`);
  const line = await deployments.writeAccess(uri, { deadline: now() + PATIENCE });
  if (plan.afterwards === 'drop') return pass(`${variable}: answers; its user must be able to drop what was restored (afterwards: drop)`);
  return pass(`${variable}: answers; ${line.found}`);
}
