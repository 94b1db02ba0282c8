import type { Head } from '../domain/head.ts';
import type { RestorePlan } from '../domain/recovery-plan.ts';
import { NO_RECOVERY, refusalKey, type RestoreTest } from '../domain/restore-test.ts';
import { HOUR, type Instant } from '../domain/time.ts';
import { activeDrills, isOn } from './drills/state.ts';
import { turnOf, without, withRecovery } from './state.ts';

/** The daily cron does not come to the minute: what would be due within this time is begun. */
const EARLY = 2 * HOUR;
const NOTHING: RestoreTest['counts'] = { passed: 0, failed: 0, noted: 0, 'could-not-verify': 0 };

/** Pure: is the plan's next test due? Not while one of it, or one into the same target, is under way. */
export function isDue(head: Head, plan: RestorePlan, now: Instant): boolean {
  const { tests, turns } = head.recovery ?? NO_RECOVERY;
  const isBusy = isDrilled(head, plan) || tests.some((test) => test.plan === plan.name || isSame(test.targetName, plan.target));
  const last = turns[plan.name]?.startedAt;
  return !isBusy && (last === undefined || now - last >= plan.every - EARLY);
}

/** A drill has the sandbox to itself. */
function isDrilled(head: Head, { target }: RestorePlan): boolean {
  return activeDrills(head).some((drill) => drill.scenario !== 'breach' && isOn(drill, target));
}

function isSame(
  one: { readonly project: string; readonly cluster: string },
  other: { readonly project: string; readonly cluster: string },
): boolean {
  return one.project === other.project && one.cluster === other.cluster;
}

/** Pure: begins the plan's next test. Nothing is asked of Atlas yet. `sourceName` chooses a source out of its turn. */
export function begin(
  head: Head,
  plan: RestorePlan,
  how: { readonly id: string; readonly now: Instant; readonly sourceName?: string; readonly by?: string },
): Head {
  const { turns } = head.recovery ?? NO_RECOVERY;
  const turn = turnOf(plan, turns[plan.name]?.next ?? 0);
  const source = how.sourceName === undefined ? turn.source : plan.sources.find(({ cluster }) => cluster === how.sourceName);
  if (!source) return head;
  const test: RestoreTest = {
    id: how.id,
    plan: plan.name,
    // Ids are learnt by the first step; until then the names of the configuration stand for them.
    source: { projectId: source.project, projectName: source.project, clusterId: '', name: source.cluster },
    target: null,
    targetName: { project: plan.target.project, cluster: plan.target.cluster },
    choice: turn.choice,
    by: how.by ?? 'cron',
    reach: null,
    phase: 'choose',
    startedAt: how.now,
    phases: { choose: how.now },
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
    counts: NOTHING,
    worst: [],
    verdict: null,
    why: null,
    troubles: null,
    claim: null,
  };
  // What was refused before is asked anew.
  return withRecovery(head, ({ refusals, ...state }) => ({
    ...state,
    refusals: without(refusals, refusalKey(plan.name, source)),
    tests: [...state.tests, test],
  }));
}
