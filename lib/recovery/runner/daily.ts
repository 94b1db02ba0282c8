import type { DailyReport } from '../../domain/crons/cron-answers.ts';
import { type Call, type CalledCron, withCall } from '../../domain/crons/cron-callers.ts';
import type { Head } from '../../domain/incidents/head.ts';
import { HOUR } from '../../domain/time.ts';
import { budgetOf } from '../../ports/budget.ts';
import { openSession } from '../../ports/change-head.ts';
import { errorInWords, type Ports } from '../../ports/ports.ts';
import type { Ledger } from '../../record/ledger.ts';
import type { Advancing } from './advance.ts';

/** What is done once a day is done again after this time, with room for a cron that comes early. */
export const DAILY = 20 * HOUR;
/** The daily cron does not come to the minute: a test or drill that would be due within this time is begun. */
export const EARLY = 2 * HOUR;

export type DailyAnswer =
  | { readonly status: 200; readonly body: DailyReport }
  | { readonly status: 500; readonly body: { readonly error: string } };

/** The cron route, and what called it by its name; undefined for a person who does it by hand. */
type Called = { readonly name: Exclude<CalledCron, 'dispatch'>; readonly caller: string | undefined };

/** Does what is due within the budget of a run, sends what follows, and reports by the head of afterwards. `begin` returns the plans that were begun. Never throws. */
export async function runDaily(
  { name, caller }: Called,
  ports: Ports,
  begin: (advancing: Advancing) => Promise<readonly string[]>,
  report: (head: Head) => Omit<DailyReport, 'started'>,
): Promise<DailyAnswer> {
  try {
    const { collectUntil, deliverUntil } = budgetOf(ports.now(), ports);
    const { ledger, sender, send } = await openSession(ports, deliverUntil);
    const started = await begin({ ports, ledger, sender, deadline: collectUntil });
    await send();
    if (caller !== undefined) await noteCall(ports, ledger, { cron: name, caller, at: ports.now() });
    return { status: 200, body: { started, ...report(ledger.head()) } };
  } catch (cause) {
    const words = errorInWords(cause);
    ports.log(`${name} failed: ${words}`, cause);
    return { status: 500, body: { error: words } };
  }
}

/** What was begun is begun, whether or not the store takes who called. */
async function noteCall({ log }: Ports, ledger: Ledger, call: Call): Promise<void> {
  if (withCall(ledger.head(), call) === ledger.head()) return;
  await ledger.update({ apply: (head) => withCall(head, call) }).catch((cause: unknown) => {
    log(`${call.cron}: who called it was not noted: ${errorInWords(cause)}`, cause);
  });
}
