import type { Assertion } from '../../domain/recovery/evidence.ts';
import type { DrillPlan, RestorePlan } from '../../domain/policy/recovery-plan.ts';
import type { ClusterName } from '../../domain/recovery/restore-test.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../domain/time.ts';
import { DRILL_DEFAULTS, GENERAL_DEFAULTS, RESTORE_TEST_DEFAULTS } from './defaults.ts';
import { fractionOf, override, times } from './override.ts';
import type { RecoveryConfig } from './recovery-schema.ts';

type RestoreTestConfig = NonNullable<RecoveryConfig['restoreTests']>[number];
type ClusterConfig = RestoreTestConfig['target'];

/** The part of the policy that concerns restore tests, drills and records; what is undefined keeps its default. */
export function recoveryPolicy(config: RecoveryConfig) {
  const { recovery, recordsKeptForDays } = config;
  const assertions = (config.assertions ?? []).map((assertion) => assertionOf(assertion));
  return {
    restoreTests: (config.restoreTests ?? []).map((plan) => restorePlan(plan, assertions)),
    drills: (config.drills ?? []).map((plan) => drillPlan(plan)),
    assertions,
    recovery: override(GENERAL_DEFAULTS.recovery, {
      rto: times(recovery?.rtoMinutes, MINUTE),
      rpo: times(recovery?.rpoMinutes, MINUTE),
      failover: times(recovery?.failoverSeconds, SECOND),
    }),
    recordsKeptFor: times(recordsKeptForDays, DAY),
  };
}

function restorePlan(plan: RestoreTestConfig, assertions: readonly Assertion[]): RestorePlan {
  const limits = plan.deadlineMinutes;
  const defaults = RESTORE_TEST_DEFAULTS;
  return {
    name: plan.name,
    sources: plan.sources.map((source) => named(source)),
    target: named(plan.target),
    every: times(plan.everyDays, DAY) ?? defaults.every,
    grace: times(plan.graceHours, HOUR) ?? defaults.grace,
    points: plan.points ?? defaults.points,
    afterwards: plan.afterwards ?? defaults.afterwards,
    deadlines: override<RestorePlan['deadlines']>(defaults.deadlines, {
      request: times(limits?.request, MINUTE),
      restore: times(limits?.restore, MINUTE),
      validate: times(limits?.validate, MINUTE),
      search: times(limits?.search, MINUTE),
      clean: times(limits?.clean, MINUTE),
    }),
    databases: plan.databases ?? null,
    isSearchRequired: plan.search === 'required',
    validation: {
      tolerance: fractionOf(plan.countTolerancePercent) ?? defaults.tolerance,
      sample: plan.sampleDocuments ?? defaults.sample,
      timeFields: plan.timeFields ?? {},
      assertions,
    },
  };
}

function named({ project, cluster, uri }: ClusterConfig): ClusterName & { readonly uri: string | null } {
  return { project, cluster, uri: uri?.env ?? null };
}

function drillPlan({ name, scenario, target, everyDays, graceDays }: NonNullable<RecoveryConfig['drills']>[number]): DrillPlan {
  const every = times(everyDays, DAY) ?? DRILL_DEFAULTS.every;
  return { name, scenario, target: named(target), every, grace: times(graceDays, DAY) ?? DRILL_DEFAULTS.grace };
}

function assertionOf(given: NonNullable<RecoveryConfig['assertions']>[number]): Assertion {
  const about = { name: given.name, namespace: given.collection, ...(given.cluster !== undefined && { cluster: given.cluster }) };
  if ('pipeline' in given) return { kind: 'aggregate', ...about, pipeline: given.pipeline, expect: given.expect };
  return { kind: 'count', ...about, filter: given.filter ?? {}, min: given.min ?? null, max: given.max ?? null };
}

/** The variables that plans name for the addresses of their clusters, and the path of each in the configuration. */
export function addressesNamed(config: RecoveryConfig): readonly { readonly env: string; readonly where: string }[] {
  const tests = (config.restoreTests ?? []).flatMap((plan, index) => [
    ...plan.sources.map(({ uri }, source) => ({ uri, where: `restoreTests.${index}.sources.${source}.uri` })),
    { uri: plan.target.uri, where: `restoreTests.${index}.target.uri` },
  ]);
  const drills = (config.drills ?? []).map((plan, index) => ({ uri: plan.target.uri, where: `drills.${index}.target.uri` }));
  return [...tests, ...drills].flatMap(({ uri, where }) => (uri ? [{ env: uri.env, where }] : []));
}
