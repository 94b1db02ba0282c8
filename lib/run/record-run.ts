import { withClaims } from '../deliver/claims.ts';
import type { RecordedView } from '../domain/findings/recorded-view.ts';
import type { Head, Run } from '../domain/incidents/head.ts';
import type { Transition } from '../domain/incidents/incident.ts';
import { type PastIncident, pastIncidents } from '../domain/incidents/past-incident.ts';
import { countRun, pruneHead } from '../domain/incidents/prune.ts';
import { countPrompt } from '../domain/incidents/promptness.ts';
import { countCall, UNNAMED } from '../domain/incidents/trigger-calls.ts';
import type { CheckId, Policy } from '../domain/policy/policy.ts';
import type { Instant } from '../domain/time.ts';
import { alertPath } from '../evaluate/checks/alert-path.ts';
import { checksThat } from '../evaluate/checks/registry.ts';
import { jsonValue } from '../domain/json-text.ts';
import { type LoggedRun, loggedAfter, readingsOf, runActs } from '../domain/evidence/run-acts.ts';
import type { LoggedVerdicts } from '../domain/evidence/verdict-log.ts';
import type { RunEvaluation } from '../evaluate/evaluation.ts';
import { heartbeatState } from '../reconcile/missed-heartbeats.ts';
import { digestOfJson } from '../record/audit-chain.ts';
import { writePacked } from '../record/blobs/packed-blobs.ts';
import { planNames, rememberPlans } from '../recovery/state/restore-tests-in-head.ts';
import { withDigest } from '../render/daily-digest.ts';
import { currentRows } from '../render/current-rows.ts';
import { ranked } from '../render/ranking.ts';
import type { RouteContext } from '../route/plan-deliveries.ts';
import type { OpenRun } from './begin-run.ts';
import type { RunResults } from './run-findings.ts';

/** What a check found, and which of its verdicts are others than before; null where what was before is lost. */
export type Observed = RunEvaluation & { readonly changes: LoggedVerdicts | null };

const TIMED_BY_ATLAS = checksThat('timedByAtlas');
/** Their incidents are tests. */
const PROOFS: ReadonlySet<CheckId> = new Set([alertPath.id]);

/** Pure: the routed head with the run itself: its times, blobs, counts of the day, heartbeat, the digest if it is due; without what is over and settled. */
export function recordInHead(routed: Head, transitions: readonly Transition[], results: RunResults, context: RouteContext): Head {
  const { run, view, memoryBlobs, viewBlobs, startReceived, logged, tip } = results;
  const { now, general } = context;
  const { heartbeatMissedSince: _since, heartbeatMissedAt: _at, ...rest } = rememberPlans(routed, planNames(general), now);
  const recorded: Head = {
    ...rest,
    ...heartbeatState(routed, startReceived, now),
    lastRun: run,
    lastComplete: run.complete ? run : routed.lastComplete,
    memoryBlobs,
    viewBlobs,
    ...(logged && { logged }),
    days: countRun(routed.days, run, transitions),
    calls: countCall(routed.calls ?? {}, run.trigger ?? UNNAMED, run.startedAt, general.checkInterval),
  };
  const shown = (): RecordedView => {
    const made = view();
    return { ...made, clusters: currentRows(recorded, made) };
  };
  const whole = withDigest(recorded, shown, context, tip);
  return withPromptness(whole, pruneHead(whole, now, TIMED_BY_ATLAS, general.flapping.within), now);
}

/** Incidents that leave the head are counted then: what they were measured by leaves with them. */
function withPromptness(before: Head, after: Head, now: Instant): Head {
  const kept = new Set(after.incidents.map(({ id }) => id));
  const gone = before.incidents.filter(({ id }) => !kept.has(id));
  if (gone.length === 0) return after;
  const promptness = countPrompt(before.promptness ?? [], { incidents: gone, deliveries: before.deliveries }, { now, except: PROOFS });
  return { ...after, promptness };
}

