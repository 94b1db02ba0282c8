import { type Courier, prepared } from './alerts/deliver.ts';
import { hush } from './alerts/hush.ts';
import { planDeliveries, type PlanContext } from './alerts/plan.ts';
import { rounds } from './rounds.ts';
import { budgetOf } from './budget.ts';
import type { Head } from './domain/head.ts';
import type { Delivery } from './domain/incident.ts';
import type { Instant } from './domain/time.ts';
import { dispatchComes, monitorOverdue } from './incidents/monitor.ts';
import { reconcile } from './incidents/reconcile.ts';
import { comparedWithPagerDuty } from './pagerduty-compare.ts';
import { contextOf, courierOf, type Parts, wordsOf } from './parts.ts';
import { advanceTests } from './proving/advance.ts';
import { advanceDrills } from './proving/drills/advance.ts';
import { activeDrills } from './recovery/drills/state.ts';
import { sendAll } from './send.ts';
import { type Ledger, openLedger } from './state/ledger.ts';

export type DispatchAnswer =
  | {
      readonly status: 200;
      readonly body: { readonly deliveries: { readonly accepted: number; readonly owed: number; readonly rejected: number } };
    }
  | { readonly status: 500; readonly body: { readonly error: string } };

/**
 * Delivers what is owed, notices a check that did not run, and moves restore tests and drills on. Touches the head alone, one read when nothing is owed;
 * reads Atlas only for a test or drill under way.
 * Never throws; answers within the run's budget.
 */
export async function dispatch(parts: Parts): Promise<DispatchAnswer> {
  const begun = parts.now();
  try {
    const ledger = openLedger(parts.store, await parts.store.readHead(), {
      writer: parts.newId(),
      now: parts.now,
      recordsKeptFor: parts.policy.general.recordsKeptFor,
    });
    const budget = budgetOf(begun, parts);
    const courier: Courier = { ...courierOf(parts, parts.newId()), deadline: budget.deliverUntil };
    await compareWithPagerDuty(ledger, parts);
    if (ledger.revision() === 0 || needsWork(ledger.head(), parts, courier)) await work(ledger, parts, courier);
    // Nothing to send, but what is owed may have become overdue meanwhile.
    else await sendAll(ledger, courier);
    await moveOn(parts, ledger, courier, budget.collectUntil);
    return { status: 200, body: { deliveries: countsOf(ledger.head().deliveries, begun) } };
  } catch (cause) {
    const words = wordsOf(cause);
    parts.log(`dispatch failed: ${words}`);
    await parts.alarm.raise(words, Math.min(parts.requestTimeoutMs, parts.runBudgetMs * 0.2));
    return { status: 500, body: { error: words } };
  }
}

/** Atlas is read only for a restore under way (contract, addresses). */
async function moveOn(parts: Parts, ledger: Ledger, courier: Courier, until: Instant): Promise<void> {
  const hasTests = (ledger.head().recovery?.tests.length ?? 0) > 0;
  // A breach drill is a checklist that people work through: nothing of it moves by itself.
  const hasDrills = activeDrills(ledger.head()).some(({ scenario }) => scenario !== 'breach');
  if (!hasTests && !hasDrills) return;
  // What a test finds is to be told in the same run, so it leaves the time for that; a drill measures, and needs all there is.
  if (hasTests) await advanceTests({ parts, ledger, courier, deadline: until });
  if (hasTests) await sendAll(ledger, courier);
  if (hasDrills) await advanceDrills({ parts, ledger, courier, deadline: courier.deadline });
  if (hasDrills) await sendAll(ledger, courier);
}

/** What PagerDuty shows of our pages is put right before anything is sent. */
async function compareWithPagerDuty(ledger: Ledger, parts: Parts): Promise<void> {
  const putRight = await comparedWithPagerDuty(ledger.head(), parts);
  if (putRight === null || putRight(ledger.head()) === ledger.head()) return;
  await ledger.update({ apply: putRight });
}

function needsWork(head: Head, parts: Parts, courier: Courier): boolean {
  const next = prepared(advanced(head, parts, 0), courier);
  return (
    next.incidents !== head.incidents ||
    next.silences !== head.silences ||
    next.proof !== head.proof ||
    (next.deliveries !== head.deliveries && JSON.stringify(next.deliveries) !== JSON.stringify(head.deliveries))
  );
}

async function work(ledger: Ledger, parts: Parts, courier: Courier): Promise<void> {
  const alarmed = parts.alarm.ownResolves().length > 0;
  await ledger.update({ apply: (head, revision) => prepared(advanced(head, parts, revision), courier) });
  if (alarmed) parts.alarm.written();
  await sendAll(ledger, courier);
}

function advanced(head: Head, parts: Parts, revision: number): Head {
  return elapsed(head, contextOf(parts, parts.now(), head), { revision, alarms: parts.alarm.ownResolves() });
}

type Elapsing = {
  readonly revision: number;
  /** Resolves of the alarm that went out without the store. */
  readonly alarms: readonly Delivery[];
};

/** Pure: what the passing of time alone brings about, checks that do not come included. */
export function elapsed(head: Head, context: PlanContext, { revision, alarms }: Elapsing): Head {
  const { now, general } = context;
  const overdue = monitorOverdue(head, general, now);
  const findings = [...(overdue === null ? [] : [overdue]), ...dispatchComes(head)];
  const known = alarms.length === 0 ? head : { ...head, deliveries: [...head.deliveries, ...alarms] };
  if (findings.length === 0) return rounds(known, context, revision);
  const raised = reconcile(head.incidents, findings, { now, revision, projectIds: null, partial: true });
  const { incidents, transitions } = hush(raised.incidents, raised.transitions, {
    silences: head.silences ?? [],
    maintenance: general.maintenance,
    now,
  });
  return rounds({ ...known, incidents, deliveries: planDeliveries(known.deliveries, transitions, context) }, context, revision);
}

function countsOf(
  deliveries: readonly Delivery[],
  since: number,
): { readonly accepted: number; readonly owed: number; readonly rejected: number } {
  return {
    accepted: deliveries.filter((delivery) => delivery.acceptedAt !== null && delivery.acceptedAt >= since).length,
    owed: deliveries.filter((delivery) => delivery.nextTryAt !== null && (delivery.state === 'owed' || delivery.state === 'unknown'))
      .length,
    rejected: deliveries.filter((delivery) => delivery.state === 'rejected').length,
  };
}
