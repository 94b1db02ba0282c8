import type { ClusterIdentity, ClusterPolicy, Policy, Priority } from '../../domain/policy/policy.ts';
import { SANDBOX_TAG } from '../../domain/policy/recovery-plan.ts';
import { PLAN_ROLES, type Role } from '../../domain/policy/roles.ts';
import { plural } from '../../domain/text.ts';
import { DAY, HOUR, MINUTE } from '../../domain/time.ts';
import { fits } from './chosen-clusters.ts';
import { CLUSTER_DEFAULTS, GENERAL_DEFAULTS } from './defaults.ts';
import { type ClusterSettings, type Config, configSchema } from './policy-schema.ts';
export type { Config } from './policy-schema.ts';
export { env } from './team-schema.ts';
import { teamRules } from './team-schema.ts';
import { openTimes, openWindow } from './maintenance-windows.ts';
import { fractionOf, override, times } from './override.ts';
import { recoveryPolicy } from './recovery-policy.ts';
import { retentionAssignments, retentionFor } from './retention-policy.ts';

/** The tag that exempts a cluster from within Atlas; its value is the reason and must not be empty. */
export const EXEMPT_TAG = 'restorewatch-exempt';

/** A mistake in restorewatch.config.ts or in POLICY_FILE: every problem, each with its path and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Checks a configuration and gives it back typed. Throws `ConfigError` that names `source`, every wrong path and what to do. */
export function defineConfig(config: Config, source = 'restorewatch.config.ts'): Config {
  const parsed = configSchema.safeParse(config);
  if (parsed.success) return config;
  const lines = parsed.error.issues.map(
    (issue) =>
      `  ${issue.path.join('.') || '(top)'}: ${issue.code === 'unrecognized_keys' ? `unknown key ${issue.keys.join(', ')}: remove it or mend its spelling` : issue.message}`,
  );
  throw new ConfigError(`${source} is wrong in ${plural(lines.length, 'place')}:\n${lines.join('\n')}`);
}

/** The policy of a configuration: the plan's tables with what the configuration changes. */
export function policyOf(config: Config): Policy {
  const base = clusterPolicy(CLUSTER_DEFAULTS, config);
  const { responseMinutes, remindMinutes, flapping } = config;
  const defaults = GENERAL_DEFAULTS;
  const general = override<Policy['general']>(defaults, {
    routes: override(defaults.routes, config.routes),
    smsResolves: config.smsResolves,
    stormAbove: config.stormAbove,
    visibility: override(defaults.visibility, { criticalAfter: times(config.visibility?.criticalAfterHours, HOUR) }),
    goneShownFor: times(config.goneShownForDays, DAY),
    responseTime: override(defaults.responseTime, inMinutes(responseMinutes)),
    remindEvery: override(defaults.remindEvery, inMinutes(remindMinutes)),
    acknowledgedFor: times(config.acknowledgedForHours, HOUR),
    escalation: override(defaults.escalation, config.escalation),
    contacts: override(defaults.contacts, { sms: config.contacts?.sms, email: config.contacts?.email }),
    maintenance: config.maintenance?.map((window) => openWindow(window)),
    teams: config.teams && teamRules(config.teams),
    flapping: override(defaults.flapping, {
      episodes: flapping?.episodes,
      within: times(flapping?.withinHours, HOUR),
      steady: times(flapping?.steadyHours, HOUR),
    }),
    proofAfter: config.alertProof && openTimes(config.alertProof),
    digestHour: config.digestHour,
    retention: config.retention && retentionAssignments(config.retention),
    ...recoveryPolicy(config),
    people: (config.contacts?.roles ?? config.people)?.map((role) => roleOf(role)),
    review: config.review && { next: Date.parse(config.review.next) },
    checklist: config.checklist,
  });
  return { general, stated: stated(base, general, config), forCluster: (cluster) => forCluster(base, config, cluster) };
}

/** What a role of the plan is there for need not be written again. */
function roleOf({ role, contact, duty }: NonNullable<Config['people']>[number]): Role {
  const planned = PLAN_ROLES.find((one) => one.role.toLowerCase() === role.trim().toLowerCase());
  return { role, contact: contact ?? null, duty: duty ?? planned?.duty ?? '' };
}

