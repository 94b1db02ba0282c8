import type { ChecklistItem, RecordedChecklist } from '../../domain/incidents/recorded-checklist.ts';
import type { Finding } from '../../domain/findings/finding.ts';
import type { ClusterRow, RecordedView } from '../../domain/findings/recorded-view.ts';
import type { Head, Run } from '../../domain/incidents/head.ts';
import type { Memory } from '../../domain/memory/memory.ts';
import { cut } from '../../domain/text.ts';
import type { RouteContext } from '../../route/plan-deliveries.ts';
import { lastMessages } from './alert-items.ts';
import type { ChecklistInput } from './input.ts';
import { itemRules, type ItemRule } from './items.ts';
import type { ItemEvaluation } from './item-evaluation.ts';
import { setUpSteps } from './set-up-steps.ts';

/** What a complete run found, for the checklist. */
export type ChecklistRun = {
  readonly run: Run;
  readonly findings: readonly Finding[];
  readonly view: RecordedView;
  readonly memory: Memory;
  /** How many entries our own log had when the run began; 0 if it was empty. */
  readonly logEntries: number;
};

/**
 * Pure: the head with the checklist of this run. A run that was cut off leaves the checklist of the last complete one, since items speak of all clusters
 * (docs/contract.md, clause 12). `context`: of the time of the run.
 */
export function withChecklist(head: Head, { run, findings, view, memory, logEntries }: ChecklistRun, context: RouteContext): Head {
  if (!run.complete) return head;
  const { general, roster, acknowledgementPaths = [], now } = context;
  const messages = lastMessages(head, head.checklist?.messages);
  const input: ChecklistInput = {
    head,
    findings: Map.groupBy(findings, ({ check }) => check),
    rows: promisedRows(view.clusters, memory),
    messages,
    logEntries,
    general,
    roster,
    acknowledgementPaths,
    now,
  };
  const before = new Map((head.checklist?.items ?? []).map((item) => [item.id, item]));
  const items = itemRules(general).map((rule) => itemOf(rule, rule.evaluate(input), before.get(rule.id), now));
  return {
    ...head,
    checklist: { runId: run.runId, at: now, items, steps: setUpSteps(input), messages, logEntries } satisfies RecordedChecklist,
  };
}

/** Characters of a piece of evidence: the head holds them all, and is read by every page. */
const LONGEST = 300;

function itemOf(
  { id, title, source }: ItemRule,
  { state, evidence }: ItemEvaluation,
  before: ChecklistItem | undefined,
  now: number,
): ChecklistItem {
  const since = before?.state === state ? before.since : now;
  return { id, title, source, state, since, evidence: evidence.map(({ text, href }) => ({ text: cut(text, LONGEST), href })) };
}

/** An M0 has no backups, a deleted cluster no promise any more. */
function promisedRows(rows: readonly ClusterRow[], { projects }: Memory): readonly ClusterRow[] {
  return rows.filter(({ verdict, kind, projectId, clusterId }) => {
    const gone = projects[projectId]?.clusters[clusterId]?.gone ?? null;
    return verdict !== 'exempt' && kind !== 'free' && gone === null;
  });
}
