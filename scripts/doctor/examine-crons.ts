import type { Head } from '../../lib/domain/incidents/head.ts';
import { type CalledCron, NOTED_EVERY } from '../../lib/domain/crons/cron-callers.ts';
import { missingDispatch } from '../../lib/domain/incidents/missing-dispatch.ts';
import { ANY_TRIGGER, isRegular, RETIRED_AFTER, type TriggerCalls } from '../../lib/domain/incidents/trigger-calls.ts';
import { DAY, type Duration, type Instant, spell } from '../../lib/domain/time.ts';
import { type Line, pass, warn } from './line.ts';

type Times = { readonly now: Instant; readonly interval: Duration };

/** How many plans each daily cron has to begin: without any, nobody misses it. */
export type Planned = Readonly<Record<Exclude<CalledCron, 'dispatch'>, number>>;

const SEE = 'its schedule, its CRON_SECRET, the limits of its plan (docs/deployment.md)';

/** Pure: who called each cron route and when, and which of them nobody calls. */
export function cronLines(head: Head | null, times: Times, planned: Planned): readonly Line[] {
  if (!head || (namedCalls(head).length === 0 && head.lastRun === null))
    return [
      warn(
        `Crons: ${lastCheck(head, times)}: let something call /api/cron/check every hour and /api/cron/dispatch every five minutes (docs/deployment.md)`,
      ),
    ];
  return [
    checkLine(head, times),
    dispatchLine(head, times),
    dailyLine('restore-test', head, times, planned),
    dailyLine('drill', head, times, planned),
  ];
}

/** A warning if nothing called in the last two intervals, or one of several stopped. */
function checkLine(head: Head, times: Times): Line {
  const { now, interval } = times;
  const named = namedCalls(head);
  const each = named.map(([name, { last }]) => `${name} called ${spell(now - last)} ago, `).join('');
  const words = `Crons: /api/cron/check: ${each}${lastCheck(head, times)}`;
  if (!isCalled(head, times)) return warn(`${words}: no call in two intervals (${spell(2 * interval)}). See why: ${SEE}`);
  const stopped = named.filter(([, its]) => isRegular(its, interval) && now - its.last > 2 * interval && now - its.last <= RETIRED_AFTER);
  return stopped.length === 0 ? pass(words) : warn(`${words}. See why ${stopped.map(([name]) => name).join(' and ')} stopped: ${SEE}`);
}

/** The last to call first. */
function namedCalls({ calls = {} }: Head): readonly (readonly [name: string, its: TriggerCalls])[] {
  return Object.entries(calls)
    .filter(([name]) => name !== ANY_TRIGGER)
    .toSorted(([, a], [, b]) => b.last - a.last);
}

function lastCheck(head: Head | null, { now }: Times): string {
  const last = head?.lastComplete ?? null;
  return last === null ? 'no complete check is recorded yet' : `the last complete check ended ${spell(now - last.finishedAt)} ago`;
}

/** A warning if nothing was noted in the last two intervals. An incident about it says more. */
function dispatchLine(head: Head, { now, interval }: Times): Line {
  const missing = missingDispatch(head.incidents);
  const { last, words } = seen('dispatch', head, now);
  if (missing) return warn(`${words}; ${missing.summary}. ${missing.action}`);
  if (last === null) return warn(`${words}: let something call it every five minutes (docs/deployment.md)`);
  const allowed = 2 * Math.max(interval, NOTED_EVERY);
  return now - last <= allowed ? pass(words) : warn(`${words}: none in ${spell(allowed)}. See why: ${SEE}`);
}

/** A daily cron that was not seen for two days is missed where a plan of restorewatch.config.ts waits for it. */
function dailyLine(cron: keyof Planned, head: Head, { now }: Times, planned: Planned): Line {
  const { last, words } = seen(cron, head, now);
  if (last !== null && now - last <= 2 * DAY) return pass(words);
  if (planned[cron] === 0) return pass(`${words}; no plan waits for it`);
  return warn(
    last === null ? `${words}: let something call it daily (docs/deployment.md)` : `${words}: none in ${spell(2 * DAY)}. See why: ${SEE}`,
  );
}

/** Who called, the last first. A dispatch is noted once an hour alone. */
function seen(cron: CalledCron, { callers = {} }: Head, now: Instant): { readonly last: Instant | null; readonly words: string } {
  const known = Object.entries(callers[cron] ?? {}).toSorted(([, a], [, b]) => b - a);
  const each = known.map(([name, last]) => `${name} last seen ${spell(now - last)} ago`).join(', ');
  const rule = cron === 'dispatch' && known.length > 0 ? ` (noted every ${spell(NOTED_EVERY)})` : '';
  return { last: known[0]?.[1] ?? null, words: `Crons: /api/cron/${cron}: ${each || 'no call is recorded yet'}${rule}` };
}

/** Pure: whether anything called the check in the last two intervals. */
export function isCalled(head: Head | null, { now, interval }: Times): boolean {
  const at = Math.max(head?.calls?.[ANY_TRIGGER]?.last ?? 0, head?.lastRun?.startedAt ?? 0);
  return at > 0 && now - at <= 2 * interval;
}
