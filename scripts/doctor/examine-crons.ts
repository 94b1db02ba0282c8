import type { Head } from '../../lib/domain/incidents/head.ts';
import { missingDispatch } from '../../lib/domain/incidents/missing-dispatch.ts';
import { ANY_TRIGGER, isRegular, RETIRED_AFTER, type TriggerCalls } from '../../lib/domain/incidents/trigger-calls.ts';
import { type Duration, type Instant, spell } from '../../lib/domain/time.ts';
import { type Line, pass, warn } from './line.ts';

type Times = { readonly now: Instant; readonly interval: Duration };

const SEE = 'its schedule, its CRON_SECRET, the limits of its plan (docs/deployment.md)';

/** Pure: who called the check and when, and whether a dispatch is missing. Calls of the other routes are not recorded, since most of them have nothing to do. */
export function cronLines(head: Head | null, times: Times): readonly Line[] {
  if (!head || (namedCalls(head).length === 0 && head.lastRun === null))
    return [
      warn(
        `Crons: ${lastCheck(head, times)}: let something call /api/cron/check every hour and /api/cron/dispatch every five minutes (docs/deployment.md)`,
      ),
    ];
  return [checkLine(head, times), dispatchLine(head)];
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

function dispatchLine({ incidents }: Head): Line {
  const missing = missingDispatch(incidents);
  if (missing) return warn(`Crons: /api/cron/dispatch: ${missing.summary}. ${missing.action}`);
  return pass(
    'Crons: /api/cron/dispatch, restore-test and drill: who calls them is not recorded; no check has found a message that waits for a dispatch',
  );
}

/** Pure: whether anything called the check in the last two intervals. */
export function isCalled(head: Head | null, { now, interval }: Times): boolean {
  const at = Math.max(head?.calls?.[ANY_TRIGGER]?.last ?? 0, head?.lastRun?.startedAt ?? 0);
  return at > 0 && now - at <= 2 * interval;
}
