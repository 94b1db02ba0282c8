import type { RecoveryPorts, TargetUser } from '../../ports/recovery-ports.ts';
import { type RestorePlan, SANDBOX_TAG } from '../../domain/policy/recovery-plan.ts';
import { type ClusterName, type RestorePoint, isNamed } from '../../domain/recovery/restore-test.ts';
import { isSameOrNextMajor, majorOf } from '../../domain/recovery/restorability.ts';
import { type Instant, iso } from '../../domain/time.ts';
import type { Window } from '../../domain/findings/recorded-view.ts';
import type { LiveCluster, RecoveryAtlas } from '../../domain/recovery/atlas-recovery.ts';
import { comparableHost } from '../dump/connection-string.ts';
import { troubleOf } from '../state/step-outcome.ts';

export type TargetQuestion = {
  /** The cluster that config names as target, as Atlas has it now; null where Atlas has none of this name. */
  readonly target: LiveCluster | null;
  readonly targetName: ClusterName;
  /** Every cluster that any plan names as a source. */
  readonly sources: readonly ClusterName[];
  /** Every address that backups and manifests are taken from. */
  readonly sourceAddresses: readonly SourceHosts[];
};

/** The hosts of an address, and the variable that holds it. */
export type SourceHosts = { readonly variable: string; readonly hosts: readonly string[] };

/**
 * Why this cluster must not be overwritten; empty where it may. It must be named in config, be no source of any plan, carry the tag in Atlas and be idle. A
 * restore erases its target, so all of this is asked again right before the request (docs/architecture.md, rule 6).
 */
export function targetRefusals({ target, targetName, sources, sourceAddresses }: TargetQuestion): readonly string[] {
  const named = `${targetName.cluster} (project ${targetName.project})`;
  if (target === null) return [`Atlas has no cluster ${named}: create it, or mend the target's name in restorewatch.config.ts`];
  const reasons: string[] = [];
  if (sources.some((source) => isNamed(target, source))) reasons.push(`the target ${named} is a source: a restore would erase it`);
  const known = new Set(target.hosts.map(comparableHost));
  const address = sourceAddresses.find(({ hosts }) => hosts.some((host) => known.has(comparableHost(host))));
  if (address !== undefined)
    reasons.push(`the target ${named} is where ${address.variable} leads, and so a source: a restore would erase it`);
  if (target.name !== targetName.cluster)
    reasons.push(`the target is now called ${target.name}, not ${targetName.cluster} as in restorewatch.config.ts`);
  reasons.push(...tagRefusals(target, targetName));
  if (target.kind !== 'replicaSet' && target.kind !== 'sharded')
    reasons.push(`the target ${named} is ${target.kind}: nothing can be restored into it`);
  if (target.paused !== false) reasons.push(`the target ${named} is ${target.paused === null ? 'perhaps ' : ''}paused: resume it`);
  if (target.stateName !== 'IDLE') reasons.push(`the target ${named} is busy (${target.stateName ?? 'state unknown'}): it must be IDLE`);
  return reasons;
}

/** Why a cluster may not be overwritten by its tags; empty where they allow it. */
export function tagRefusals({ tags }: LiveCluster, { project, cluster }: ClusterName): readonly string[] {
  if (tags[SANDBOX_TAG.key] === SANDBOX_TAG.value) return [];
  return [
    `the target ${cluster} (project ${project}) does not carry the tag ${SANDBOX_TAG.key}=${SANDBOX_TAG.value} in Atlas: set it there if it may be overwritten`,
  ];
}

export type TagQuestion = {
  readonly atlas: Pick<RecoveryAtlas, 'findCluster'>;
  /** Every cluster that config names as a target. */
  readonly targets: readonly ClusterName[];
  /** The hosts that the address names, as `hostsNamed` gives them. */
  readonly hosts: readonly string[];
  readonly deadline: Instant;
};

/**
 * Why a cluster in Atlas must not be restored into by its address: Atlas does not show that it carries the sandbox's tag. Null where it does. It is found
 * among the targets of config, since Atlas finds no cluster by a host. Never throws.
 */
export async function sandboxTagRefusal({ atlas, targets, hosts, deadline }: TagQuestion): Promise<string | null> {
  try {
    for (const { project, cluster } of targets) {
      const found = await atlas.findCluster(project, cluster, deadline);
      if (found !== null && leadsTo(hosts, found)) return tagRefusals(found, { project, cluster }).join('; ') || null;
    }
  } catch (error) {
    return `whether the target carries its tag in Atlas cannot be told: ${troubleOf(error)}`;
  }
  return `whether the target carries its tag in Atlas cannot be told: ${hosts.join(', ')} leads to no target of restoreTests or drills in restorewatch.config.ts; name the cluster there`;
}

