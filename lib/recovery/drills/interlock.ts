import type { Drill } from '../../domain/drill.ts';
import type { GeneralPolicy } from '../../domain/policy.ts';
import type { ClusterName, DrillScenario } from '../../domain/restore-test.ts';
import type { Instant } from '../../domain/time.ts';
import type { LiveCluster } from '../../domain/recovery-atlas.ts';
import { leadsTo, sourcesOf, targetRefusals } from '../interlock.ts';
import { isNamed } from '../state.ts';
import { activeDrills, type ClusterUser, isOn, isSameCluster } from './state.ts';
import { type DrillContext, DrillRefusal } from './world.ts';

export type DrillQuestion = {
  readonly target: LiveCluster | null;
  readonly drill: Pick<Drill, 'id' | 'scenario' | 'target' | 'jobId'> & { readonly targetName: ClusterName };
  readonly general: Pick<GeneralPolicy, 'drills' | 'restoreTests'>;
  /** Whatever else is under way on clusters, in words, and where. */
  readonly others: readonly ({ readonly what: string } & ClusterUser)[];
  /** Hosts of the sandbox's address; null where none is set. */
  readonly hosts: readonly string[] | null;
};

/**
 * Why this drill must not be done to this cluster; empty where it may. As for a restore test: named in config, no source of any plan, tagged in Atlas, idle;
 * all of it is asked again right before each act. The sandbox may be its own source: a drill restores it in place, as a recovery would.
 */
export function drillRefusals({ target, drill, general, others, hosts }: DrillQuestion): readonly string[] {
  const { targetName } = drill;
  const said = `${targetName.cluster} (project ${targetName.project})`;
  const reasons: string[] = [];
  if (!isNamedInConfig(general, drill))
    reasons.push(`the target ${said} is not named in restorable.config.ts, under drills or restoreTests`);
  reasons.push(...targetRefusals({ target, targetName, sources: sourcesOf(general.restoreTests ?? []) }));
  const other = others.find((user) => isUsing(user, targetName, target));
  if (other) reasons.push(`${other.what} is using the target`);
  if (target === null) return reasons;
  if (drill.target !== null && target.clusterId !== drill.target.clusterId)
    reasons.push(`another cluster bears the name ${said} than a moment ago`);
  return [...reasons, ...scenarioRefusals(drill.scenario, target), ...addressRefusals(drill.scenario, target, hosts)];
}

function isNamedInConfig({ drills = [], restoreTests = [] }: DrillQuestion['general'], drill: DrillQuestion['drill']): boolean {
  return [...drills, ...restoreTests].some(({ target }) => isOn(drill, target));
}

/** By the cluster itself where both were looked up, else by its names. */
function isUsing(user: ClusterUser, name: ClusterName, target: LiveCluster | null): boolean {
  if (user.targetName === null) return false;
  if (target === null) return isOn(user, name);
  return user.target === null
    ? isNamed(target, user.targetName) || isSameCluster(user.targetName, name)
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

/** What writes must write to the very cluster that the interlock looked at. A simulated outage writes nothing. */
function addressRefusals(scenario: DrillScenario, target: LiveCluster, hosts: readonly string[] | null): readonly string[] {
  if (scenario === 'region-outage') return [];
  if (hosts === null)
    return ['the sandbox’s address is not set (SANDBOX_MONGODB_URI, or the variable that the target names): nothing can be written to it'];
  return leadsTo(hosts, target)
    ? []
    : [`the sandbox’s address does not lead to ${target.name}: its hosts are not among those that Atlas names for it`];
}

/** What a drill without a cluster, or a world without its credentials, would be. */
export type Targeted = Drill & { readonly targetName: NonNullable<Drill['targetName']> };

/** The target as Atlas has it now, held against the interlock. Throws `DrillRefusal` with every reason, and what Atlas threw. */
export async function heldTarget(drill: Targeted, context: DrillContext, deadline: Instant = context.deadline): Promise<LiveCluster> {
  const target = await context.world.atlas.findCluster(drill.targetName.project, drill.targetName.cluster, deadline);
  const uri = addressOf(drill, context);
  const hosts = uri === null ? null : context.world.deployments.hostsOf(uri);
  const reasons = drillRefusals({ target, drill, general: context.general, others: othersThan(drill, context), hosts });
  if (target === null || reasons.length > 0) throw new DrillRefusal(reasons.join('; '));
  return target;
}

export function addressOf({ targetName }: Targeted, { world }: DrillContext): string | null {
  return world.sandboxAddress(targetName.uri);
}

/** The sandbox's address. Throws `DrillRefusal` where none is set. */
export function knownAddress(drill: Targeted, context: DrillContext): string {
  const uri = addressOf(drill, context);
  if (uri === null) throw new DrillRefusal('the sandbox’s address is not set any more');
  return uri;
}

function othersThan({ id }: Drill, { head }: DrillContext): DrillQuestion['others'] {
  const drills = activeDrills(head).filter((other) => other.id !== id && other.scenario !== 'breach');
  return [
    ...drills.map(({ target, targetName, ...other }) => ({ what: `another drill (${other.id})`, target, targetName })),
    ...(head.recovery?.tests ?? []).map(({ target, targetName, ...test }) => ({ what: `a restore test (${test.id})`, target, targetName })),
  ];
}
