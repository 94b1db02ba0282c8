import type { CheckSummary, DeliveryCounts } from '../domain/crons/cron-answers.ts';
import type { Verdict } from '../domain/findings/finding.ts';
import type { Head, Run } from '../domain/incidents/head.ts';
import { type Instant, iso } from '../domain/time.ts';
import type { RunEvaluation } from '../evaluate/evaluation.ts';
import type { GeneralPolicy } from '../domain/policy/policy.ts';
import { currentRows } from '../render/current-rows.ts';
import { headlineInWords, headlineOf } from '../render/headline.ts';

/** What a check answers its caller. */
export type CheckAnswer =
  | { readonly status: 200; readonly body: CheckSummary | { readonly skipped: string } }
  | { readonly status: 500; readonly body: { readonly error: string } };

/** Pure: the summary of a recorded run. */
export function renderSummary(head: Head, { findings, view }: RunEvaluation, run: Run): CheckSummary {
  const verdicts = (sought: Verdict): number => findings.filter(({ verdict }) => verdict === sought).length;
  const { startedAt, finishedAt, complete, runId } = run;
  return {
    runId,
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
    complete,
    clusters: view.clusters.length,
    findings: { ok: verdicts('ok'), failing: verdicts('failing'), unknown: verdicts('unknown'), exempt: verdicts('exempt') },
    transitions: head.incidents.filter(({ openedAt, notifiedAt, resolvedAt }) => [openedAt, notifiedAt, resolvedAt].includes(startedAt))
      .length,
    deliveries: deliveryCounts(head, startedAt),
  };
}

/** Pure: deliveries accepted since a run began, and all that are owed or rejected. */
export function deliveryCounts({ deliveries }: Pick<Head, 'deliveries'>, since: Instant): DeliveryCounts {
  return {
    accepted: deliveries.filter(({ acceptedAt }) => acceptedAt !== null && acceptedAt >= since).length,
    owed: deliveries.filter(({ nextTryAt, state }) => nextTryAt !== null && (state === 'owed' || state === 'unknown')).length,
    rejected: deliveries.filter(({ state }) => state === 'rejected').length,
  };
}

/** Pure: a recorded run in one line for the dead-man switch, which shows it to people. Only counts: the names of clusters do not leave for it. */
export function renderLine(
  head: Head,
  { view }: Pick<RunEvaluation, 'view'>,
  run: Run,
  policy: Pick<GeneralPolicy, 'restoreTests'>,
): string {
  const headline = headlineInWords(headlineOf(head, currentRows(head, view), policy, run.finishedAt));
  const urgent = head.incidents.filter(({ state, priority }) => state !== 'resolved' && priority === 'P0').length;
  return `${run.complete ? '' : 'cut off by its budget: '}${headline}; ${urgent} open P0 (${run.runId})`;
}
