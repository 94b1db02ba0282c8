import { type Evaluation, evaluate } from './checks/evaluate.ts';
import { rowsOf } from './checks/rows.ts';
import type { Facts } from './domain/facts.ts';
import type { Finding } from './domain/finding.ts';
import { fold } from './domain/fold.ts';
import type { Memory } from './domain/memory.ts';
import type { Policy } from './domain/policy.ts';
import type { RecordedView } from './domain/view.ts';

export type Judgement = {
  readonly findings: readonly Finding[];
  readonly memory: Memory;
  readonly view: RecordedView;
  readonly complete: boolean;
};

export type JudgeContext = { readonly policy: Policy; readonly projectIds: readonly string[] | null; readonly runId: string };

/** Pure: from what earlier runs remembered and what this one read to findings, the next memory and the view. */
export function judge(memory: Memory, facts: Facts, { policy, projectIds, runId }: JudgeContext): Judgement {
  const folded = fold(memory, facts, { now: facts.startedAt, projectIds, goneShownFor: policy.general.goneShownFor });
  const evaluation: Evaluation = evaluate(facts, folded, policy);
  return {
    findings: evaluation.findings,
    memory: evaluation.memory,
    view: rowsOf(evaluation, { runId, now: facts.startedAt }),
    complete: facts.complete,
  };
}
