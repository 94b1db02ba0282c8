import type { Instant } from '../../../domain/time.ts';
import type { Head } from '../../../domain/incidents/head.ts';
import type { RestorePlan } from '../../../domain/policy/recovery-plan.ts';
import { NO_RECOVERY, refusalKey, type RestoreTest } from '../../../domain/recovery/restore-test.ts';
import type { Change } from '../../../record/ledger.ts';
import type { Ports } from '../../../ports/ports.ts';
import { advanceTests } from './advance-tests.ts';
import { type Advancing, NO_CREDENTIALS } from '../../runner/advance.ts';
import { type DailyAnswer, EARLY, runDaily } from '../../runner/daily.ts';
import { changeWithIncidents } from '../../findings/recovery-findings.ts';
import { checkIntegrity } from './check-integrity.ts';
import { recordManifests } from './record-manifests.ts';
import { planNames, refuseTest, rememberPlans, turnOf, without, withRecovery } from '../../state/restore-tests-in-head.ts';
import { activeDrills } from '../../state/drills-in-head.ts';
import { NO_LINES } from '../restored-data.ts';
import { isOn, isSameName } from '../../state/target-users.ts';

/** One plan that is begun whether it is due or not; `by` says who asked. */
type Only = { readonly plan: string; readonly source?: string; readonly by?: string };

/** `/api/cron/restore-test`: manifests of the sources, the data's assertions, and the restore tests that are due. Idempotent: what is not due is not begun. `caller`: what called the route. Never throws. */
export async function dailyRestoreTests(ports: Ports, only?: Only, caller?: string): Promise<DailyAnswer> {
  const begin = async (advancing: Advancing): Promise<readonly string[]> => {
    // A test that is begun by hand is compared with a manifest of now, too.
    await recordManifests(advancing, only ? 0 : undefined);
    if (!only) await checkIntegrity(advancing);
    const started = await beginDue(advancing, only);
    await advanceTests(advancing);
    return started;
  };
  return runDaily({ name: 'restore-test', caller }, ports, begin, ({ recovery }) => {
    const { tests, refusals } = recovery ?? NO_RECOVERY;
    const refused = Object.values(refusals).toSorted((a, b) => a.at - b.at);
    return { refused: Object.fromEntries(refused.map(({ plan, why }) => [plan, why])), underWay: tests.length };
  });
}

/** Begins the tests that are due, or the one that was asked for; returns the names of their plans. */
async function beginDue(advancing: Advancing, only?: Only): Promise<readonly string[]> {
  const { ports, ledger } = advancing;
  const plans = ports.policy.general.restoreTests ?? [];
  const now = ports.now();
  const ids = new Map(plans.map((plan) => [plan.name, `restore-test-${plan.name}-${now.toString(36)}-${ports.newId().slice(0, 8)}`]));
  const wanted = (head: Head): readonly RestorePlan[] =>
    plans.filter((plan) => (only ? plan.name === only.plan && !isBusy(head, plan) : isTestDue(head, plan, now)));
  const before = ledger.head();
  const due = wanted(before);
  const seen = rememberPlans(before, planNames(ports.policy.general), now);
  if (due.length === 0 && seen === before) return [];
  const asked = { now, ...(only?.source && { sourceName: only.source }), ...(only?.by && { by: only.by }) };
  const turn = (next: Head, plan: RestorePlan): Head => {
    if (ports.recovery?.atlas) return beginTest(next, plan, { ...asked, id: ids.get(plan.name) ?? '' });
    // Nothing may be restored at all, which is recorded for the source whose turn it is.
    const { source } = turnOf(plan, next.recovery?.turns[plan.name]?.next ?? 0);
    return source ? refuseTest(next, '', { plan: plan.name, source, why: NO_CREDENTIALS, at: now }) : next;
  };
  const change: Change = {
    apply: (current) => wanted(current).reduce(turn, rememberPlans(current, planNames(ports.policy.general), now)),
  };
  const head = await ledger.update(ports.recovery?.atlas ? change : changeWithIncidents(change, advancing));
  return (head.recovery ?? NO_RECOVERY).tests.filter(({ id }) => [...ids.values()].includes(id)).map(({ plan }) => plan);
}

/** Pure: is the plan's next test due? Not while it is busy. */
export function isTestDue(head: Head, plan: RestorePlan, now: Instant): boolean {
  const last = head.recovery?.turns[plan.name]?.startedAt;
  return !isBusy(head, plan) && (last === undefined || now - last >= plan.every - EARLY);
}

/** Pure: is a test of the plan under way, or anything else in its sandbox? A drill has the sandbox to itself. */
export function isBusy(head: Head, { name, target }: RestorePlan): boolean {
  const { tests } = head.recovery ?? NO_RECOVERY;
  const isDrilled = activeDrills(head).some((drill) => drill.scenario !== 'breach' && isOn(drill, target));
  return isDrilled || tests.some((test) => test.plan === name || isSameName(test.targetName, target));
}

type Begun = { readonly id: string; readonly now: Instant; readonly sourceName?: string; readonly by?: string };

/** Pure: begins the plan's next test. Nothing is asked of Atlas yet. `sourceName` chooses a source out of its turn. */
export function beginTest(head: Head, plan: RestorePlan, how: Begun): Head {
  const { turns } = head.recovery ?? NO_RECOVERY;
  const { source: next, choice } = turnOf(plan, turns[plan.name]?.next ?? 0);
  const source = how.sourceName === undefined ? next : plan.sources.find(({ cluster }) => cluster === how.sourceName);
  if (!source) return head;
  const test = testOf(plan, { source, choice }, how);
  // An earlier refusal no longer counts: the interlock is asked anew.
  return withRecovery(head, ({ refusals, ...state }) => ({
    ...state,
    refusals: without(refusals, refusalKey(plan.name, source)),
    tests: [...state.tests, test],
  }));
}

type Begins = Pick<RestoreTest, 'choice'> & { readonly source: RestorePlan['sources'][number] };

/** A test of which nothing but its plan is known. */
function testOf({ name, target }: RestorePlan, { source, choice }: Begins, { id, now, by = 'cron' }: Begun): RestoreTest {
  return {
    id,
    plan: name,
    // Ids are learnt by the first step; until then the names of the configuration stand for them.
    source: { projectId: source.project, projectName: source.project, clusterId: '', name: source.cluster },
    target: null,
    targetName: { project: target.project, cluster: target.cluster },
    choice,
    by,
    reach: null,
    phase: 'choose',
    startedAt: now,
    phases: { choose: now },
    point: null,
    jobId: null,
    requestedAt: null,
    requestedBy: null,
    jobsBefore: [],
    restoredAt: null,
    validatedAt: null,
    cursor: null,
    newestDocument: null,
    evidenceBlobs: [],
    counts: NO_LINES,
    worst: [],
    verdict: null,
    why: null,
    troubles: null,
    claim: null,
  };
}
