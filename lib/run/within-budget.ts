import { machineTimer } from '../deliver/deliver.ts';
import type { CheckSummary } from '../domain/crons/cron-answers.ts';
import type { Timer } from '../domain/time.ts';
import { timeoutOf } from '../ports/budget.ts';
import { errorInWords, type Ports } from '../ports/ports.ts';
import type { CheckAnswer } from './summary.ts';

/** The answer leaves this long before the end of the budget. */
const ANSWER_MS = 150;

/**
 * Answers within the budget (docs/contract.md, clause 9): with what `work` answers, or, if that is late, with the summary that `work` has given once the
 * run was recorded. If the store took nothing, it answers 500 after an alarm that does not need the store. Uses timers, since the wall clock can be set.
 */
export async function withinBudget(
  ports: Ports,
  work: (recorded: (summary: () => CheckSummary) => void) => Promise<CheckAnswer>,
): Promise<CheckAnswer> {
  const alarmTime = timeoutOf('alarm', ports);
  const late = timeout(ports.runBudgetMs - ANSWER_MS - alarmTime, ports.timer);
  const given: { summary?: () => CheckSummary; cause?: unknown } = {};
  const worked = work((summary) => void (given.summary = summary)).catch((cause: unknown) => {
    given.cause = cause;
    return errorInWords(cause);
  });
  const answer = await Promise.race([worked, late.promise]);
  late.cancel();
  if (typeof answer !== 'string') return answer;
  if (given.summary) {
    if (given.cause !== undefined) ports.log(`check: failed after it was recorded: ${answer}`, given.cause);
    return { status: 200, body: given.summary() };
  }
  ports.log(`check failed: ${answer}`, given.cause);
  await ports.alarm.raise(answer, alarmTime);
  return { status: 500, body: { error: answer } };
}

function timeout(milliseconds: number, timer: Timer = machineTimer): { readonly promise: Promise<string>; readonly cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  const tooLate = 'no answer from the store within the run’s budget';
  return { promise, cancel: timer(Math.max(0, milliseconds), () => resolve(tooLate)) };
}
