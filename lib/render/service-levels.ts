import type { Head } from '../domain/incidents/head.ts';
import { countPrompt, PROMPT } from '../domain/incidents/promptness.ts';
import { ANY_TRIGGER, dayOf, intervalOf, isRegular, type TriggerCalls, UNNAMED } from '../domain/incidents/trigger-calls.ts';
import { DAY, type Duration, type Instant, iso, spell } from '../domain/time.ts';
import { alertPath } from '../evaluate/checks/alert-path.ts';

/** How many of `of`. */
export type Share = { readonly kept: number; readonly of: number };

/** Two indicators over the last 30 days in UTC (docs/operations.md, "Service levels"). */
export type ServiceLevels = {
  readonly days: number;
  /** Incidents of which a provider accepted a message within `withinMs` of the check that found them. */
  readonly notified: Share & { readonly withinMs: Duration };
  /** Intervals in which a check was called, by whomever; and by each trigger since it first called. */
  readonly checks: Share & { readonly byTrigger: readonly (Share & { readonly trigger: string; readonly last: string })[] };
};

const DAYS = 30;

/** Pure. */
export function serviceLevels(head: Head | null, now: Instant, interval: Duration): ServiceLevels {
  const first = dayOf(now - (DAYS - 1) * DAY);
  const calls = head?.calls ?? {};
  const any = calls[ANY_TRIGGER];
  const named = Object.entries(calls).filter(([name, its]) => name !== ANY_TRIGGER && (name !== UNNAMED || isRegular(its, interval)));
  return {
    days: DAYS,
    notified: { ...notifiedSince(head, first, now), withinMs: PROMPT },
    checks: {
      ...(any === undefined ? { kept: 0, of: 0 } : calledSince(any, first, now, interval)),
      byTrigger: named
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([trigger, its]) => ({ trigger, ...calledSince(its, first, now, interval), last: iso(its.last) })),
    },
  };
}

/** Those that have left the head, and those in it. */
function notifiedSince(head: Head | null, first: string, now: Instant): Share {
  const days = head === null ? [] : countPrompt(head.promptness ?? [], head, { now, except: new Set([alertPath.id]) });
  const recent = days.filter(([day]) => day >= first);
  const sum = (part: 1 | 2): number => recent.reduce((total, day) => total + day[part], 0);
  return { kept: sum(2), of: sum(1) };
}

/** The intervals from the first day, or the first call if that was later, until now. The present one is due when it is over, and counts before if it had a call. */
function calledSince({ since, last, days }: TriggerCalls, first: string, now: Instant, interval: Duration): Share {
  const begins = Math.max(intervalOf(Date.parse(`${first}T00:00:00Z`), interval), intervalOf(since, interval));
  const present = intervalOf(now, interval);
  const of = Math.max(0, present - begins) + (intervalOf(last, interval) >= present ? 1 : 0);
  const called = days.reduce((sum, [day, count]) => sum + (day >= first ? count : 0), 0);
  return { kept: Math.min(called, of), of };
}

/** "98 of 99 incidents were accepted by a provider within 5 min; 717 of 720 checks ran; vercel missed 3 of 720". */
export function serviceLevelsInWords({ notified, checks, days }: ServiceLevels): readonly string[] {
  const measured =
    notified.of === 0
      ? `no incident to measure in ${days} days`
      : `a provider accepted ${notified.kept} of ${notified.of} incidents of ${days} days within ${spell(notified.withinMs)}`;
  if (checks.of === 0) return [measured];
  const byTrigger = checks.byTrigger.map(({ trigger, kept, of }) => `${trigger} missed ${of - kept} of ${of}`);
  return [measured, [`${checks.kept} of ${checks.of} scheduled checks ran`, ...byTrigger].join('; ')];
}
