import type { Environment } from '../../lib/config/environment/read-environment.ts';
import type { GeneralPolicy } from '../../lib/domain/policy/policy.ts';
import type { DrillPlan } from '../../lib/domain/policy/recovery-plan.ts';
import type { RecoveryAtlas } from '../../lib/domain/recovery/atlas-recovery.ts';
import { SECOND } from '../../lib/domain/time.ts';
import type { RecoveryPorts } from '../../lib/ports/recovery-ports.ts';
import { drillRefusals } from '../../lib/recovery/drills/drill-interlock.ts';
import { sourceAddressesOf } from '../../lib/recovery/restore-tests/restore-interlock.ts';
import { troubleOf } from '../../lib/recovery/state/step-outcome.ts';
import { openRecovery } from '../../lib/wire/recovery.ts';
import { fail, type Line, pass } from './line.ts';

const PATIENCE = 30 * SECOND;

type Context = {
  readonly ports: RecoveryPorts;
  readonly atlas: RecoveryAtlas;
  readonly general: GeneralPolicy;
  readonly now: () => number;
};

/** Says whether the interlock would let the planned drills through. A tabletop needs nothing; without another plan there is no line. Does nothing to a cluster. */
export async function examineDrills(environment: Environment, general: GeneralPolicy, now: () => number): Promise<readonly Line[]> {
  const plans = (general.drills ?? []).filter(({ scenario }) => scenario !== 'breach');
  if (plans.length === 0) return [];
  const ports = openRecovery(environment);
  const { atlas } = ports;
  if (!atlas)
    return [fail('Drills: planned, but ATLAS_RESTORE_CLIENT_ID and ATLAS_RESTORE_CLIENT_SECRET are not set, so only tabletops run')];
  return Promise.all(plans.map((plan) => examine(plan, { ports, atlas, general, now })));
}

async function examine({ name, scenario, target: targetName }: DrillPlan, { ports, atlas, general, now }: Context): Promise<Line> {
  const what = `Drill ${name} (${scenario}, ${targetName.cluster})`;
  try {
    const target = await atlas.findCluster(targetName.project, targetName.cluster, now() + PATIENCE);
    const uri = ports.sandboxAddress(targetName.uri);
    const reasons = drillRefusals({
      target,
      drill: { id: 'doctor', scenario, target: null, jobId: null, targetName },
      general,
      others: [],
      hosts: uri === null ? null : ports.deployments.hostsOf(uri),
      sourceAddresses: sourceAddressesOf(general.restoreTests ?? [], ports),
    });
    return reasons.length === 0 ? pass(`${what}: the interlock lets it through`) : fail(`${what}: would be refused: ${reasons.join('; ')}`);
  } catch (error) {
    return fail(`${what}: ${troubleOf(error)}`);
  }
}
