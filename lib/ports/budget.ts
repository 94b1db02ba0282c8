import type { Duration, Instant } from '../domain/time.ts';
import type { Ports } from './ports.ts';

// How the budget of a run (RUN_BUDGET_MS) is shared out. All times are milliseconds.

type Timeouts = Pick<Ports, 'runBudgetMs' | 'requestTimeoutMs'>;

export type Budget = { readonly collectUntil: Instant; readonly deliverUntil: Instant };

/** Parts that are reserved for the end of a run, however slow Atlas is: recording takes one, sending the other. */
const RECORD = { share: 0.15, most: 8_000 } as const;
const DELIVER = { share: 0.3, requests: 3 } as const;

/** The moments until which a run that began at `startedAt` may read from Atlas and send messages. */
export function budgetOf(startedAt: Instant, { runBudgetMs, requestTimeoutMs }: Timeouts): Budget {
  const record = Math.min(RECORD.most, runBudgetMs * RECORD.share);
  const sending = Math.min(DELIVER.requests * requestTimeoutMs, runBudgetMs * DELIVER.share);
  const deliverUntil = startedAt + runBudgetMs - record;
  return { deliverUntil, collectUntil: deliverUntil - sending - record };
}

/** One request of the store (two attempts and the alarm after them must fit into the smallest useful budget); one ping; one alarm without the store. */
const SHARES = { store: 0.15, heartbeat: 0.1, alarm: 0.2 } as const;

export function timeoutOf(what: keyof typeof SHARES, { requestTimeoutMs, runBudgetMs }: Timeouts): Duration {
  return Math.min(requestTimeoutMs, runBudgetMs * SHARES[what]);
}
