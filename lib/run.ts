import { type Courier, prepared } from './alerts/deliver.ts';
import { budgetOf, withinBudget } from './budget.ts';
import type { Head, Run } from './domain/head.ts';
import { hintsOf } from './domain/hints-of.ts';
import { EMPTY_MEMORY, type Memory } from './domain/memory.ts';
import type { Instant } from './domain/time.ts';
import { unheard } from './incidents/hearing.ts';
import { judge, type Judgement, recordable } from './judge.ts';
import { type Comparison, comparedWithPagerDuty } from './pagerduty-compare.ts';
import { isOvertaken } from './overtaken.ts';
import { courierOf, type Parts, wordsOf } from './parts.ts';
import { withoutOwnRestores } from './recovery/own-restores.ts';
import { sendAll } from './send.ts';
import { type Ledger, openLedger } from './state/ledger.ts';
import { readPacked, writePacked } from './state/packed-blobs.ts';
import { succeed } from './succeed.ts';
import { type CheckAnswer, type CheckSummary, lineOf, summaryOf } from './summary.ts';

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
  const own = { runId, startedAt, ...(leased.tookOver !== undefined && { tookOver: leased.tookOver }) };
  const run = await commit({ parts, ledger, courier, judgement, own, heard, comparison: await asked });
  if (run === null) return overtaken(parts, ledger, courier);
  const summary = (): CheckSummary => summaryOf(ledger.head(), judgement, run);
  progress.recorded = summary;
  parts.alarm.written();
  const told = await sendAll(ledger, courier).then(
    () => true,
    (cause: unknown) => unrecorded(parts, runId, wordsOf(cause)),
  );
  if (told) await lastBeat(parts, ledger, judgement, run);
  return { status: 200, body: summary() };
}

/** What it read is not stored. Where its swap was stored before the later one's, and only the answer was lost, what it claimed is its own to send. */
async function overtaken(parts: Parts, ledger: Ledger, courier: Courier): Promise<CheckAnswer> {
  const { deliveries, lastRun } = ledger.head();
  if (deliveries.some(({ claim }) => claim?.owner === courier.owner))
    await sendAll(ledger, courier).catch((cause: unknown) => unrecorded(parts, courier.owner, wordsOf(cause)));
  await parts.heartbeat(lastRun?.complete ? 'success' : 'fail', `${courier.owner}: ${OVERTAKEN}`);
  return { status: 200, body: { skipped: OVERTAKEN } };
}

/** Tells the dead-man switch how the run ended. That it did not hear is news for the next run, and the only thing that is written for it. */
async function lastBeat(parts: Parts, ledger: Ledger, judgement: Judgement, run: Run): Promise<void> {
  const heard = await parts.heartbeat(run.complete ? 'success' : 'fail', lineOf(ledger.head(), judgement, run));
  if (heard !== false || unheard(ledger.head(), run) === ledger.head()) return;
  await ledger.update({ apply: (head) => unheard(head, run) }).catch((cause: unknown) => unrecorded(parts, run.runId, wordsOf(cause)));
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

const OVERTAKEN = 'a later check was recorded meanwhile';

type Commit = {
  readonly parts: Parts;
  readonly ledger: Ledger;
  readonly courier: Courier;
  readonly judgement: Judgement;
  readonly own: Pick<Run, 'runId' | 'startedAt' | 'tookOver'>;
  readonly heard: boolean;
  readonly comparison: Comparison;
};

/**
 * The one swap: transitions, their deliveries already claimed, the new blobs' names, the end of the lease. Another run's head in between is
 * reconciled with again from the same findings; nothing is read from Atlas twice. Null where that other run began later (`isOvertaken`): what it read
 * is newer, so nothing of this one is stored.
 */
async function commit({ parts, ledger, courier, judgement, own, heard, comparison }: Commit): Promise<Run | null> {
  const { runId, startedAt } = own;
  const before = ledger.head().lastRun;
  const [memoryBlobs, viewBlobs] = await writePacked(parts.store, runId, [judgement.memory, judgement.view]);
  const run: Run = { ...own, finishedAt: Math.max(parts.now(), startedAt), complete: judgement.complete };
  const head = await ledger.update({
    apply: (head, revision) =>
      isOvertaken(run, before, head.lastRun)
        ? head
        : prepared(
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
    drop: (earlier, after) => [...namedBy(earlier), ...memoryBlobs, ...viewBlobs].filter((name) => !namedBy(after).includes(name)),
    history: (earlier, after) => earlier.incidents.filter((incident) => !after.incidents.some((kept) => kept.id === incident.id)),
    release: runId,
  });
  return head.lastRun?.runId === runId ? run : null;
}

function namedBy({ memoryBlobs, viewBlobs }: Head): readonly string[] {
  return [...memoryBlobs, ...viewBlobs];
}
