import { type ClusterPolicy, type Policy } from '../domain/policy.ts';
import { SANDBOX_TAG } from '../domain/recovery-plan.ts';
import { DAY, HOUR, MINUTE } from '../domain/time.ts';
import { CLUSTER_DEFAULTS, GENERAL_DEFAULTS } from './defaults.ts';
import { type ClusterSettings, type Config, configSchema } from './policy-schema.ts';
export type { Config } from './policy-schema.ts';
export { env } from './teams.ts';
import { teamRules } from './teams.ts';
import { escalationOf } from './escalation.ts';
import { openProofTimes, openWindow } from './maintenance.ts';
import { recoveryPolicy } from './recovery-policy.ts';

/** The tag that exempts a cluster from within Atlas; its value is the reason and must not be empty. */
export const EXEMPT_TAG = 'restorable-exempt';

/** A mistake in restorable.config.ts: every problem, each with its path and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Checks a configuration and gives it back typed. Throws `ConfigError` naming every path that is wrong and how to mend it. */
export function defineConfig(config: Config): Config {
  const parsed = configSchema.safeParse(config);
  if (parsed.success) return config;
  const lines = parsed.error.issues.map(
    (issue) =>
      `  ${issue.path.join('.') || '(top)'}: ${issue.code === 'unrecognized_keys' ? `unknown key ${issue.keys.join(', ')}: remove it or mend its spelling` : issue.message}`,
  );
  throw new ConfigError(`restorable.config.ts is wrong in ${lines.length} place(s):\n${lines.join('\n')}`);
}

/** The policy that a configuration makes of the plan's tables. */
export function policyOf(config: Config): Policy {
  const base = merged(CLUSTER_DEFAULTS, config);
  const general: Policy['general'] = {
    ...GENERAL_DEFAULTS,
    routes: { ...GENERAL_DEFAULTS.routes, ...defined(config.routes) },
    smsResolves: config.smsResolves ?? GENERAL_DEFAULTS.smsResolves,
    stormAbove: config.stormAbove ?? GENERAL_DEFAULTS.stormAbove,
    visibility: { ...GENERAL_DEFAULTS.visibility, ...scaled({ criticalAfter: config.visibility?.criticalAfterHours }, HOUR) },
    ...scaled({ goneShownFor: config.goneShownForDays }, DAY),
    responseTime: {
      ...GENERAL_DEFAULTS.responseTime,
      ...scaled({ P0: undefined, P1: undefined, P2: undefined, ...config.responseMinutes }, MINUTE),
    },
    remindEvery: {
      ...GENERAL_DEFAULTS.remindEvery,
      ...scaled({ P0: undefined, P1: undefined, P2: undefined, ...config.remindMinutes }, MINUTE),
    },
    ...scaled({ acknowledgedFor: config.acknowledgedForHours }, HOUR),
    escalation: escalationOf(config.escalation, GENERAL_DEFAULTS.escalation),
    contacts: { ...GENERAL_DEFAULTS.contacts, ...defined(config.contacts) },
    maintenance: (config.maintenance ?? []).map((window) => openWindow(window)),
    ...(config.teams && { teams: teamRules(config.teams) }),
    flapping: {
      ...GENERAL_DEFAULTS.flapping,
      ...defined({ episodes: config.flapping?.episodes }),
      ...scaled({ within: config.flapping?.withinHours, steady: config.flapping?.steadyHours }, HOUR),
    },
    ...(config.alertProof && { proofAfter: openProofTimes(config.alertProof) }),
    digestHour: config.digestHour === undefined ? GENERAL_DEFAULTS.digestHour : config.digestHour,
    ...recoveryPolicy(config, GENERAL_DEFAULTS),
  };
  return { general, forCluster: (cluster) => forCluster(base, config, cluster) };
}

type Named = Parameters<Policy['forCluster']>[0];

