import type { Head } from '../domain/head.ts';
import type { GeneralPolicy } from '../domain/policy.ts';
import type { RestorePlan } from '../domain/recovery-plan.ts';
import { NO_RECOVERY, type Proof, type RecoveryState, type RestoreTest } from '../domain/restore-test.ts';
import type { Instant } from '../domain/time.ts';

/** Ended tests kept for each source: a quarter of weekly ones, for the trend. */
const PROOFS_KEPT = 13;

/** Pure: the head with recovery's part changed. */
export function withRecovery(head: Head, change: (state: RecoveryState) => RecoveryState): Head {
  return { ...head, recovery: change(head.recovery ?? NO_RECOVERY) };
}

/** Pure: the test as it is now, in place of the one of its id; a test that is not there any more stays away. */
export function stored(head: Head, test: RestoreTest): Head {
  return withRecovery(head, (state) => ({ ...state, tests: state.tests.map((one) => (one.id === test.id ? test : one)) }));
}

/** Pure: a test ended with a verdict: it is a proof now, and its plan's next turn comes. */
export function proven(head: Head, proof: Proof): Head {
  return withRecovery(head, (state) => {
    if (!state.tests.some(({ id }) => id === proof.id)) return state;
    const turn = state.turns[proof.plan];
    const { [proof.plan]: _answered, ...refusals } = state.refusals;
    return {
      ...state,
      tests: state.tests.filter(({ id }) => id !== proof.id),
      proofs: kept([...state.proofs, proof]),
      turns: { ...state.turns, [proof.plan]: { next: (turn?.next ?? 0) + 1, startedAt: proof.startedAt } },
      refusals,
    };
  });
}

function kept(proofs: readonly Proof[]): readonly Proof[] {
  return proofs.filter(
    (proof, index) => proofs.slice(index).filter(({ source }) => source.clusterId === proof.source.clusterId).length <= PROOFS_KEPT,
  );
}

/** Pure: a test that may not be done: its turn stays, so that the next day tries it again. */
export function refused(head: Head, test: Pick<RestoreTest, 'id' | 'plan'>, why: string, at: Instant): Head {
  return withRecovery(head, (state) => ({
    ...state,
    tests: state.tests.filter(({ id }) => id !== test.id),
    refusals: { ...state.refusals, [test.plan]: { at, why } },
  }));
}

/** Every plan that policy has, of restore tests and of drills. */
export function planNames({ restoreTests = [], drills = [] }: Pick<GeneralPolicy, 'restoreTests' | 'drills'>): readonly string[] {
  return [...restoreTests, ...drills].map(({ name }) => name);
}

/** Pure: remembers when each plan was first seen; the same head where nothing is new. What left the policy is forgotten. */
export function seenPlans(head: Head, names: readonly string[], now: Instant): Head {
  const seen = head.recovery?.seen ?? {};
  if (names.length === Object.keys(seen).length && names.every((name) => seen[name] !== undefined)) return head;
  return withRecovery(head, (state) => ({ ...state, seen: Object.fromEntries(names.map((name) => [name, seen[name] ?? now])) }));
}

/** The test that a plan's turn asks for: sources in rotation, and each time round the next kind of point. */
export function turnOf(
  plan: RestorePlan,
  next: number,
): { readonly source: RestorePlan['sources'][number] | undefined; readonly choice: RestoreTest['choice'] } {
  const { sources, points } = plan;
  return { source: sources[next % sources.length], choice: points[Math.floor(next / sources.length) % points.length] ?? 'latest' };
}
