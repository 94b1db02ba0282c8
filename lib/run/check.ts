import { sendAll } from '../deliver/send-all.ts';
import type { CheckSummary } from '../domain/crons/cron-answers.ts';
import type { Facts } from '../domain/facts/facts.ts';
import type { Finding } from '../domain/findings/finding.ts';
import { heldAcceptances } from '../domain/incidents/acceptance.ts';
import type { Head, Run } from '../domain/incidents/head.ts';
import { hintsOf } from '../domain/memory/collect-hints.ts';
import { loggedVerdicts } from '../domain/evidence/verdict-log.ts';
import { EMPTY_MEMORY, type Memory } from '../domain/memory/memory.ts';
import { DAILY_CHECKS } from '../evaluate/checks/registry.ts';
import { evaluateRun, type RunEvaluation, recordableEvaluation } from '../evaluate/evaluation.ts';
import { timeoutOf } from '../ports/budget.ts';
import { errorInWords, type Ports, routeContext } from '../ports/ports.ts';
import { recordMissedHeartbeat } from '../reconcile/missed-heartbeats.ts';
import { reconcile, type Reconciled } from '../reconcile/reconcile.ts';
import { readMemory } from '../record/blobs/packed-blobs.ts';
import { withoutOwnRestores } from '../recovery/restore-tests/own-restores.ts';
import { withChecklist } from '../render/checklist/record-checklist.ts';
import type { RouteContext } from '../route/plan-deliveries.ts';
import { routeTransitions } from '../route/route-transitions.ts';
import { beginRun, type OpenRun } from './begin-run.ts';
import { elapse, withAlarmResolves } from './elapse.ts';
import { packLog } from './pack-log.ts';
import { type Observed, recordRun, recordInHead } from './record-run.ts';
import { findingsOf, reconcileContext, type RunResults } from './run-findings.ts';
import { type CheckAnswer, renderLine, renderSummary } from './summary.ts';
import { withinBudget } from './within-budget.ts';

/**
 * The whole line, once: collect → evaluate → reconcile → route → deliver → record → render. Recording happens twice: the transitions and the messages
 * they owe in one swap before anything is sent, the outcomes of the messages afterwards. `trigger`: what called, by its name; null for a caller without one.
 * Never throws; answers within the budget of a run.
 */
export async function check(ports: Ports, trigger: string | null = null): Promise<CheckAnswer> {
  return withinBudget(ports, (recorded) => line(ports, trigger, recorded));
}

/** Hands `recorded` the summary as soon as the run is stored: it is the answer if the budget ends before the line does. */
async function line(ports: Ports, trigger: string | null, recorded: (summary: () => CheckSummary) => void): Promise<CheckAnswer> {
  const begun = await beginRun(ports, trigger);
  if (begun === null) return { status: 200, body: { skipped: 'another check is under way' } };
  const earlier = begun.ledger.head().lastRun;
  const evaluation = await observe(begun);
  const run = await recordRun(begun, evaluation, nextHead);
  if (run === null) return superseded(begun);
  ports.alarm.written();
  const render = (): CheckSummary => renderSummary(begun.ledger.head(), evaluation, run);
  recorded(render);
  const delivered = await deliver(begun);
  if (delivered) await reportToHeartbeat(begun, evaluation, run);
  if (delivered) await packLog(ports, earlier, run);
  return { status: 200, body: render() };
}

/** A function of its own, so that the facts are freed before the evaluation is packed: each takes some 80 MB at 6,250 clusters. */
async function observe(run: OpenRun): Promise<Observed> {
  const { ports, own, collectUntil } = run;
  const head = run.ledger.head();
  const remembered = await memoryOf(head, ports);
  const memory = remembered ?? EMPTY_MEMORY;
  const facts = await ports.collect(hintsOf(memory, DAILY_CHECKS), own.startedAt, collectUntil);
  const evaluation = evaluate(memory, withoutOwnRestores(facts, head.recovery), run);
  // Compared here, so that the memory of before is freed.
  return { ...evaluation, changes: remembered && loggedVerdicts(remembered, evaluation.memory) };
}

