import { DAY, type Duration, type Instant, iso } from '../time.ts';

/** Who called the check, in how many of its intervals. Days are YYYY-MM-DD in UTC, the newest last; those of the last 31 days are kept. */
export type TriggerCalls = {
  /** The first call that is known. */
  readonly since: Instant;
  /** The first call in the last interval that had one. */
  readonly last: Instant;
  readonly days: readonly (readonly [day: string, intervals: number])[];
};

/** By the name of the trigger; under `ANY_TRIGGER` whoever called. */
export type CallsByTrigger = Readonly<Record<string, TriggerCalls>>;

/** No trigger has this name (`isTriggerName`). */
export const ANY_TRIGGER = '*';
/** Whoever called without a name: a crontab, a person. */
export const UNNAMED = 'unnamed';
/** As in `?trigger=github`: it is shown, and is a key of the head. */
const NAME = /^[a-z][a-z0-9-]{0,31}$/;

const DAYS_KEPT = 31;
const TRIGGERS_MOST = 8;
/** A trigger that has not called for so long, while others have, is watched no more: somebody has replaced it. */
export const RETIRED_AFTER: Duration = 7 * DAY;

export function isTriggerName(text: string): boolean {
  return NAME.test(text);
}

/**
 * Pure: the calls with one more, by this trigger at this moment. Only the first call in an interval counts, so that a second one, by hand or by a second
 * trigger, makes no missed check good. The same object if the interval is counted already, or the clock was set back.
 */
export function countCall(calls: CallsByTrigger, name: string, at: Instant, interval: Duration): CallsByTrigger {
  const counted = [ANY_TRIGGER, name].map((key) => [key, counting(calls[key], at, interval)] as const);
  if (counted.every(([key, next]) => next === calls[key])) return calls;
  const others = Object.entries(calls).filter(([key, { last }]) => key !== ANY_TRIGGER && key !== name && at - last <= RETIRED_AFTER);
  const kept = others.toSorted(([, a], [, b]) => b.last - a.last).slice(0, TRIGGERS_MOST - 1);
  return Object.fromEntries([...counted, ...kept]);
}

function counting(before: TriggerCalls | undefined, at: Instant, interval: Duration): TriggerCalls {
  if (before !== undefined && intervalOf(before.last, interval) >= intervalOf(at, interval)) return before;
  const day = dayOf(at);
  const days = before?.days ?? [];
  const [name, count] = days.at(-1) ?? ['', 0];
  const next = name === day ? days.with(-1, [day, count + 1]) : [...days, [day, 1] as const];
  return { since: before?.since ?? at, last: at, days: next.slice(-DAYS_KEPT) };
}

/** The number of the interval that a moment lies in, counted from 1970: hourly checks are due once in each clock hour. */
export function intervalOf(at: Instant, interval: Duration): number {
  return Math.floor(at / interval);
}

export function dayOf(at: Instant): string {
  return iso(at).slice(0, 10);
}

/** Whether the trigger called in half of all intervals of a day, up to its last call: a person who calls by hand is no trigger that can be missed. */
export function isRegular({ last, days }: TriggerCalls, interval: Duration): boolean {
  const recent = new Set([dayOf(last), dayOf(last - DAY)]);
  const calls = days.reduce((sum, [day, count]) => sum + (recent.has(day) ? count : 0), 0);
  return calls >= DAY / interval / 2;
}
