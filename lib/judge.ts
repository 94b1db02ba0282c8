import { type Evaluation, evaluate } from './checks/evaluate.ts';
import { rowsOf } from './checks/rows.ts';
import type { Facts } from './domain/facts.ts';
import type { Finding } from './domain/finding.ts';
import { fold } from './domain/fold.ts';
import type { Memory } from './domain/memory.ts';
import type { Policy } from './domain/policy.ts';
import type { Instant } from './domain/time.ts';
import type { RecordedView } from './domain/view.ts';

/** What a run came to. It holds none of the facts that it rests on: they are some 80 MB at 6,250 clusters. */
export type Judgement = {
  readonly findings: readonly Finding[];
  readonly memory: Memory;
  readonly view: RecordedView;
  readonly complete: boolean;
};

export type JudgeContext = { readonly policy: Policy; readonly projectIds: readonly string[] | null };

/** Pure: from what earlier runs remembered and what this one read to findings and the next memory. */
export function judge(memory: Memory, facts: Facts, { policy, projectIds }: JudgeContext): Evaluation {
  const folded = fold(memory, facts, { now: facts.startedAt, projectIds, goneShownFor: policy.general.goneShownFor });
  return evaluate(facts, folded, policy);
}

/** Pure: an evaluation as it is recorded, with what the page and /api/status show of it. */
export function recordable(
  evaluation: Evaluation,
  run: { readonly runId: string; readonly now: Instant; readonly complete: boolean },
): Judgement {
  const { findings, memory } = evaluation;
  return { findings, memory, view: rowsOf(evaluation, run), complete: run.complete };
}