/** Who is told, and who looks after what, is no promise, and names people. */
const OF_PEOPLE = new Set(['contacts', 'teams', 'people', 'maintenance', 'channels', 'proofAfter']);

/** The promise for every cluster, what holds for the whole installation, and what restorewatch.config.ts changes of either, with the names of clusters and projects. */
function stated(everyCluster: ClusterPolicy, general: Policy['general'], config: Config): string {
  const without = (value: object): object => Object.fromEntries(Object.entries(value).filter(([key]) => !OF_PEOPLE.has(key)));
  return JSON.stringify({ everyCluster, general: without(general), configured: without(config) });
}

function inMinutes(given: Config['responseMinutes']): { readonly [P in Priority]?: number | undefined } {
  return { P0: times(given?.P0, MINUTE), P1: times(given?.P1, MINUTE), P2: times(given?.P2, MINUTE) };
}

function forCluster(base: ClusterPolicy, config: Config, cluster: ClusterIdentity): ClusterPolicy {
  const byProject = [config.projects?.[cluster.projectName], config.projects?.[cluster.projectId]];
  const byCluster = (config.clusters ?? []).filter((entry) => fits(entry, cluster));
  const policy = [...byProject, ...byCluster].reduce<ClusterPolicy>(
    (result, settings) => (settings ? clusterPolicy(result, settings) : result),
    base,
  );
  const tagged = cluster.tags[EXEMPT_TAG]?.trim() || sandboxOf(config, cluster);
  const exempt = tagged ? { exempt: policy.exempt ?? tagged } : {};
  return { ...policy, ...exempt, retention: retentionFor(config.retention, cluster) };
}

/** Config and tag together make a sandbox, which is exempt; either alone changes nothing. */
function sandboxOf({ restoreTests = [], drills = [] }: Config, { projectName, projectId, name, tags }: ClusterIdentity): string | null {
  if (tags[SANDBOX_TAG.key] !== SANDBOX_TAG.value) return null;
  const isIt = ({ target }: { readonly target: { readonly project: string; readonly cluster: string } }): boolean =>
    target.cluster === name && (target.project === projectName || target.project === projectId);
  const plan = restoreTests.find(isIt) ?? drills.find(isIt);
  return plan ? `sandbox of ${plan.name}` : null;
}

function clusterPolicy(base: ClusterPolicy, settings: ClusterSettings): ClusterPolicy {
  const { backupAge, rpo, snapshotSize, pitr, snapshotRunning, pausedExpiry } = settings;
  return override(base, {
    exempt: settings.exempt,
    backupAge: override(base.backupAge, {
      limit: times(backupAge?.limitHours, HOUR),
      excuseAtLeast: times(backupAge?.excuseAtLeastMinutes, MINUTE),
      excuseAtMost: times(backupAge?.excuseAtMostMinutes, MINUTE),
    }),
    grace: times(settings.graceHours, HOUR),
    rpo: override(base.rpo, { target: times(rpo?.targetMinutes, MINUTE), dayIsEnough: rpo?.dayIsEnough }),
    snapshotSize: override(base.snapshotSize, {
      change: fractionOf(snapshotSize?.changePercent),
      atLeastBytes: snapshotSize?.atLeastBytes,
      criticalChange: snapshotSize?.criticalChangePercent === null ? null : fractionOf(snapshotSize?.criticalChangePercent),
    }),
    pitr: override(base.pitr, { wanted: pitr?.wanted, gap: times(pitr?.gapMinutes, MINUTE) }),
    backup: settings.backup,
    onDemand: settings.onDemand,
    snapshotRunning: override(base.snapshotRunning, {
      factor: snapshotRunning?.factor,
      atLeast: times(snapshotRunning?.atLeastHours, HOUR),
      withoutHistory: times(snapshotRunning?.withoutHistoryHours, HOUR),
    }),
    redundancy: override(base.redundancy, { nodes: settings.redundancy?.nodes, regions: settings.redundancy?.regions }),
    backupPolicy: override(base.backupPolicy, settings.backupPolicy),
    pausedExpiry: override(base.pausedExpiry, {
      warning: times(pausedExpiry?.warningDays, DAY),
      critical: times(pausedExpiry?.criticalDays, DAY),
    }),
    severity: override(base.severity, settings.severity),
  });
}
