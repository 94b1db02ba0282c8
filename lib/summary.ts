import type { Verdict } from './domain/finding.ts';
import type { Head, Run } from './domain/head.ts';
import { iso } from './domain/time.ts';
import type { Judgement } from './judge.ts';
import { rowsNow } from './status/recovered-rows.ts';

/** What `GET /api/cron/check` answers (contract). */
export type CheckSummary = {
  readonly runId: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly complete: boolean;
  readonly clusters: number;
  readonly findings: Readonly<Record<Verdict, number>>;
  readonly transitions: number;
  readonly deliveries: { readonly accepted: number; readonly owed: number; readonly rejected: number };
};

/** What a check answers its caller. */
export type CheckAnswer =
  | { readonly status: 200; readonly body: CheckSummary | { readonly skipped: string } }
  | { readonly status: 500; readonly body: { readonly error: string } };

/** Pure: the summary of a recorded run. `accepted` counts this run's, `owed` and `rejected` all there are. */
export function summaryOf(head: Head, judgement: Judgement, run: Run): CheckSummary {
  const verdicts = (verdict: Verdict): number => judgement.findings.filter((finding) => finding.verdict === verdict).length;
  const { startedAt, finishedAt, complete, runId } = run;
  const transitions = head.incidents.filter((incident) =>
    [incident.openedAt, incident.toldAt, incident.resolvedAt].includes(startedAt),
  ).length;
  return {
    runId,
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
    complete,
    clusters: judgement.view.clusters.length,
    findings: { ok: verdicts('ok'), failing: verdicts('failing'), unknown: verdicts('unknown'), exempt: verdicts('exempt') },
    transitions,
    deliveries: {
      accepted: head.deliveries.filter((delivery) => delivery.acceptedAt !== null && delivery.acceptedAt >= startedAt).length,
      owed: head.deliveries.filter((delivery) => delivery.nextTryAt !== null && (delivery.state === 'owed' || delivery.state === 'unknown'))
        .length,
      rejected: head.deliveries.filter((delivery) => delivery.state === 'rejected').length,
    },
  };
}

/** Pure: a recorded run in a line, for the dead-man switch, which shows it to people. Counts alone: whose clusters they are is no business of it. */
export function lineOf(head: Head, { view }: Pick<Judgement, 'view'>, { runId, complete }: Run): string {
  const verdicts = rowsNow(head, view).map(({ verdict }) => verdict);
  const count = (sought: Verdict): number => verdicts.filter((verdict) => verdict === sought).length;
  const urgent = head.incidents.filter(({ state, priority }) => state !== 'resolved' && priority === 'P0').length;
  const clusters = `${count('ok')} restorable, ${count('failing')} not, ${count('unknown')} unknown, ${count('exempt')} exempt`;
  return `${complete ? '' : 'cut off by its budget: '}${clusters}; ${urgent} open P0 (${runId})`;
}
