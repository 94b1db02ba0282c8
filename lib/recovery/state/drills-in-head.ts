import { type Drill, type DrillState, type EndedDrill, type FollowUp, NO_DRILLS } from '../../domain/recovery/drill.ts';
import type { Head } from '../../domain/incidents/head.ts';
import type { DrillScenario } from '../../domain/recovery/restore-test.ts';
import type { Instant } from '../../domain/time.ts';
import { without, withRecovery } from './restore-tests-in-head.ts';

/** Ended drills kept for each scenario: a year of monthly ones. The last of each plan is kept as well. */
const ENDED_KEPT = 12;

export function drillsIn(head: Head): DrillState {
  return head.recovery?.drills ?? NO_DRILLS;
}

export function activeDrills(head: Head): readonly Drill[] {
  return drillsIn(head).active ?? [];
}

export function drillIn(head: Head, id: string): Drill | undefined {
  return activeDrills(head).find((drill) => drill.id === id);
}

function withDrills(head: Head, change: (state: DrillState) => DrillState): Head {
  return withRecovery(head, (state) => ({ ...state, drills: change(state.drills ?? NO_DRILLS) }));
}

export type NewDrill = Pick<Drill, 'id' | 'scenario' | 'plan' | 'by' | 'targetName'> & { readonly now: Instant };

/** Pure: begins a drill. Nothing is asked of Atlas yet. */
export function beginDrill(head: Head, { now, ...named }: NewDrill): Head {
  const drill: Drill = {
    ...named,
    target: null,
    phase: named.scenario === 'breach' ? 'steps' : 'prepare',
    since: now,
    startedAt: now,
    marks: {},
    timeline: [{ at: now, what: `started by ${named.by}` }],
    measured: {},
    evidence: [],
    wrong: [],
    intent: null,
    batches: [],
    jobId: null,
    region: null,
    steps: [],
    interrupted: false,
    verdict: null,
    why: null,
    troubles: null,
    claim: null,
  };
  return withDrills(head, (state) => ({ ...state, active: [...(state.active ?? []), drill] }));
}

/** Pure: changes the drill of this id; the same head where it has ended meanwhile. */
export function changeDrill(head: Head, id: string, change: (drill: Drill) => Drill): Head {
  if (!drillIn(head, id)) return head;
  return withDrills(head, (state) => ({ ...state, active: state.active?.map((one) => (one.id === id ? change(one) : one)) ?? [] }));
}

/** Pure: the drill ended with a verdict, which also clears its plan's refusal. */
export function endDrill(head: Head, ended: EndedDrill): Head {
  return withDrills(head, (state) => ({
    ...state,
    active: activeBut(state, ended.id),
    ended: kept([...state.ended, ended]),
    refusals: ended.plan === null ? state.refusals : without(state.refusals, ended.plan),
  }));
}

function kept(ended: readonly EndedDrill[]): readonly EndedDrill[] {
  return ended.filter(({ scenario, plan }, index) => {
    const since = ended.slice(index);
    // A plan's own last drill decides for it, however many others of its scenario were done since.
    const isLast = plan !== null && since.findLast((one) => one.plan === plan) === since[0];
    return isLast || since.filter((one) => one.scenario === scenario).length <= ENDED_KEPT;
  });
}

/** Pure: a drill that may not be done. Its plan stays refused since the first time; the next daily run tries again. */
export function refuseDrill(head: Head, { id, plan }: Pick<Drill, 'id' | 'plan'>, why: string, now: Instant): Head {
  return withDrills(head, (state) => ({
    ...state,
    active: activeBut(state, id),
    refusals: plan === null ? state.refusals : { ...state.refusals, [plan]: { at: state.refusals[plan]?.at ?? now, why } },
  }));
}

/** Pure: refusals of plans that left the policy are forgotten; the same head where there are none. */
export function withoutStrayRefusals(head: Head, plans: readonly string[]): Head {
  const refusals = Object.entries(drillsIn(head).refusals);
  const kept = refusals.filter(([plan]) => plans.includes(plan));
  return kept.length === refusals.length ? head : withDrills(head, (state) => ({ ...state, refusals: Object.fromEntries(kept) }));
}

function activeBut(state: DrillState, id: string): readonly Drill[] {
  return (state.active ?? []).filter((drill) => drill.id !== id);
}

export function withFollowUp(head: Head, followUp: FollowUp): Head {
  return withDrills(head, (state) => ({ ...state, followUps: [...state.followUps, followUp] }));
}

export function withoutFollowUp(head: Head, id: string): Head {
  return withDrills(head, (state) => ({ ...state, followUps: state.followUps.filter((one) => one.id !== id) }));
}

/** The newest drill that ended for this plan. A drill by hand, of another cluster, proves nothing of it. */
export function lastOf(state: DrillState, plan: string): EndedDrill | undefined {
  return state.ended.findLast((ended) => ended.plan === plan);
}

/** The newest drill that ended, of this scenario where one is given. */
export function latestEnded(state: DrillState, scenario?: DrillScenario): EndedDrill | undefined {
  return state.ended.findLast((ended) => scenario === undefined || ended.scenario === scenario);
}
