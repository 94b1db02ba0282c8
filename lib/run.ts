import { type Courier, prepared } from './alerts/deliver.ts';
import { budgetOf, withinBudget } from './budget.ts';
import type { Head, Run } from './domain/head.ts';
import { hintsOf } from './domain/hints-of.ts';
import { EMPTY_MEMORY, type Memory } from './domain/memory.ts';
import type { Instant } from './domain/time.ts';
import { judge, type Judgement, recordable } from './judge.ts';
import { type Comparison, comparedWithPagerDuty } from './pagerduty-compare.ts';
import { courierOf, type Parts, wordsOf } from './parts.ts';
import { withoutOwnRestores } from './recovery/own-restores.ts';
import { sendAll } from './send.ts';
import { type Ledger, openLedger } from './state/ledger.ts';
import { readPacked, writePacked } from './state/packed-blobs.ts';
import { succeed } from './succeed.ts';
import { type CheckAnswer, type CheckSummary, summaryOf } from './summary.ts';

/** The whole line, once: collect → evaluate → reconcile → route → deliver → record. Never throws; answers within the budget. */
export async function check(parts: Parts): Promise<CheckAnswer> {
  const progress: Progress = { recorded: null };
  return withinBudget(
    parts,
    () => line(parts, progress),
    () => progress.recorded,
  );
}

/** What has been stored so far, for an answer that must be given before the line is through. */
type Progress = { recorded: (() => CheckSummary) | null };

async function line(parts: Parts, progress: Progress): Promise<CheckAnswer> {
  const runId = parts.newId();
  const startedAt = parts.now();
  const budget = budgetOf(startedAt, parts);
  const leased = await parts.store.lease(runId, parts.runBudgetMs, startedAt);
  if (!leased.held) return { status: 200, body: { skipped: 'another check is under way' } };
  const beat = parts.heartbeat('start', runId);
  const ledger = openLedger(parts.store, leased, { writer: runId, now: parts.now, recordsKeptFor: parts.policy.general.recordsKeptFor });
  // Meanwhile: what a person closed at PagerDuty must not be triggered again by this run's news.
  const asked = comparedWithPagerDuty(ledger.head(), parts);
  const judgement = await judged(parts, ledger.head(), { runId, startedAt, until: budget.collectUntil });
  const courier: Courier = { ...courierOf(parts, runId), deadline: budget.deliverUntil };
  const heard = (await beat) !== false;
  const run = await commit({ parts, ledger, courier, judgement, runId, startedAt, heard, comparison: await asked });
  const summary = (): CheckSummary => summaryOf(ledger.head(), judgement, run);
  progress.recorded = summary;
  parts.alarm.written();
  const told = await sendAll(ledger, courier).then(
    () => true,
    (cause: unknown) => unrecorded(parts, runId, wordsOf(cause)),
  );
  if (told) await parts.heartbeat(run.complete ? 'success' : 'fail', run.complete ? runId : `${runId}: cut off by its budget`);
  return { status: 200, body: summary() };
}

/** The run is recorded, what came of its messages is not: the store is down (contract, clause 7). The next run finds the claims and goes on. */
async function unrecorded(parts: Parts, runId: string, words: string): Promise<false> {
  parts.log(`check ${runId}: outcomes were not recorded: ${words}`);
  await parts.alarm.raise(words, Math.min(parts.requestTimeoutMs, parts.runBudgetMs * 0.2));
  return false;
}

type Reading = { readonly runId: string; readonly startedAt: Instant; readonly until: Instant };

/** Collect and evaluate. A function of its own, so that the facts are forgotten before what follows from them is packed: each is some 80 MB at 6,250 clusters. */
async function judged(parts: Parts, head: Head, { runId, startedAt, until }: Reading): Promise<Judgement> {
  const memory = await recall(parts, head);
  const facts = await parts.collect(hintsOf(memory), startedAt, until);
  const { startedAt: now, complete } = facts;
  return recordable(judge(memory, withoutOwnRestores(facts, head.recovery), parts), { runId, now, complete });
}

/** What earlier runs remembered. Lost blobs are an empty memory: incidents stay open in the head, and the next run knows again. */
async function recall(parts: Parts, head: Head): Promise<Memory> {
  if (head.memoryBlobs.length === 0) return EMPTY_MEMORY;
  const memory = await readPacked(parts.store, head.memoryBlobs);
  if (memory === null) parts.log('check: the memory of earlier runs is gone from the store; it is learnt anew');
  // Only ever written by `commit`, packed; the head's schema number covers its shape.
  return (memory as Memory | null) ?? EMPTY_MEMORY;
}

type Commit = {
  readonly parts: Parts;
  readonly ledger: Ledger;
  readonly courier: Courier;
  readonly judgement: Judgement;
  readonly runId: string;
  readonly startedAt: Instant;
  readonly heard: boolean;
  readonly comparison: Comparison;
};

/**
 * The one swap: transitions, their deliveries already claimed, the new blobs' names, the end of the lease. Another run's head in between is
 * reconciled with again from the same findings; nothing is read from Atlas twice.
 */
async function commit({ parts, ledger, courier, judgement, runId, startedAt, heard, comparison }: Commit): Promise<Run> {
  const [memoryBlobs, viewBlobs] = await writePacked(parts.store, runId, [judgement.memory, judgement.view]);
  const run: Run = { runId, startedAt, finishedAt: Math.max(parts.now(), startedAt), complete: judgement.complete };
  await ledger.update({
    apply: (head, revision) =>
      prepared(
        succeed(comparison?.(head) ?? head, {
          run,
          judgement,
          view: () => judgement.view,
          memoryBlobs,
          viewBlobs,
          revision,
          parts,
          heard,
          extra: parts.alarm.owedResolves(head),
        }),
        courier,
      ),
    adopt: [...memoryBlobs, ...viewBlobs],
    drop: (before) => [...before.memoryBlobs, ...before.viewBlobs],
    history: (before, after) => before.incidents.filter((incident) => !after.incidents.some((kept) => kept.id === incident.id)),
    release: runId,
  });
  return run;
}
