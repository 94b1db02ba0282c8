import { type Drill, type DrillState, type EndedDrill, type FollowUp, NO_DRILLS } from '../../domain/drill.ts';
import type { Head } from '../../domain/head.ts';
import type { ClusterName, DrillScenario } from '../../domain/restore-test.ts';
import type { Instant } from '../../domain/time.ts';
import { isNamed, withRecovery } from '../state.ts';

/** Ended drills kept for each scenario: a year of monthly ones. The last of each plan is kept besides. */
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
export function begun(head: Head, { now, ...named }: NewDrill): Head {
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

/** Pure: changes the drill of this id; one that is not there any more stays away. */
export function changedDrill(head: Head, id: string, change: (drill: Drill) => Drill): Head {
  if (!drillIn(head, id)) return head;
  return withDrills(head, (state) => ({ ...state, active: state.active?.map((one) => (one.id === id ? change(one) : one)) ?? [] }));
}

/** Pure: the drill ended with a verdict; its plan's refusal is answered. */
export function endedDrill(head: Head, ended: EndedDrill): Head {
  return withDrills(head, (state) => ({
    ...state,
    active: without(state, ended.id),
    ended: kept([...state.ended, ended]),
    refusals: ended.plan === null ? state.refusals : unanswered(state.refusals, ended.plan),
  }));
}

function unanswered(refusals: DrillState['refusals'], plan: string): DrillState['refusals'] {
  const { [plan]: _answered, ...rest } = refusals;
  return rest;
}

function kept(ended: readonly EndedDrill[]): readonly EndedDrill[] {
  return ended.filter(({ scenario, plan }, index) => {
    const since = ended.slice(index);
    // A plan is judged by its own last drill, however many others of its scenario were done since.
    const isLast = plan !== null && since.findLast((one) => one.plan === plan) === since[0];
    return isLast || since.filter((one) => one.scenario === scenario).length <= ENDED_KEPT;
  });
}

/** Pure: a drill that may not be done. It stays refused since the first time; the next day tries it again. */
export function refusedDrill(
  head: Head,
  { id, plan }: { readonly id: string; readonly plan: string | null },
  why: string,
  now: Instant,
): Head {
  return withDrills(head, (state) => ({
    ...state,
    active: without(state, id),
    refusals: plan === null ? state.refusals : { ...state.refusals, [plan]: { at: state.refusals[plan]?.at ?? now, why } },
  }));
}

/** Pure: refusals of plans that left the policy are forgotten; the same head where there are none. */
export function withoutStrayRefusals(head: Head, plans: readonly string[]): Head {
  const refusals = Object.entries(drillsIn(head).refusals);
  const kept = refusals.filter(([plan]) => plans.includes(plan));
  return kept.length === refusals.length ? head : withDrills(head, (state) => ({ ...state, refusals: Object.fromEntries(kept) }));
}

function without(state: DrillState, id: string): readonly Drill[] {
  return (state.active ?? []).filter((drill) => drill.id !== id);
}

export function withFollowUp(head: Head, followUp: FollowUp): Head {
  return withDrills(head, (state) => ({
    ...state,
    followUps: [...state.followUps.filter(({ id }) => id !== followUp.id), followUp],
  }));
}

export function withoutFollowUp(head: Head, id: string): Head {
  return withDrills(head, (state) => ({ ...state, followUps: state.followUps.filter((one) => one.id !== id) }));
}

/** The newest drill that ended for this plan. A drill by hand, of another cluster, proves nothing of it. */
export function lastOf(state: DrillState, plan: string): EndedDrill | undefined {
  return state.ended.findLast((ended) => ended.plan === plan);
}

/** Whatever uses a cluster: as config names it, and as Atlas has it once it was looked up. */
export type ClusterUser = Pick<Drill, 'target'> & { readonly targetName: ClusterName | null };

/** Is it on the cluster of this name? A config may name one project by its id here and by its name there. */
export function isOn({ target, targetName }: ClusterUser, name: ClusterName): boolean {
  return isSameCluster(targetName, name) || (target !== null && isNamed(target, name));
}

/** By the words of config alone; `isOn` knows more. */
export function isSameCluster(one: ClusterName | null, other: ClusterName | null): boolean {
  return one !== null && other !== null && one.project === other.project && one.cluster === other.cluster;
}

/** The newest drill that ended, of this scenario where one is given. */
export function latestEnded(state: DrillState, scenario?: DrillScenario): EndedDrill | undefined {
  return state.ended.findLast((ended) => scenario === undefined || ended.scenario === scenario);
}
