import type { Drill } from '../../domain/recovery/drill.ts';
import type { GeneralPolicy } from '../../domain/policy/policy.ts';
import { type ClusterName, type DrillScenario, isNamed } from '../../domain/recovery/restore-test.ts';
import type { LiveCluster } from '../../domain/recovery/atlas-recovery.ts';
import { leadsTo, type SourceHosts, sourceAddressesOf, sourcesOf, targetRefusals } from '../restore-tests/restore-interlock.ts';
import { activeDrills } from '../state/drills-in-head.ts';
import { type ClusterUser, isOn, isSameName } from '../state/target-users.ts';
import { type DrillContext, DrillRefusal } from './drill-ports.ts';

export type DrillQuestion = {
  readonly target: LiveCluster | null;
  readonly drill: Pick<Drill, 'id' | 'scenario' | 'target' | 'jobId'> & { readonly targetName: ClusterName };
  readonly general: Pick<GeneralPolicy, 'drills' | 'restoreTests'>;
  /** Whatever else is under way on clusters, in words, and where. */
  readonly others: readonly ({ readonly what: string } & ClusterUser)[];
  /** Hosts of the sandbox's address; null where none is set. */
  readonly hosts: readonly string[] | null;
  /** Every address that backups and manifests are taken from. */
  readonly sourceAddresses: readonly SourceHosts[];
};

/**
 * Why this drill must not be done to this cluster; empty where it may. The conditions are those of a restore test's target: named in config, no source of any
 * plan, tagged in Atlas, idle. All of them are asked again right before each act. The sandbox may be its own source: a drill restores it in place.
 */
export function drillRefusals({ target, drill, general, others, hosts, sourceAddresses }: DrillQuestion): readonly string[] {
  const { targetName } = drill;
  const named = `${targetName.cluster} (project ${targetName.project})`;
  const reasons: string[] = [];
  const { drills = [], restoreTests = [] } = general;
  if (![...drills, ...restoreTests].some((plan) => isOn(drill, plan.target)))
    reasons.push(`the target ${named} is not named in restorewatch.config.ts, under drills or restoreTests`);
  reasons.push(...targetRefusals({ target, targetName, sources: sourcesOf(restoreTests), sourceAddresses }));
  const other = others.find((user) => isUsing(user, targetName, target));
  if (other) reasons.push(`${other.what} is using the target`);
  if (target === null) return reasons;
  if (drill.target !== null && target.clusterId !== drill.target.clusterId)
    reasons.push(`another cluster bears the name ${named} than a moment ago`);
  return [...reasons, ...scenarioRefusals(drill.scenario, target), ...addressRefusals(drill.scenario, target, hosts)];
}

/** Compares clusters where both were looked up, and names otherwise. */
function isUsing(user: ClusterUser, name: ClusterName, target: LiveCluster | null): boolean {
  if (user.targetName === null) return false;
  if (target === null) return isOn(user, name);
  return user.target === null
    ? isNamed(target, user.targetName) || isSameName(user.targetName, name)
    : user.target.clusterId === target.clusterId;
}

function scenarioRefusals(scenario: DrillScenario, target: LiveCluster): readonly string[] {
  if (scenario === 'region-outage' && target.regions.length < 2)
    return [
      `the target ${target.name} lies in ${target.regions.length === 1 ? 'a single region' : 'no region that Atlas names'}: Atlas simulates an outage only of a cluster in several`,
    ];
  if ((scenario === 'corruption' || scenario === 'deletion') && target.pitEnabled !== true)
    return [
      `point-in-time recovery is off at the target ${target.name}: switch on continuous backup there, or nothing can be recovered to a second`,
    ];
  return [];
}

/** A drill that writes must write to the very cluster that the interlock looked at. A simulated outage writes nothing. */
function addressRefusals(scenario: DrillScenario, target: LiveCluster, hosts: readonly string[] | null): readonly string[] {
  if (scenario === 'region-outage') return [];
  if (hosts === null)
    return ['the sandbox’s address is not set (SANDBOX_MONGODB_URI, or the variable that the target names): nothing can be written to it'];
  return leadsTo(hosts, target)
    ? []
    : [`the sandbox’s address does not lead to ${target.name}: its hosts are not among those that Atlas names for it`];
}

/** A drill that is done to a cluster; only a tabletop is not. */
export type Targeted = Drill & { readonly targetName: NonNullable<Drill['targetName']> };

/** The target as Atlas has it now, which the interlock allows. Throws `DrillRefusal` with every reason against it, and what Atlas threw. */
export async function verifiedTarget(drill: Targeted, context: DrillContext): Promise<LiveCluster> {
  const { recovery, general, deadline } = context;
  const { project, cluster, uri: variable } = drill.targetName;
  const target = await recovery.atlas.findCluster(project, cluster, deadline);
  const uri = recovery.sandboxAddress(variable);
  const hosts = uri === null ? null : recovery.deployments.hostsOf(uri);
  const sourceAddresses = sourceAddressesOf(general.restoreTests ?? [], recovery);
  const reasons = drillRefusals({ target, drill, general, others: othersThan(drill, context), hosts, sourceAddresses });
  if (target === null || reasons.length > 0) throw new DrillRefusal(reasons.join('; '));
  return target;
}

/** The sandbox's address. Throws `DrillRefusal` where none is set. */
export function knownAddress({ targetName }: Targeted, { recovery }: DrillContext): string {
  const uri = recovery.sandboxAddress(targetName.uri);
  if (uri === null) throw new DrillRefusal('the sandbox’s address is not set any more');
  return uri;
}

function othersThan({ id }: Drill, { head }: DrillContext): DrillQuestion['others'] {
  const drills = activeDrills(head).filter((other) => other.id !== id && other.scenario !== 'breach');
  return [
    ...drills.map((other) => ({ ...other, what: `another drill (${other.id})` })),
    ...(head.recovery?.tests ?? []).map((test) => ({ ...test, what: `a restore test (${test.id})` })),
  ];
}
