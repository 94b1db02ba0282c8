import type { DailyReport } from '../../domain/crons/cron-answers.ts';
import type { Head } from '../../domain/incidents/head.ts';
import { HOUR } from '../../domain/time.ts';
import { budgetOf } from '../../ports/budget.ts';
import { openSession } from '../../ports/change-head.ts';
import { errorInWords, type Ports } from '../../ports/ports.ts';
import type { Advancing } from './advance.ts';

/** What is done once a day is done again after this time, with room for a cron that comes early. */
export const DAILY = 20 * HOUR;
/** The daily cron does not come to the minute: a test or drill that would be due within this time is begun. */
export const EARLY = 2 * HOUR;

export type DailyAnswer =
  | { readonly status: 200; readonly body: DailyReport }
  | { readonly status: 500; readonly body: { readonly error: string } };

/** Does what is due within the budget of a run, sends what follows, and reports by the head of afterwards. `begin` returns the plans that were begun. Never throws. */
export async function runDaily(
  name: 'restore-test' | 'drill',
  ports: Ports,
  begin: (advancing: Advancing) => Promise<readonly string[]>,
  report: (head: Head) => Omit<DailyReport, 'started'>,
): Promise<DailyAnswer> {
  try {
    const { collectUntil, deliverUntil } = budgetOf(ports.now(), ports);
    const { ledger, sender, send } = await openSession(ports, deliverUntil);
    const started = await begin({ ports, ledger, sender, deadline: collectUntil });
    await send();
    return { status: 200, body: { started, ...report(ledger.head()) } };
  } catch (cause) {
    const words = errorInWords(cause);
    ports.log(`${name} failed: ${words}`, cause);
    return { status: 500, body: { error: words } };
  }
}
