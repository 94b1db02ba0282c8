import { withClaims } from '../deliver/claims.ts';
import type { DeliveryCounts } from '../domain/crons/cron-answers.ts';
import { isBetweenChecks, withCall } from '../domain/crons/cron-callers.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Delivery } from '../domain/incidents/incident.ts';
import type { Instant } from '../domain/time.ts';
import { compareWithPagerDuty } from '../people/pagerduty-sync.ts';
import { budgetOf, timeoutOf } from '../ports/budget.ts';
import { openSession, type Session } from '../ports/change-head.ts';
import { errorInWords, type Ports, routeContext } from '../ports/ports.ts';
import { applyFindings } from '../reconcile/apply-findings.ts';
import { dispatchRan, checkOverdue } from '../reconcile/monitor-findings.ts';
import { advanceDrills } from '../recovery/drills/runner/advance-drills.ts';
import { advanceTests } from '../recovery/restore-tests/runner/advance-tests.ts';
import { activeDrills } from '../recovery/state/drills-in-head.ts';
import type { RouteContext } from '../route/plan-deliveries.ts';
import { elapse, withAlarmResolves } from './elapse.ts';
import { deliveryCounts } from './summary.ts';

export type DispatchAnswer =
  | { readonly status: 200; readonly body: { readonly deliveries: DeliveryCounts } }
  | { readonly status: 500; readonly body: { readonly error: string } };

/**
 * Delivers what is owed, notices that checks do not run, and advances restore tests and drills. Reads and writes only the head: one read if nothing is
 * owed, and once an hour a write of its caller. Reads Atlas only for a test or drill that is under way (docs/contract.md, addresses). `caller`: what called
 * the cron route, by its name; undefined for a dispatch by hand. Never throws; answers within the budget of a run.
 */
export async function dispatch(ports: Ports, caller?: string): Promise<DispatchAnswer> {
  const startedAt = ports.now();
  try {
    const { collectUntil, deliverUntil } = budgetOf(startedAt, ports);
    const session = await openSession(ports, deliverUntil);
    await correctByPagerDuty(session, ports);
    const advance = (head: Head, revision: number): Head => withCaller(advanceTime(head, ports, revision), ports, caller);
    if (needsWork(session, advance)) {
      const alarmed = ports.alarm.ownResolves().length > 0;
      await session.change({ apply: advance });
      if (alarmed) ports.alarm.written();
    }
    // Also if nothing is owed: what could not be delivered may have become overdue meanwhile.
    await session.send();
    await advanceRecovery(session, ports, collectUntil);
    return { status: 200, body: { deliveries: deliveryCounts(session.ledger.head(), startedAt) } };
  } catch (cause) {
    const words = errorInWords(cause);
    ports.log(`dispatch failed: ${words}`, cause);
    await ports.alarm.raise(words, timeoutOf('alarm', ports));
    return { status: 500, body: { error: words } };
  }
}

/** Before anything is sent, the head is corrected by what PagerDuty shows of our incidents. */
async function correctByPagerDuty({ ledger }: Session, ports: Ports): Promise<void> {
  const correct = await compareWithPagerDuty(ledger.head(), ports);
  if (correct === null || correct(ledger.head()) === ledger.head()) return;
  await ledger.update({ apply: correct });
}

/** The first dispatch of all stores a head, so that the time without a check counts from then on. */
function needsWork({ ledger, sender }: Session, advance: (head: Head, revision: number) => Head): boolean {
  if (ledger.revision() === 0) return true;
  const head = ledger.head();
  const next = withClaims(advance(head, 0), sender);
  return (
    next.incidents !== head.incidents ||
    next.silences !== head.silences ||
    next.proof !== head.proof ||
    next.callers !== head.callers ||
    (next.deliveries !== head.deliveries && JSON.stringify(next.deliveries) !== JSON.stringify(head.deliveries))
  );
}

function advanceTime(head: Head, ports: Ports, revision: number): Head {
  const now = ports.now();
  return afterDispatch(head, (current) => routeContext(ports, now, current), { revision, alarmResolves: ports.alarm.ownResolves() });
}

/** Notes who called, where that disturbs no check and was not noted within the hour. */
function withCaller(head: Head, { now, policy }: Ports, caller: string | undefined): Head {
  const at = now();
  if (caller === undefined || !isBetweenChecks(head.lastRun?.startedAt ?? null, at, policy.general.checkInterval)) return head;
  return withCall(head, { cron: 'dispatch', caller, at });
}

type Dispatching = { readonly revision: number; readonly alarmResolves: readonly Delivery[] };

/** Pure: the head after a dispatch: incidents about checks that do not run, and what the passing of time brings about. */
export function afterDispatch(head: Head, contextFor: (head: Head) => RouteContext, { revision, alarmResolves }: Dispatching): Head {
  const context = contextFor(head);
  const overdue = checkOverdue(head, context.general, context.now);
  const findings = [...(overdue === null ? [] : [overdue]), ...dispatchRan(head)];
  const known = withAlarmResolves(head, alarmResolves);
  const found = findings.length === 0 ? known : applyFindings(known, findings, contextFor, { revision }).head;
  return elapse(found, context, revision);
}

/** A breach drill is a checklist that people work through: nothing of it advances by itself. */
async function advanceRecovery({ ledger, sender, send }: Session, ports: Ports, collectUntil: Instant): Promise<void> {
  const hasTests = (ledger.head().recovery?.tests.length ?? 0) > 0;
  const hasDrills = activeDrills(ledger.head()).some(({ scenario }) => scenario !== 'breach');
  // The result of a test is notified in the same run, so a test leaves time for sending; a drill measures, and needs all the time there is.
  if (hasTests) {
    await advanceTests({ ports, ledger, sender, deadline: collectUntil });
    await send();
  }
  if (hasDrills) {
    await advanceDrills({ ports, ledger, sender, deadline: sender.deadline });
    await send();
  }
}