/**
 * The one swap of a run: the next head with its deliveries already claimed, the names of the new blobs, the end of the lease. If another run changed the
 * head meanwhile, `next` is applied again to the newer head. Null, and nothing is stored, if that other run read later than this one (`isSuperseded`).
 * Throws `StoreError`.
 */
export async function recordRun(
  { ports, ledger, sender, own, startReceived, comparison, tip }: OpenRun,
  evaluation: Observed,
  next: (head: Head, results: RunResults) => Head,
): Promise<Run | null> {
  const { runId, startedAt } = own;
  const { memory, view, complete, changes } = evaluation;
  const [received, compare] = [await startReceived, await comparison];
  const before = ledger.head().lastRun;
  const [packedMemory, packedView] = await writePacked(ports.store, runId, [memory, ranked(ledger.head(), view, startedAt)]);
  const [memoryBlobs, viewBlobs] = [packedMemory.names, packedView.names];
  const written = [...memoryBlobs, ...viewBlobs];
  const run: Run = { ...own, finishedAt: Math.max(ports.now(), startedAt), complete };
  const digests = { memory: packedMemory.sha256, view: packedView.sha256 };
  const readings = readingsOf(view);
  const forLog = { run, changes, memory, readings, digests, beganAfter: before?.runId ?? null, ...policyForLog(ports.policy) };
  const noted = { logged: loggedAfter(forLog), ...(tip && { tip }) };
  const results = { run, evaluation, view: () => view, memoryBlobs, viewBlobs, startReceived: received, ports, ...noted };
  const stored = await ledger.update({
    apply: (head, revision) =>
      isSuperseded(run, before, head.lastRun)
        ? head
        : withClaims(next(compare?.(head) ?? head, { ...results, revision, alarmResolves: ports.alarm.owedResolves(head) }), sender),
    adopt: written,
    drop: (earlier, after) => [...blobsOf(earlier), ...written].filter((name) => !blobsOf(after).includes(name)),
    history: leftFor,
    trail: (earlier, after) => (after.lastRun?.runId === runId ? runActs(earlier, forLog) : []),
    release: runId,
  });
  return stored.lastRun?.runId === runId ? run : null;
}

type PolicyForLog = Pick<LoggedRun, 'policy' | 'interval'>;

/** A process has one policy as long as it lives. */
const policiesForLog = new WeakMap<Policy, PolicyForLog>();

function policyForLog(policy: Policy): PolicyForLog {
  const known = policiesForLog.get(policy);
  if (known !== undefined) return known;
  const { general, stated = '{}' } = policy;
  const made = { policy: { stated, digest: digestOfJson(jsonValue(stated)) }, interval: general.checkInterval };
  policiesForLog.set(policy, made);
  return made;
}

/** The incidents that leave the head with this change, with the messages about them. */
function leftFor(earlier: Head, after: Head): readonly PastIncident[] {
  const kept = new Set(after.incidents.map(({ id }) => id));
  const gone = earlier.incidents.filter(({ id }) => !kept.has(id));
  return pastIncidents(gone, earlier.deliveries);
}

function blobsOf({ memoryBlobs, viewBlobs }: Head): readonly string[] {
  return [...memoryBlobs, ...viewBlobs];
}

/**
 * Pure: whether another check that began after this one has been recorded since this one read the head, whose last run was `before`; then its facts
 * are newer. A check that took over the lease of the other began later, whatever the clocks say; otherwise the clocks decide. A complete check is
 * never superseded by one that was cut off.
 */
export function isSuperseded(run: Omit<Run, 'finishedAt'>, before: Run | null, recorded: Run | null): boolean {
  if (recorded === null || recorded.runId === before?.runId || recorded.runId === run.runId) return false;
  if (run.complete && !recorded.complete) return false;
  if (recorded.tookOver === run.runId) return true;
  return run.tookOver !== recorded.runId && recorded.startedAt > run.startedAt;
}
