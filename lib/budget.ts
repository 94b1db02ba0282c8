import { machineTimer } from './alerts/deliver.ts';
import type { Instant, Timer } from './domain/time.ts';
import { type Parts, wordsOf } from './parts.ts';
import type { CheckAnswer, CheckSummary } from './summary.ts';

export type Budget = { readonly collectUntil: Instant; readonly deliverUntil: Instant };

/** Shares of the budget that the end of a run keeps for itself, whatever Atlas does. */
const RECORD = { share: 0.15, most: 8_000 } as const;
const DELIVER = { share: 0.3, requests: 3 } as const;
/** The answer leaves this long before the budget's end. */
const ANSWER_MS = 150;

/** Until when a run may read, and until when it may send. */
export function budgetOf(startedAt: Instant, { runBudgetMs, requestTimeoutMs }: Pick<Parts, 'runBudgetMs' | 'requestTimeoutMs'>): Budget {
  const record = Math.min(RECORD.most, runBudgetMs * RECORD.share);
  const sending = Math.min(DELIVER.requests * requestTimeoutMs, runBudgetMs * DELIVER.share);
  const deliverUntil = startedAt + runBudgetMs - record;
  return { deliverUntil, collectUntil: deliverUntil - sending - record };
}

/**
 * Answers within the budget (contract, clause 9): with the line's own answer, or when it is late with what has been recorded, or, where the store
 * took nothing, with 500 after an alarm that does not need it. Timers, not the wall clock, since that can be set.
 */
export async function withinBudget(
  parts: Parts,
  line: () => Promise<CheckAnswer>,
  recorded: () => (() => CheckSummary) | null,
): Promise<CheckAnswer> {
  const late = alarmClock(parts.runBudgetMs - ANSWER_MS - alarmTime(parts), parts.timer);
  const answer = await Promise.race([line().catch((cause: unknown) => failure(cause)), late.promise]);
  late.cancel();
  const summary = recorded();
  if (answer !== null && !(answer instanceof Failure)) return answer;
  if (summary) return { status: 200, body: summary() };
  const words = answer instanceof Failure ? answer.words : 'no answer from the store within the run’s budget';
  parts.log(`check failed: ${words}`);
  await parts.alarm.raise(words, alarmTime(parts));
  return { status: 500, body: { error: words } };
}

/** How long the alarm may take at most. */
function alarmTime({ runBudgetMs, requestTimeoutMs }: Parts): number {
  return Math.min(requestTimeoutMs, runBudgetMs * 0.2);
}

class Failure {
  readonly words: string;
  constructor(words: string) {
    this.words = words;
  }
}

function failure(cause: unknown): Failure {
  return new Failure(wordsOf(cause));
}

function alarmClock(milliseconds: number, timer: Timer = machineTimer): { readonly promise: Promise<null>; readonly cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<null>();
  return { promise, cancel: timer(Math.max(0, milliseconds), () => resolve(null)) };
}
