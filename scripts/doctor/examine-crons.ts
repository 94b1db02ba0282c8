import type { Head } from '../../lib/domain/incidents/head.ts';
import { ANY_TRIGGER, isRegular, RETIRED_AFTER } from '../../lib/domain/incidents/trigger-calls.ts';
import { type Duration, type Instant, spell } from '../../lib/domain/time.ts';
import { type Line, pass, warn } from './line.ts';

type Times = { readonly now: Instant; readonly interval: Duration };

const SEE = 'its schedule, its CRON_SECRET, the limits of its plan (docs/deployment.md)';

/** Pure: what calls the check and when each last did. A warning if nothing did in the last two intervals, or one of several stopped. */
export function cronLines(head: Head | null, times: Times): readonly Line[] {
  const { now, interval } = times;
  const last = head?.lastComplete ?? null;
  const named = Object.entries(head?.calls ?? {})
    .filter(([name]) => name !== ANY_TRIGGER)
    .toSorted(([, a], [, b]) => b.last - a.last);
  const each = named.map(([name, { last: at }]) => `${name} called ${spell(now - at)} ago`).join(', ');
  const ended = last === null ? 'no complete check is recorded yet' : `the last complete check ended ${spell(now - last.finishedAt)} ago`;
  if (each === '' && (head?.lastRun ?? null) === null)
    return [
      warn(`Crons: ${ended}: let something call /api/cron/check every hour and /api/cron/dispatch every five minutes (docs/deployment.md)`),
    ];
  const words = `Crons: ${each === '' ? '' : `${each}; `}${ended}`;
  if (!isCalled(head, times)) return [warn(`${words}: no call in two intervals (${spell(2 * interval)}). See why: ${SEE}`)];
  const stopped = named.filter(([, its]) => isRegular(its, interval) && now - its.last > 2 * interval && now - its.last <= RETIRED_AFTER);
  if (stopped.length === 0) return [pass(words)];
  return [warn(`${words}. See why ${stopped.map(([name]) => name).join(' and ')} stopped: ${SEE}`)];
}

/** Pure: whether anything called the check in the last two intervals. */
export function isCalled(head: Head | null, { now, interval }: Times): boolean {
  const at = Math.max(head?.calls?.[ANY_TRIGGER]?.last ?? 0, head?.lastRun?.startedAt ?? 0);
  return at > 0 && now - at <= 2 * interval;
}
