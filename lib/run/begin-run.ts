import type { Sender } from '../deliver/deliver.ts';
import type { TrailTip } from '../domain/audit/audit-entry.ts';
import type { Head, Run } from '../domain/incidents/head.ts';
import { countCall } from '../domain/incidents/trigger-calls.ts';
import type { Instant } from '../domain/time.ts';
import { type Comparison, compareWithPagerDuty } from '../people/pagerduty-sync.ts';
import { budgetOf } from '../ports/budget.ts';
import { ledgerOptions } from '../ports/change-head.ts';
import { type Ports, senderFor } from '../ports/ports.ts';
import { type Ledger, openLedger } from '../record/ledger.ts';
import type { StoredHead } from '../record/store.ts';

/** A check that holds the lease. */
export type OpenRun = {
  readonly ports: Ports;
  readonly own: Omit<Run, 'finishedAt' | 'complete'>;
  readonly collectUntil: Instant;
  readonly ledger: Ledger;
  /** The last entry of the log when this check began; absent while the log is empty. */
  readonly tip?: TrailTip;
  readonly sender: Sender;
  /** Whether the dead-man switch received the ping that this run has begun. */
  readonly startReceived: Promise<boolean>;
  /** PagerDuty is asked while Atlas is read. What a person closed there must not be triggered again by this run. */
  readonly comparison: Promise<Comparison>;
};

/**
 * Takes the lease and reads the head in one round trip; null if another check holds the lease. `trigger`: what called; null for a caller without a name.
 * Throws `StoreError`.
 */
export async function beginRun(ports: Ports, trigger: string | null): Promise<OpenRun | null> {
  const { store, now, newId, runBudgetMs } = ports;
  const [runId, startedAt] = [newId(), now()];
  const { collectUntil, deliverUntil } = budgetOf(startedAt, ports);
  const leased = await store.lease(runId, runBudgetMs, startedAt);
  if (!leased.held) {
    await countSkipped(ports, leased, { runId, startedAt, trigger });
    return null;
  }
  const startReceived = ports.heartbeat('start', runId).then((received) => received !== false);
  const ledger = openLedger(store, leased, ledgerOptions(ports, runId));
  return {
    ports,
    own: { runId, startedAt, ...(trigger !== null && { trigger }), ...(leased.tookOver !== undefined && { tookOver: leased.tookOver }) },
    collectUntil,
    ledger,
    ...(leased.tip && { tip: leased.tip }),
    sender: senderFor(ports, runId, deliverUntil),
    startReceived,
    comparison: compareWithPagerDuty(ledger.head(), ports),
  };
}

type Skipped = { readonly runId: string; readonly startedAt: Instant; readonly trigger: string | null };

/**
 * Counts the call of a trigger with a name though its check is skipped: of two triggers of the same minute one is always skipped, and would seem never to
 * call. One swap an interval; a store that does not take it is told by the check that is under way.
 */
async function countSkipped(ports: Ports, stored: StoredHead, { runId, startedAt, trigger }: Skipped): Promise<void> {
  if (trigger === null) return;
  const { checkInterval } = ports.policy.general;
  const counted = (head: Head): Head => {
    const calls = countCall(head.calls ?? {}, trigger, startedAt, checkInterval);
    return calls === head.calls ? head : { ...head, calls };
  };
  const ledger = openLedger(ports.store, stored, ledgerOptions(ports, runId));
  if (counted(ledger.head()) === ledger.head()) return;
  await ledger.update({ apply: counted }).catch((cause: unknown) => ports.log(`check: the call by ${trigger} was not counted`, cause));
}
