import type { ClusterRow, RecordedView } from '../../domain/findings/recorded-view.ts';
import type { Head } from '../../domain/incidents/head.ts';
import type { GeneralPolicy } from '../../domain/policy/policy.ts';
import type { RestorePlan } from '../../domain/policy/recovery-plan.ts';
import {
  type ClusterName,
  NO_RECOVERY,
  type Proof,
  type RecoveryState,
  type Refusal,
  refusalKey,
  type RestoreByHand,
  type RestoreTest,
  isNamed,
} from '../../domain/recovery/restore-test.ts';
import type { Instant } from '../../domain/time.ts';

/** Ended tests kept for each source: a quarter of weekly ones, for the trend. */
const PROOFS_KEPT = 13;
/** A plan none of whose tests ever began. */
const NEVER: Instant = 0;

export function withRecovery(head: Head, change: (state: RecoveryState) => RecoveryState): Head {
  return { ...head, recovery: change(head.recovery ?? NO_RECOVERY) };
}

/** Pure: the test as it is now, in place of the one of its id; a test that is not there any more stays away. */
export function storeTest(head: Head, test: RestoreTest): Head {
  return withRecovery(head, (state) => ({ ...state, tests: state.tests.map((one) => (one.id === test.id ? test : one)) }));
}

/** Pure: its verdict is known, and what follows from it can be told; the sandbox is still to be cleaned up. */
export function storeProof(head: Head, proof: Proof): Head {
  return withRecovery(head, (state) => ({ ...state, proofs: withProof(state.proofs, proof) }));
}

/** Pure: a test ended with a verdict: it is a proof now, and its plan's next turn comes, where it was the source's turn. */
export function endTest(head: Head, proof: Proof, plan: RestorePlan | undefined): Head {
  return withRecovery(head, (state) => {
    if (!state.tests.some(({ id }) => id === proof.id)) return state;
    const next = state.turns[proof.plan]?.next ?? 0;
    const source = plan?.sources.find((one) => isNamed(proof.source, one));
    const wasItsTurn = plan === undefined || source === turnOf(plan, next).source;
    return {
      ...state,
      tests: state.tests.filter(({ id }) => id !== proof.id),
      proofs: withProof(state.proofs, proof),
      turns: { ...state.turns, [proof.plan]: { next: wasItsTurn ? next + 1 : next, startedAt: proof.startedAt } },
      refusals: source ? without(state.refusals, refusalKey(proof.plan, source)) : state.refusals,
    };
  });
}

/** Pure: how long a restore by hand took, kept beside those of the tests. */
export function storeRestoreByHand(head: Head, done: RestoreByHand): Head {
  return withRecovery(head, (state) => {
    const byCluster = Map.groupBy([...(state.byHand ?? []), done], ({ clusterId }) => clusterId);
    return { ...state, byHand: [...byCluster.values()].flatMap((own) => own.slice(-PROOFS_KEPT)) };
  });
}

/** Pure: the cluster as the last check saw it; project by name or id. */
export function rowOf(view: RecordedView | null, named: ClusterName): ClusterRow | null {
  return view?.clusters.find((row) => isNamed(row, named)) ?? null;
}

export function without<T>(entries: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _gone, ...rest } = entries;
  return rest;
}

function withProof(proofs: readonly Proof[], proof: Proof): readonly Proof[] {
  const isThere = proofs.some(({ id }) => id === proof.id);
  return kept(isThere ? proofs.map((one) => (one.id === proof.id ? proof : one)) : [...proofs, proof]);
}

function kept(proofs: readonly Proof[]): readonly Proof[] {
  const key = ({ source }: Proof): string => `${source.projectId}|${source.name}|${source.clusterId}`;
  return proofs.filter((proof, index) => {
    const since = proofs.slice(index).filter((other) => key(other) === key(proof));
    // The checklist asks for the last moment that was restored, however often another plan restores snapshots of the same source.
    return since.length <= PROOFS_KEPT || since.findLast(restoredMoment) === proof;
  });
}

function restoredMoment({ verdict, point }: Proof): boolean {
  return verdict === 'passed' && point?.kind === 'moment';
}

/** Pure: a test that may not be done. The next source's turn comes, so that one that cannot be tested keeps no other from it; the next day tries again. */
export function refuseTest(head: Head, id: string, { plan, source, why, at }: Refusal): Head {
  return withRecovery(head, (state) => {
    const turn = state.turns[plan];
    const key = refusalKey(plan, source);
    return {
      ...state,
      tests: state.tests.filter((test) => test.id !== id),
      turns: { ...state.turns, [plan]: { next: (turn?.next ?? 0) + 1, startedAt: turn?.startedAt ?? NEVER } },
      refusals: { ...state.refusals, [key]: { at: state.refusals[key]?.at ?? at, why, plan, source } },
    };
  });
}

/** Every plan that policy has, of restore tests and of drills. */
export function planNames({ restoreTests = [], drills = [] }: Pick<GeneralPolicy, 'restoreTests' | 'drills'>): readonly string[] {
  return [...restoreTests, ...drills].map(({ name }) => name);
}

/** Pure: remembers when each plan was first seen; the same head where nothing is new. What left the policy is forgotten, with what was refused of it. */
export function rememberPlans(head: Head, names: readonly string[], now: Instant): Head {
  const seen = head.recovery?.seen ?? {};
  const stray = Object.values(head.recovery?.refusals ?? {}).some(({ plan }) => !names.includes(plan));
  if (!stray && names.length === Object.keys(seen).length && names.every((name) => seen[name] !== undefined)) return head;
  return withRecovery(head, (state) => ({
    ...state,
    seen: Object.fromEntries(names.map((name) => [name, seen[name] ?? now])),
    refusals: Object.fromEntries(Object.entries(state.refusals).filter(([, { plan }]) => names.includes(plan))),
  }));
}

/** The test that a plan's turn asks for: sources in rotation, and each time round the next kind of point. */
export function turnOf({ sources, points }: RestorePlan, next: number) {
  return { source: sources[next % sources.length], choice: points[Math.floor(next / sources.length) % points.length] ?? 'latest' };
}