export type PairQuestion = TargetQuestion & {
  readonly source: LiveCluster | null;
  readonly sourceName: string;
  /** Tests and drills under way, this one left out. */
  readonly others: readonly TargetUser[];
};

/** Everything that must hold between source and target, as reasons against the restore (docs/facts/atlas.md §5, constraints). */
export function restoreRefusals(question: PairQuestion): readonly string[] {
  const { source, target, sourceName, others } = question;
  const reasons = [...targetRefusals(question)];
  if (source === null) return [...reasons, `Atlas has no cluster ${sourceName}: mend the source's name in restorewatch.config.ts`];
  if (target === null) return reasons;
  if (source.clusterId === target.clusterId) reasons.push('source and target are the same cluster');
  if (source.paused !== false) reasons.push(`the source ${source.name} is paused: Atlas restores nothing from it`);
  reasons.push(...topologyRefusals(source, target), ...versionRefusals(source, target));
  const other = others.find((test) => test.target?.clusterId === target.clusterId);
  if (other) reasons.push(`another test or drill (${other.id}, of ${other.source.name}) is using the target`);
  return reasons;
}

function topologyRefusals(source: LiveCluster, target: LiveCluster): readonly string[] {
  if (source.kind !== 'replicaSet' && source.kind !== 'sharded')
    return [`the source ${source.name} is ${source.kind}: its snapshots can't go to a dedicated cluster`];
  if (source.kind !== target.kind) return [`the source is a ${spelled(source)}, the target a ${spelled(target)}: they must be alike`];
  if (source.kind === 'replicaSet') return [];
  const shards = `the source has ${source.shards ?? 'an unknown number of'} shards, the target ${target.shards ?? 'an unknown number'}: they must be as many`;
  const servers = `config servers differ: ${source.configServer ?? 'unknown'} at the source, ${target.configServer ?? 'unknown'} at the target`;
  return [
    ...(source.shards === null || source.shards !== target.shards ? [shards] : []),
    ...(source.configServer === target.configServer ? [] : [servers]),
  ];
}

function spelled({ kind }: LiveCluster): string {
  return kind === 'replicaSet' ? 'replica set' : `${kind} cluster`;
}

function versionRefusals(source: LiveCluster, target: LiveCluster): readonly string[] {
  const [from, to] = [majorOf(source.majorVersion), majorOf(target.majorVersion)];
  if (from === null || to === null) return [`the MongoDB version of the ${from === null ? 'source' : 'target'} is not known`];
  if (isSameOrNextMajor(from, to)) return [];
  return [
    `the source runs MongoDB ${source.majorVersion}, the target ${target.majorVersion}: the target's must be the same or the next major version`,
  ];
}

/** Why this moment or snapshot cannot be restored, as far as can be known before asking; empty where it seems to be. */
export function pointRefusals(point: RestorePoint, window: Window | null, now: Instant): readonly string[] {
  if (point.kind === 'snapshot')
    return point.expiresAt !== null && point.expiresAt <= now
      ? [`the snapshot of ${iso(point.at)} expired at ${iso(point.expiresAt)}`]
      : [];
  if (window === null) return ['point-in-time recovery is off, or its window is not known'];
  if (point.at < window.from || point.at > window.to)
    return [`${iso(point.at)} is outside the restorable window, which reaches from ${iso(window.from)} to ${iso(window.to)}`];
  const broken = window.breaks.find(({ from, to }) => point.at >= from && point.at <= to);
  return broken ? [`${iso(point.at)} is inside a break of the window, from ${iso(broken.from)} to ${iso(broken.to)}: ${broken.cause}`] : [];
}

/** The hosts of every address that the environment holds of a source: MONGODB_URI, and those that plans name. */
export function sourceAddressesOf(
  plans: readonly RestorePlan[],
  { sourceAddress, deployments }: Pick<RecoveryPorts, 'sourceAddress' | 'deployments'>,
): readonly SourceHosts[] {
  const variables = new Set([null, ...plans.flatMap((plan) => plan.sources).map(({ uri }) => uri)]);
  return [...variables].flatMap((variable) => {
    const uri = sourceAddress(variable);
    return uri === null ? [] : [{ variable: variable ?? 'MONGODB_URI', hosts: deployments.hostsOf(uri) }];
  });
}

export function sourcesOf(plans: readonly RestorePlan[]): readonly ClusterName[] {
  return plans.flatMap((plan) => plan.sources);
}

/** Do these hosts of an address ("host" or "host:port") all belong to the cluster? False where there are none. */
export function leadsTo(hosts: readonly string[], cluster: LiveCluster): boolean {
  const bare = (host: string): string => host.toLowerCase().replace(/:27017$/, '');
  const known = new Set(cluster.hosts.map(bare));
  return hosts.length > 0 && hosts.every((host) => known.has(bare(host)));
}
