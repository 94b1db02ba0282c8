import type { Sender } from '../deliver/deliver.ts';
import type { TrailTip } from '../domain/audit/audit-entry.ts';
import type { Run } from '../domain/incidents/head.ts';
import type { Instant } from '../domain/time.ts';
import { type Comparison, compareWithPagerDuty } from '../people/pagerduty-sync.ts';
import { budgetOf } from '../ports/budget.ts';
import { ledgerOptions } from '../ports/change-head.ts';
import { type Ports, senderFor } from '../ports/ports.ts';
import { type Ledger, openLedger } from '../record/ledger.ts';

/** A check that holds the lease. */
export type OpenRun = {
  readonly ports: Ports;
  readonly own: Pick<Run, 'runId' | 'startedAt' | 'tookOver'>;
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

/** Takes the lease and reads the head in one round trip; null if another check holds the lease. Throws `StoreError`. */
export async function beginRun(ports: Ports): Promise<OpenRun | null> {
  const { store, now, newId, runBudgetMs } = ports;
  const [runId, startedAt] = [newId(), now()];
  const { collectUntil, deliverUntil } = budgetOf(startedAt, ports);
  const leased = await store.lease(runId, runBudgetMs, startedAt);
  if (!leased.held) return null;
  const startReceived = ports.heartbeat('start', runId).then((received) => received !== false);
  const ledger = openLedger(store, leased, ledgerOptions(ports, runId));
  return {
    ports,
    own: { runId, startedAt, ...(leased.tookOver !== undefined && { tookOver: leased.tookOver }) },
    collectUntil,
    ledger,
    ...(leased.tip && { tip: leased.tip }),
    sender: senderFor(ports, runId, deliverUntil),
    startReceived,
    comparison: compareWithPagerDuty(ledger.head(), ports),
  };
}
