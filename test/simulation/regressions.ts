import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import type { Action } from './history.ts';

const check = { does: 'check', machine: 0, faults: [], leftRunning: false } as const;
const dispatch = { does: 'dispatch', machine: 0, faults: [], leftRunning: false } as const;

/** What the simulation once found in the program, made small. Each has to hold for ever. */
export const REGRESSIONS: Readonly<Record<string, readonly Action[]>> = {
  'a reminder that was owed is not sent once somebody has acknowledged': [
    { does: 'weather', wait: 26 * HOUR, channel: 'email', weather: 'refusing' },
    { ...check, wait: 0 },
    { does: 'acknowledge', wait: 0, which: 0, again: false, machine: 0, faults: [] },
  ],
  'an alarm without the store ends, whichever process raised it': [
    { ...dispatch, wait: 0, machine: 1, faults: ['fails'] },
    { ...check, wait: 0 },
  ],
  'who rang that alarm ends it with its next dispatch': [
    { ...dispatch, wait: 2 * HOUR, machine: 1, faults: ['fails'] },
    { ...dispatch, wait: 5 * MINUTE, machine: 1 },
  ],
  'a rise is told where an escalation was cancelled by an acknowledgement': [
    { does: 'break', wait: 0, cluster: 5, trouble: 'blind' },
    { does: 'cron', wait: 0, hours: 2, dropped: 0b111110 },
    { ...dispatch, wait: 40 * MINUTE, faults: ['none', 'none', 'killedBefore'] },
    { does: 'acknowledge', wait: 5 * MINUTE, which: 1, again: false, machine: 1, faults: [] },
  ],
  'what was acknowledged while it was silenced is told once both have ended': [
    { does: 'break', wait: 0, cluster: 7, trouble: 'deleted' },
    { does: 'silence', wait: MINUTE, cluster: 7, hours: 6, machine: 0, faults: [] },
    { ...check, wait: HOUR },
    ...[0, 1, 2].map((which) => ({ does: 'acknowledge', wait: 0, which, again: false, machine: 0, faults: [] }) as const),
  ],
  'a page that somebody resolves at PagerDuty a moment after it was sent is not triggered again by a check of that moment': [
    { ...check, wait: 0, leftRunning: true },
    { does: 'break', wait: 0, cluster: 0, trouble: 'behind' },
    { ...dispatch, wait: HOUR },
    { does: 'at PagerDuty', wait: 0, which: 0, act: 'resolve' },
    { does: 'cron', wait: 0, hours: 2, dropped: 0 },
  ],
  'a rise that climbs the ladder again asks the last rung’s people in the thread that they have': [
    { does: 'break', wait: 0, cluster: 0, trouble: 'blind' },
    { ...check, wait: 0 },
    { does: 'break', wait: 0, cluster: 0, trouble: 'stale' },
    { does: 'store', wait: 0, weather: 'fine' },
    { does: 'break', wait: 0, cluster: 0, trouble: 'stale' },
  ],
  'each of two pages of one incident is resolved by a message of its own': [
    { does: 'break', wait: 0, cluster: 0, trouble: 'stale' },
    { ...check, wait: 0 },
    { does: 'at PagerDuty', wait: 0, which: 0, act: 'acknowledge' },
    { ...dispatch, wait: 5 * MINUTE },
    { does: 'cron', wait: 26 * HOUR, hours: 1, dropped: 0 },
    { does: 'at PagerDuty', wait: 0, which: 0, act: 'resolve' },
    { ...dispatch, wait: 5 * MINUTE },
    { does: 'break', wait: 1_000, cluster: 6, trouble: 'blind' },
    {
      ...dispatch,
      wait: 5 * MINUTE,
      faults: ['none', 'none', 'none', 'none', 'none', 'timesOut', 'timesOut', 'killedBefore'],
      leftRunning: true,
    },
    { does: 'mend', wait: 30 * MINUTE, cluster: 0 },
    { does: 'weather', wait: 5 * MINUTE, channel: 'sms', weather: 'refusing' },
    { ...check, wait: MINUTE, faults: ['none', 'none', 'limited', 'none', 'none', 'none', 'throws', 'none', 'killedAfter'] },
  ],
  'what no channel was well enough to tell is told by the first that recovers': [
    { does: 'weather', wait: 0, channel: 'slack', weather: 'down' },
    { does: 'weather', wait: 0, channel: 'pagerduty', weather: 'down' },
    { does: 'break', wait: 0, cluster: 2, trouble: 'stale' },
    { ...check, wait: 5 * MINUTE },
    { does: 'weather', wait: 0, channel: 'email', weather: 'limited' },
    { does: 'cron', wait: 26 * HOUR, hours: 3, dropped: 0b001101 },
    { does: 'weather', wait: 0, channel: 'sms', weather: 'refusing' },
    { ...dispatch, wait: 3 * HOUR },
  ],
};
