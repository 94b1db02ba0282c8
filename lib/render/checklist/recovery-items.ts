import type { ClusterRow } from '../../domain/findings/recorded-view.ts';
import type { ChecklistEvidence } from '../../domain/incidents/recorded-checklist.ts';
import type { DrillPlan, RestorePlan } from '../../domain/policy/recovery-plan.ts';
import { type ClusterName, isNamed, NO_RECOVERY, type Proof, type RecoveryState } from '../../domain/recovery/restore-test.ts';
import { NO_DRILLS } from '../../domain/recovery/drill.ts';
import { DAY, type Duration, iso, spell } from '../../domain/time.ts';
import { restoreTest } from '../../evaluate/checks/restore-test.ts';
import { type ChecklistInput, nameOf } from './input.ts';
import { type ItemEvaluation, type Part, part, single, together } from './item-evaluation.ts';
import { recordPath } from '../page-paths.ts';

/** docs/contract.md, clause 12. */
const RECENT: Duration = 90 * DAY;

function stateIn({ head }: ChecklistInput): RecoveryState {
  return head.recovery ?? NO_RECOVERY;
}

/** Pure: of every cluster that continuous backup is wanted of, a moment was restored and validated in the last 90 days. */
export function pitrTested(input: ChecklistInput): ItemEvaluation {
  const { proofs } = stateIn(input);
  const moments = proofs.filter(({ verdict, point }) => verdict === 'passed' && point?.kind === 'moment');
  // Newest last, so that the newest of each cluster stays.
  const newest = new Map(moments.map((proof) => [proof.source.clusterId, proof]));
  const parts = input.rows
    .filter(({ pitr = 'unknown' }) => pitr !== null)
    .map((row): Part => {
      const last = newest.get(row.clusterId);
      const state = last !== undefined && input.now - last.endedAt <= RECENT ? 'met' : 'not-met';
      return { state, shown: () => momentShown(row, last) };
    });
  return together(parts, 'continuous backup is wanted of no cluster');
}

function momentShown(row: ClusterRow, last: Proof | undefined): ChecklistEvidence {
  if (!last?.point) return { text: `${nameOf(row)}: no moment of it was ever restored by a test`, href: '/records#recovery' };
  const text = `${nameOf(row)}: the moment ${iso(last.point.at)} was restored by a test that passed ${iso(last.endedAt)}`;
  return { text, href: recordPath(last.id) };
}

/** Pure: the newest restore test of every planned source passed, within the plan's period and grace. */
export function restoreTestWeekly(input: ChecklistInput): ItemEvaluation {
  const { restoreTests = [] } = input.general;
  if (restoreTests.length === 0) return single('not-met', 'no restore test is planned (`restoreTests`)', '/runbooks/weekly-restore-test');
  const { proofs } = stateIn(input);
  const asked = restoreTests.flatMap((plan) =>
    plan.sources.filter((source) => !isExempt(source, input)).map((source) => ({ plan, source })),
  );
  const evaluation = together(
    asked.map(({ plan, source }) => sourcePart(plan, source, proofs, input)),
    'every planned source is exempt',
  );
  const untested = input.rows.filter((row) => !restoreTests.some(({ sources }) => sources.some((source) => isNamed(row, source))));
  if (untested.length === 0) return evaluation;
  const names = untested.slice(0, 3).map((row) => nameOf(row));
  const more = untested.length > names.length ? ` and ${untested.length - names.length} more` : '';
  return { ...evaluation, evidence: [...evaluation.evidence, { text: `in no plan: ${names.join(', ')}${more}`, href: null }] };
}

/** The cluster is deleted, or nothing is promised for it: the check says so. */
function isExempt({ project, cluster }: ClusterName, { findings }: ChecklistInput): boolean {
  return (findings.get(restoreTest.id) ?? []).some(
    ({ verdict, resource: { clusterId, name, projectId, projectName } }) =>
      verdict === 'exempt' && clusterId !== null && name === cluster && (project === projectId || project === projectName),
  );
}

function sourcePart(plan: RestorePlan, source: ClusterName, proofs: readonly Proof[], input: ChecklistInput): Part {
  const name = `${source.cluster} (project ${source.project})`;
  // A cluster that was deleted and made anew under its name was never tested.
  const row = input.rows.find((one) => isNamed(one, source));
  const last = proofs.findLast((proof) => (row ? proof.source.clusterId === row.clusterId : isNamed(proof.source, source)));
  const period = plan.every * plan.sources.length;
  const every = `every ${spell(period)} is planned`;
  if (!last) return part('not-met', `${name}: never tested; ${every}`, '/records#recovery');
  const isMet = last.verdict === 'passed' && input.now - last.endedAt <= period + plan.grace;
  const words = last.verdict === 'passed' ? 'passed' : last.verdict === 'failed' ? 'failed' : 'could not be verified';
  return part(isMet ? 'met' : 'not-met', `${name}: the last test ${words} ${iso(last.endedAt)}; ${every}`, recordPath(last.id));
}

/** Pure: a restore test or a drill passed, or Atlas finished a restore by hand, in the last 90 days. */
export function recoveryProcedures(input: ChecklistInput): ItemEvaluation {
  const { proofs, drills = NO_DRILLS, byHand = [] } = stateIn(input);
  const done = [
    ...proofs.flatMap(({ plan, verdict, endedAt, id, source }) =>
      verdict === 'passed' ? [{ at: endedAt, what: `a restore test of ${nameOf(source)} by ${plan} passed`, href: recordPath(id) }] : [],
    ),
    ...drills.ended.flatMap(({ verdict, at, id, scenario }) =>
      verdict === 'passed' ? [{ at, what: `a drill of ${scenario} passed`, href: recordPath(id) }] : [],
    ),
    ...byHand.map(({ endedAt, clusterId }) => ({
      at: endedAt,
      what: `a restore by hand of ${clusterName(clusterId, input)} ended`,
      href: '/records',
    })),
  ];
  const last = done.toSorted((a, b) => a.at - b.at).at(-1);
  if (!last) return single('not-met', 'no restore test, drill or restore by hand has succeeded so far', '/runbooks');
  return single(input.now - last.at <= RECENT ? 'met' : 'not-met', `${last.what} ${iso(last.at)}`, last.href);
}

function clusterName(id: string, { rows }: ChecklistInput): string {
  const row = rows.find(({ clusterId }) => clusterId === id);
  return row ? nameOf(row) : `cluster ${id}`;
}

/** Pure: drills are planned, and none is overdue. How the last one ended is another question (`drill`). */
export function drillScheduled(input: ChecklistInput): ItemEvaluation {
  const { drills: plans = [] } = input.general;
  if (plans.length === 0) return single('not-met', 'no drill is planned (`drills`)', '/runbooks/monthly-drill');
  return together(
    plans.map((plan) => drillPart(plan, input)),
    'no drill is planned',
  );
}

function drillPart(plan: DrillPlan, input: ChecklistInput): Part {
  const { drills = NO_DRILLS, seen = {} } = stateIn(input);
  const last = drills.ended.findLast((ended) => ended.plan === plan.name);
  const due = (last?.at ?? seen[plan.name] ?? input.now) + plan.every;
  const state = input.now <= due + plan.grace ? 'met' : 'not-met';
  const held = last ? `last held ${iso(last.at)} (${last.verdict})` : 'never held so far';
  return part(
    state,
    `drill ${plan.name} (${plan.scenario}): ${held}; due by ${iso(due)}`,
    last ? recordPath(last.id) : '/records#recovery',
  );
}