function forCluster(base: ClusterPolicy, config: Config, cluster: Named): ClusterPolicy {
  const byProject = [config.projects?.[cluster.projectName], config.projects?.[cluster.projectId]];
  const byCluster = (config.clusters ?? []).filter((entry) => fits(entry, cluster));
  const policy = [...byProject, ...byCluster].reduce<ClusterPolicy>(
    (result, settings) => (settings ? merged(result, settings) : result),
    base,
  );
  const tagged = cluster.tags[EXEMPT_TAG]?.trim() || sandboxOf(config, cluster);
  return tagged ? { ...policy, exempt: policy.exempt ?? tagged } : policy;
}

/** Config and tag together make a sandbox, which is exempt; either alone changes nothing (issue 5: interlock). */
function sandboxOf({ restoreTests = [], drills = [] }: Config, { projectName, projectId, name, tags }: Named): string | null {
  if (tags[SANDBOX_TAG.key] !== SANDBOX_TAG.value) return null;
  const isIt = ({ target }: { readonly target: { readonly project: string; readonly cluster: string } }): boolean =>
    target.cluster === name && (target.project === projectName || target.project === projectId);
  const plan = restoreTests.find(isIt) ?? drills.find(isIt);
  return plan ? `sandbox of ${plan.name}` : null;
}

function fits(
  entry: { readonly project?: string | undefined; readonly cluster?: string | undefined; readonly tag?: string | undefined },
  cluster: Named,
): boolean {
  const [key, ...value] = entry.tag?.split('=') ?? [];
  const tagFits = key === undefined || cluster.tags[key] === value.join('=');
  const projectFits = entry.project === undefined || entry.project === cluster.projectName || entry.project === cluster.projectId;
  return tagFits && projectFits && (entry.cluster === undefined || entry.cluster === cluster.name);
}

function merged(base: ClusterPolicy, settings: ClusterSettings): ClusterPolicy {
  const { backupAge, rpo, snapshotSize, pitr, snapshotRunning, pausedExpiry } = settings;
  return {
    exempt: settings.exempt ?? base.exempt,
    backupAge: {
      ...base.backupAge,
      ...scaled({ limit: backupAge?.limitHours }, HOUR),
      ...scaled({ excuseAtLeast: backupAge?.excuseAtLeastMinutes, excuseAtMost: backupAge?.excuseAtMostMinutes }, MINUTE),
    },
    grace: settings.graceHours === undefined ? base.grace : settings.graceHours * HOUR,
    rpo: { ...base.rpo, ...scaled({ target: rpo?.targetMinutes }, MINUTE), ...defined({ dayIsEnough: rpo?.dayIsEnough }) },
    snapshotSize: {
      ...base.snapshotSize,
      ...scaled({ change: snapshotSize?.changePercent }, 0.01),
      ...defined({ atLeastBytes: snapshotSize?.atLeastBytes }),
      ...(snapshotSize?.criticalChangePercent === undefined
        ? {}
        : { criticalChange: snapshotSize.criticalChangePercent === null ? null : snapshotSize.criticalChangePercent / 100 }),
    },
    pitr: { ...base.pitr, ...defined({ wanted: pitr?.wanted }), ...scaled({ gap: pitr?.gapMinutes }, MINUTE) },
    backup: settings.backup ?? base.backup,
    snapshotRunning: {
      ...base.snapshotRunning,
      ...defined({ factor: snapshotRunning?.factor }),
      ...scaled({ atLeast: snapshotRunning?.atLeastHours, withoutHistory: snapshotRunning?.withoutHistoryHours }, HOUR),
    },
    pausedExpiry: { ...base.pausedExpiry, ...scaled({ warning: pausedExpiry?.warningDays, critical: pausedExpiry?.criticalDays }, DAY) },
    severity: { ...base.severity, ...defined(settings.severity) },
  };
}

/** The fields that are given; those left out keep what is above. */
function defined<T extends object>(fields: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // Proof: entries whose value is undefined are filtered out, and no key is added.
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function scaled<K extends string>(fields: Readonly<Record<K, number | undefined>>, unit: number): Partial<Record<K, number>> {
  const given = Object.entries<number | undefined>(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value * unit] as const],
  );
  // Proof: the keys are those of `fields`.
  return Object.fromEntries(given) as Partial<Record<K, number>>;
}
