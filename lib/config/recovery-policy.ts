import type { Assertion } from '../domain/evidence.ts';
import type { GeneralPolicy } from '../domain/policy.ts';
import type { DrillPlan, RestorePlan } from '../domain/recovery-plan.ts';
import type { ClusterName } from '../domain/restore-test.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../domain/time.ts';
import type { RecoveryConfig } from './recovery-schema.ts';

type RecoveryPolicy = Pick<GeneralPolicy, 'restoreTests' | 'drills' | 'assertions' | 'people' | 'recovery' | 'recordsKeptFor'>;
type RestoreTestConfig = NonNullable<RecoveryConfig['restoreTests']>[number];
type ClusterConfig = RestoreTestConfig['target'];

/** The plan's numbers where the configuration is silent: weekly tests, monthly drills (plan 6), RTO 4 h, RPO 1 h (plan 2.1), 7 years (plan 7.1). */
export function recoveryPolicy(
  config: RecoveryConfig,
  defaults: Pick<GeneralPolicy, 'recovery' | 'people' | 'recordsKeptFor'>,
): RecoveryPolicy {
  const { recovery, recordsKeptForDays } = config;
  const assertions = (config.assertions ?? []).map((assertion) => assertionOf(assertion));
  const people = config.people?.map(({ role, contact, duty }) => ({ role, contact: contact ?? null, duty })) ?? defaults.people;
  return {
    restoreTests: (config.restoreTests ?? []).map((plan) => restorePlan(plan, assertions)),
    drills: (config.drills ?? []).map((plan) => drillPlan(plan)),
    assertions,
    ...(people && { people }),
    recovery: {
      rto: recovery?.rtoMinutes === undefined ? defaults.recovery.rto : recovery.rtoMinutes * MINUTE,
      rpo: recovery?.rpoMinutes === undefined ? defaults.recovery.rpo : recovery.rpoMinutes * MINUTE,
      failover: recovery?.failoverSeconds === undefined ? defaults.recovery.failover : recovery.failoverSeconds * SECOND,
    },
    recordsKeptFor: recordsKeptForDays === undefined ? defaults.recordsKeptFor : recordsKeptForDays * DAY,
  };
}

function restorePlan(plan: RestoreTestConfig, assertions: readonly Assertion[]): RestorePlan {
  const limits = plan.deadlineMinutes;
  return {
    name: plan.name,
    sources: plan.sources.map((source) => named(source)),
    target: named(plan.target),
    every: (plan.everyDays ?? 7) * DAY,
    grace: (plan.graceHours ?? 24) * HOUR,
    points: plan.points ?? ['latest', 'snapshot', 'moment'],
    afterwards: plan.afterwards ?? 'drop',
    deadlines: {
      choose: 30 * MINUTE,
      request: (limits?.request ?? 30) * MINUTE,
      // Plan 2.1: a recovery is to take less than 4 h; what takes longer is still waited for, and told by its RTO.
      restore: (limits?.restore ?? 12 * 60) * MINUTE,
      validate: (limits?.validate ?? 4 * 60) * MINUTE,
      clean: (limits?.clean ?? 30) * MINUTE,
    },
    databases: plan.databases ?? null,
    validation: {
      tolerance: (plan.countTolerancePercent ?? 5) / 100,
      sample: plan.sampleDocuments ?? 20,
      timeFields: plan.timeFields ?? {},
      assertions,
    },
  };
}

function named({ project, cluster, uri }: ClusterConfig): ClusterName & { readonly uri: string | null } {
  return { project, cluster, uri: uri?.env ?? null };
}

function drillPlan({ name, scenario, target, everyDays, graceDays }: NonNullable<RecoveryConfig['drills']>[number]): DrillPlan {
  return { name, scenario, target: named(target), every: (everyDays ?? 30) * DAY, grace: (graceDays ?? 3) * DAY };
}

function assertionOf(given: NonNullable<RecoveryConfig['assertions']>[number]): Assertion {
  const about = { name: given.name, namespace: given.collection, ...(given.cluster !== undefined && { cluster: given.cluster }) };
  if ('pipeline' in given) return { kind: 'aggregate', ...about, pipeline: given.pipeline, expect: given.expect };
  return { kind: 'count', ...about, filter: given.filter ?? {}, min: given.min ?? null, max: given.max ?? null };
}

/** The variables that plans name for their clusters' addresses, with where. */
export function addressesNamed(config: RecoveryConfig): readonly { readonly env: string; readonly where: string }[] {
  const tests = (config.restoreTests ?? []).flatMap((plan, index) => [
    ...plan.sources.map(({ uri }, source) => ({ uri, where: `restoreTests.${index}.sources.${source}.uri` })),
    { uri: plan.target.uri, where: `restoreTests.${index}.target.uri` },
  ]);
  const drills = (config.drills ?? []).map((plan, index) => ({ uri: plan.target.uri, where: `drills.${index}.target.uri` }));
  return [...tests, ...drills].flatMap(({ uri, where }) => (uri ? [{ env: uri.env, where }] : []));
}