/** Pure: the head after one run. Applied again, without collecting again, if another run changed the head meanwhile. */
export function nextHead(head: Head, results: RunResults): Head {
  const context = routeContext(results.ports, results.run.startedAt, head);
  const findings = findingsOf(head, results, context);
  const reconciled = reconcile(head.incidents, findings, reconcileContext(head, results));
  const routed = route(withHeldAcceptances(head, findings, results.run), reconciled, context, results);
  const { run, evaluation, view, tip } = results;
  const found = { run, findings, view: view(), memory: evaluation.memory, logEntries: tip?.number ?? 0 };
  const listed = withChecklist(routed, found, context);
  return recordInHead(listed, reconciled.transitions, results, context);
}

/** Only a complete run says that something which was accepted is well again, or gone. */
function withHeldAcceptances({ acceptances, ...head }: Head, findings: readonly Finding[], { complete }: Run): Head {
  const held = complete ? heldAcceptances(acceptances, findings) : acceptances;
  return held === undefined ? head : { ...head, acceptances: held };
}

/** Adds the deliveries of the transitions, the resolves of a store alarm, and what follows because time has passed. */
function route(head: Head, reconciled: Reconciled, context: RouteContext, { revision, alarmResolves }: RunResults): Head {
  const routed = withAlarmResolves(routeTransitions(head, reconciled, context), alarmResolves);
  return elapse(routed, context, revision);
}

function evaluate(memory: Memory, facts: Facts, { ports, ledger, own: { runId } }: OpenRun): RunEvaluation {
  const { startedAt, complete } = facts;
  return recordableEvaluation(evaluateRun(memory, facts, { ...ports, acceptances: ledger.head().acceptances }), {
    runId,
    now: startedAt,
    complete,
  });
}

/** What earlier runs remembered; null if it is lost. Then incidents stay open in the head, and this run learns anew what it can. */
async function memoryOf(head: Head, { store, log }: Ports): Promise<Memory | null> {
  const memory = await readMemory(store, head);
  if (memory === null) log('check: the memory of earlier runs is gone from the store; it is learnt anew');
  return memory;
}

/** Deliver, and record each outcome. False if an outcome could not be recorded: the run itself is recorded, and the next one finds the claims and goes on. */
async function deliver({ ports, ledger, sender }: OpenRun): Promise<boolean> {
  try {
    await sendAll(ledger, sender);
    return true;
  } catch (cause) {
    await raiseStoreAlarm(ports, sender.owner, cause);
    return false;
  }
}

/** The store went down after the run was recorded (docs/contract.md, clause 7). */
async function raiseStoreAlarm(ports: Ports, runId: string, cause: unknown): Promise<void> {
  const words = errorInWords(cause);
  ports.log(`check ${runId}: outcomes were not recorded: ${words}`, cause);
  await ports.alarm.raise(words, timeoutOf('alarm', ports));
}

/** Tells the dead-man switch how the run ended. The head is written again only if the ping did not arrive: the next run has to know. */
async function reportToHeartbeat({ ports, ledger }: OpenRun, evaluation: RunEvaluation, run: Run): Promise<void> {
  const line = renderLine(ledger.head(), evaluation, run, ports.policy.general);
  const received = await ports.heartbeat(run.complete ? 'success' : 'fail', line);
  const isNews = recordMissedHeartbeat(ledger.head(), run) !== ledger.head();
  if (received !== false || !isNews) return;
  await ledger
    .update({ apply: (head) => recordMissedHeartbeat(head, run) })
    .catch((cause: unknown) => raiseStoreAlarm(ports, run.runId, cause));
}

const SUPERSEDED = 'a later check was recorded meanwhile';

/** Nothing of this run was stored, unless only the answer to its swap was lost: then nobody else can send what it claimed. */
async function superseded(run: OpenRun): Promise<CheckAnswer> {
  const { ports, ledger, sender } = run;
  const { deliveries, lastRun } = ledger.head();
  if (deliveries.some(({ claim }) => claim?.owner === sender.owner)) await deliver(run);
  await ports.heartbeat(lastRun?.complete ? 'success' : 'fail', `${sender.owner}: ${SUPERSEDED}`);
  return { status: 200, body: { skipped: SUPERSEDED } };
}
