import { clusterGone } from './checks/cluster-gone.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { rowsOf } from './cluster-rows.ts';
import type { Facts } from '../domain/facts/facts.ts';
import type { Finding } from '../domain/findings/finding.ts';
import { fold } from '../domain/memory/fold/fold.ts';
import type { Acceptance } from '../domain/incidents/acceptance.ts';
import type { Memory } from '../domain/memory/memory.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { Instant } from '../domain/time.ts';
import type { RecordedView } from '../domain/findings/recorded-view.ts';

/** The result of a run. It holds none of the facts behind it, which take some 80 MB at 6,250 clusters. */
export type RunEvaluation = {
  readonly findings: readonly Finding[];
  readonly memory: Memory;
  readonly view: RecordedView;
  readonly complete: boolean;
};

export type EvaluationContext = {
  readonly policy: Policy;
  readonly projectIds: readonly string[] | null;
  /** What responders have accepted as it is; absent: nothing. */
  readonly acceptances?: readonly Acceptance[] | undefined;
};

/** Pure: folds this run's facts into memory and evaluates them. */
export function evaluateRun(memory: Memory, facts: Facts, { policy, projectIds, acceptances }: EvaluationContext): Evaluation {
  const { checkInterval } = policy.general;
  const folded = fold(memory, facts, { now: facts.startedAt, projectIds, checkInterval, deletionCheck: clusterGone.id });
  return evaluate(facts, folded, policy, acceptances);
}

/** Pure: the evaluation as it is recorded, with the view that the page and /api/status show. */
export function recordableEvaluation(
  evaluation: Evaluation,
  run: { readonly runId: string; readonly now: Instant; readonly complete: boolean },
): RunEvaluation {
  const { findings, memory } = evaluation;
  return { findings, memory, view: rowsOf(evaluation, run), complete: run.complete };
}
