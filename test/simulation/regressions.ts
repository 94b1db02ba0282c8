import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import type { Action } from './history.ts';

const check = { does: 'check', machine: 0, faults: [], leftRunning: false } as const;
const dispatch = { does: 'dispatch', machine: 0, faults: [], leftRunning: false } as const;

/** PagerDuty takes a page and its answer is lost; somebody resolves it there. */
const RESOLVED_UNHEARD: readonly Action[] = [
  { does: 'weather', wait: 0, channel: 'pagerduty', weather: 'lossy' },
  { does: 'break', wait: 0, cluster: 0, trouble: 'stale' },
  { ...check, wait: 0 },
  { does: 'at PagerDuty', wait: 0, which: 0, act: 'resolve' },
];

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
  'a page whose answer was lost, and that somebody has resolved there, is not triggered again where PagerDuty says so first': [
    ...RESOLVED_UNHEARD,
    { does: 'weather', wait: 0, channel: 'pagerduty', weather: 'fine' },
    { ...dispatch, wait: 0 },
    { does: 'cron', wait: 5 * MINUTE, hours: 2, dropped: 0 },
  ],
  'where PagerDuty cannot be asked it is sent again, which nobody is to blame for': [
    ...RESOLVED_UNHEARD,
    { ...dispatch, wait: 0 },
    { does: 'cron', wait: 5 * MINUTE, hours: 2, dropped: 0 },
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
  'of a rise that somebody had acknowledged, they who may have the text before it are reminded': [
    { does: 'black out', wait: 0, what: 'p1' },
    { does: 'weather', wait: 0, channel: 'sms', weather: 'refusing' },
    { ...check, wait: 0 },
    { ...check, wait: HOUR },
    { does: 'weather', wait: 0, channel: 'sms', weather: 'mute' },
    { does: 'cron', wait: 26 * HOUR, hours: 1, dropped: 0 },
    { does: 'at PagerDuty', wait: 0, which: 0, act: 'acknowledge' },
    { ...check, wait: 0 },
    { does: 'weather', wait: 0, channel: 'sms', weather: 'fine' },
    { does: 'cron', wait: 8 * HOUR, hours: 2, dropped: 0 },
  ],
  'a page that PagerDuty lost, and its acknowledgement, are sent again': [
    { does: 'break', wait: 0, cluster: 0, trouble: 'shrunk' },
    { ...check, wait: 0 },
    { ...check, wait: HOUR },
    { does: 'weather', wait: 0, channel: 'pagerduty', weather: 'limited' },
    { does: 'acknowledge', wait: 0, which: 1, again: false, machine: 0, faults: [] },
    { does: 'weather', wait: 0, channel: 'pagerduty', weather: 'fine' },
    { does: 'at PagerDuty', wait: 0, which: 0, act: 'forget' },
    { does: 'cron', wait: 5 * MINUTE, hours: 1, dropped: 0 },
  ],
  'an escalation that PagerDuty lost is sent again though somebody has the incident in hand': [
    { does: 'cron', wait: 0, hours: 2, dropped: 0 },
    { ...dispatch, wait: 3 * HOUR },
    { ...dispatch, wait: 26 * HOUR },
    { ...check, wait: 0 },
    { does: 'at PagerDuty', wait: 0, which: 0, act: 'forget' },
    { does: 'acknowledge', wait: 0, which: 0, again: false, machine: 0, faults: [] },
  ],
  'a P0 that has risen to it is told PagerDuty again which lost it, though somebody has it in hand': [
    { does: 'black out', wait: 0, what: 'p1' },
    { does: 'cron', wait: 0, hours: 2, dropped: 0 },
    { ...dispatch, wait: 26 * HOUR },
    { ...check, wait: 0 },
    { does: 'at PagerDuty', wait: 0, which: 0, act: 'forget' },
    { does: 'acknowledge', wait: 0, which: 3, again: false, machine: 0, faults: [] },
  ],
  'a rise that was to follow an escalation to PagerDuty is told there where an acknowledgement called that back': [
    { does: 'weather', wait: 0, channel: 'pagerduty', weather: 'refusing' },
    { does: 'break', wait: 0, cluster: 4, trouble: 'behind' },
    { does: 'cron', wait: HOUR, hours: 3, dropped: 0 },
    { does: 'acknowledge', wait: 0, which: 1, again: false, machine: 0, faults: [] },
  ],
  'what was silenced until a proof of a broken path is told on that path too': [
    { does: 'weather', wait: 0, channel: 'slack', weather: 'down' },
    { does: 'break', wait: 35 * MINUTE, cluster: 1, trouble: 'shrunk' },
    { ...dispatch, wait: 5 * MINUTE },
    { does: 'cron', wait: 30 * MINUTE, hours: 1, dropped: 0 },
    { does: 'break', wait: 0, cluster: 2, trouble: 'pitrOff' },
    { does: 'break', wait: 0, cluster: 4, trouble: 'backupOff' },
    { does: 'cron', wait: 0, hours: 2, dropped: 0 },
    { does: 'weather', wait: 30 * MINUTE, channel: 'pagerduty', weather: 'refusing' },
    { does: 'acknowledge', wait: 0, which: 4, again: true, machine: 0, faults: [] },
    { does: 'prove', wait: HOUR, machine: 0, faults: [] },
  ],
  'a text that was claimed by a request which arrived late, when its sender had given up, may have been sent': [
    { does: 'break', wait: 0, cluster: 5, trouble: 'deleted' },
    { ...check, wait: 0, faults: ['none', 'none', 'none', 'none', 'arrivesLate'] },
  ],
  'what failed often, and whose sender died then, is sent by the next run': [
    { does: 'weather', wait: 0, channel: 'slack', weather: 'limited' },
    { does: 'break', wait: 0, cluster: 0, trouble: 'deleted' },
    { does: 'cron', wait: 0, hours: 2, dropped: 0 },
    { does: 'weather', wait: 0, channel: 'slack', weather: 'fine' },
    { ...dispatch, wait: HOUR, faults: ['none', 'none', 'killedBefore'] },
  ],
  'that no restore test is planned is told after a week': [
    { ...check, wait: 3.5 * DAY },
    { does: 'cron', wait: 3.5 * DAY, hours: 2, dropped: 0 },
  ],
  'a page that PagerDuty lost is owed from then on, and no channel is called dead for it': [
    { does: 'cron', wait: 3 * HOUR, hours: 1, dropped: 0b001111 },
    { does: 'acknowledge', wait: 0, which: 3, again: false, machine: 0, faults: [] },
    { does: 'at PagerDuty', wait: 0, which: 0, act: 'forget' },
    {
      does: 'crowd',
      wait: 3 * HOUR,
      calls: [
        { what: 'dispatch', machine: 0 },
        { what: 'dispatch', machine: 0 },
      ],
      apart: 0,
    },
  ],
  'a storm of texts whose fate is unknown is not sent again once all of it has ended, one after the other': [
    { does: 'break all', wait: 0, trouble: 'stale' },
    { does: 'weather', wait: 0, channel: 'sms', weather: 'lossy' },
    { ...check, wait: 0 },
    { does: 'mend', wait: 0, cluster: 0 },
    { ...check, wait: 0 },
    { does: 'mend all', wait: 0 },
    { does: 'cron', wait: 0, hours: 1, dropped: 0 },
  ],
  'what a check claimed in a swap whose answer was lost is sent, though a later check was recorded meanwhile': [
    { ...check, wait: 0, leftRunning: true },
    { does: 'break', wait: 0, cluster: 0, trouble: 'paused' },
    { does: 'mend all', wait: MINUTE },
    { ...check, wait: 0, faults: ['none', 'none', 'none', 'none', 'answerLostOnce'], leftRunning: true },
    {
      does: 'crowd',
      wait: 2_400,
      calls: [
        { what: 'check', machine: 0 },
        { what: 'check', machine: 0 },
      ],
      apart: 0,
    },
    { does: 'mend all', wait: 0 },
    { does: 'prove', wait: 0, machine: 0, faults: [] },
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
