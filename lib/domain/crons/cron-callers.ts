import { DAY, type Duration, HOUR, type Instant } from '../time.ts';

/** The cron routes whose callers are noted here. Those of the check are counted (`TriggerCalls`), since they are measured by it. */
export type CalledCron = 'dispatch' | 'restore-test' | 'drill';

/** When each caller of a cron route was noted last, by its name. */
export type CronCallers = Readonly<Partial<Record<CalledCron, Readonly<Record<string, Instant>>>>>;

/** A call is noted once in this time, since each note is a write of the head. */
export const NOTED_EVERY: Duration = HOUR;
const CALLERS_MOST = 8;
/** Whoever has not called for so long has been replaced. */
const FORGOTTEN_AFTER: Duration = 7 * DAY;

export type Call = { readonly cron: CalledCron; readonly caller: string; readonly at: Instant };

/** Pure: the head with this call; the same object where its caller was noted within the last hour. */
export function withCall<State extends { readonly callers?: CronCallers }>(head: State, call: Call): State {
  const { callers: before = {} } = head;
  const callers = noteCaller(before, call);
  return callers === before ? head : { ...head, callers };
}

function noteCaller(callers: CronCallers, { cron, caller, at }: Call): CronCallers {
  const known = callers[cron] ?? {};
  const age = at - (known[caller] ?? Number.NEGATIVE_INFINITY);
  if (age >= 0 && age < NOTED_EVERY) return callers;
  const others = Object.entries(known).filter(([name, last]) => name !== caller && at - last <= FORGOTTEN_AFTER);
  const kept = others.toSorted(([, a], [, b]) => b - a).slice(0, CALLERS_MOST - 1);
  return { ...callers, [cron]: Object.fromEntries([[caller, at], ...kept]) };
}

/**
 * Pure: whether a dispatch may write its caller now: not in the first and last sixth of a check's interval, where a check may have read the head that it
 * will swap, and would have to swap again.
 */
export function isBetweenChecks(lastCheck: Instant | null, now: Instant, interval: Duration): boolean {
  if (lastCheck === null) return true;
  const since = (((now - lastCheck) % interval) + interval) % interval;
  return since >= interval / 6 && since <= (interval * 5) / 6;
}
