import { describe, expect, test } from 'vitest';
import { emptyHead, type Head } from '../../../lib/domain/incidents/head.ts';
import { MONITOR } from '../../../lib/domain/incidents/channel-address.ts';
import type { Incident } from '../../../lib/domain/incidents/incident.ts';
import { DISPATCH } from '../../../lib/domain/incidents/missing-dispatch.ts';
import { ANY_TRIGGER, type TriggerCalls } from '../../../lib/domain/incidents/trigger-calls.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../lib/domain/time.ts';
import { clockLines } from '../../../scripts/doctor/examine-clock.ts';
import { cronLines } from '../../../scripts/doctor/examine-crons.ts';
import { latencyLine } from '../../../scripts/doctor/examine-state.ts';
import { vercelLines } from '../../../scripts/doctor/examine-vercel.ts';
import { versionLines } from '../../../scripts/doctor/examine-versions.ts';
import { incident } from '../../support/incidents.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

describe('doctor says of the clock against Atlas’s', () => {
  /** Atlas's answer is dated NOW, and made within that second. */
  const asked = (sent: number, took = 0) => ({ sentAt: NOW + sent, receivedAt: NOW + sent + took, date: NOW });

  test.for([
    ['the same second', [asked(500)], 'pass'],
    ['exactly a minute ahead', [asked(SECOND + MINUTE)], 'pass'],
    ['a millisecond more than a minute ahead', [asked(SECOND + MINUTE + 1)], 'warn'],
    ['a millisecond more than a minute behind', [asked(-MINUTE - 1)], 'warn'],
    ['exactly ten minutes behind', [asked(-10 * MINUTE)], 'warn'],
    ['a millisecond more than ten minutes behind', [asked(-10 * MINUTE - 1)], 'fail'],
    ['a millisecond more than ten minutes ahead', [asked(SECOND + 10 * MINUTE + 1)], 'fail'],
    ['an answer that took five minutes, and could have been made in between', [asked(-4 * MINUTE, 5 * MINUTE)], 'pass'],
    ['a slow answer beside a quick one that is two minutes off', [asked(-4 * MINUTE, 5 * MINUTE), asked(-2 * MINUTE, 1)], 'warn'],
  ] as const)('%s', ([, answers, mark]) => {
    expect(clockLines(answers).map((line) => line.mark)).toEqual([mark]);
  });

  test('which way it is wrong, and what to do', () => {
    expect(clockLines([asked(SECOND + 20 * MINUTE)])).toEqual([
      {
        mark: 'fail',
        text: "Clock: 20 min ahead of Atlas's: over 10 min, so that ages are wrong and snapshots may not count; let NTP set the clock of this machine",
      },
    ]);
    expect(clockLines([asked(-2 * MINUTE)])).toEqual([
      { mark: 'warn', text: "Clock: 2 min behind Atlas's: let NTP set the clock of this machine" },
    ]);
  });

  test('nothing where no answer had a date', () => expect(clockLines([])).toEqual([]));
});

describe('doctor says of the KV that', () => {
  test.for([
    [100, 'pass'],
    [101, 'warn'],
  ] as const)('an answer in %i ms is a %s', ([took, mark]) => {
    expect(latencyLine('State in the KV', took)).toMatchObject({
      mark,
      text: expect.stringContaining(`an answer takes ${took} ms from here`),
    });
  });
});

describe('doctor says of the crons', () => {
  const times = { now: NOW, interval: HOUR };
  const calls = (ago: number, perDay = 24): TriggerCalls => ({
    since: NOW - 9 * DAY,
    last: NOW - ago,
    days: [
      ['2026-11-21', perDay],
      ['2026-11-22', Math.min(perDay, 12)],
    ],
  });
  const head = (said: Partial<Head>): Head => {
    const run = { runId: 'r', startedAt: NOW - 9 * DAY, finishedAt: NOW - 9 * DAY, complete: true };
    return { ...emptyHead(NOW), lastRun: run, lastComplete: run, ...said };
  };
  const NONE = { 'restore-test': 0, drill: 0 };
  const textOf = (said: Head | null, planned = NONE) => cronLines(said, times, planned).map(({ mark, text }) => `${mark} ${text}`);
  /** Of the check alone. */
  const firstOf = (said: Head) => cronLines(said, times, NONE)[0];

  test('that nothing has called so far, and what is to call', () => {
    const words = [
      'warn Crons: no complete check is recorded yet: let something call /api/cron/check every hour and /api/cron/dispatch every five minutes (docs/deployment.md)',
    ];
    expect([textOf(null), textOf(emptyHead(NOW))]).toEqual([words, words]);
  });

  test('who called and when, the last first', () => {
    const both = { [ANY_TRIGGER]: calls(MINUTE), github: calls(5 * MINUTE), vercel: calls(MINUTE) };
    expect(textOf(head({ calls: both }))).toEqual([
      'pass Crons: /api/cron/check: vercel called 1 min ago, github called 5 min ago, the last complete check ended 9 d ago',
      'warn Crons: /api/cron/dispatch: no call is recorded yet: let something call it every five minutes (docs/deployment.md)',
      'pass Crons: /api/cron/restore-test: no call is recorded yet; no plan waits for it',
      'pass Crons: /api/cron/drill: no call is recorded yet; no plan waits for it',
    ]);
  });

  test.for([
    ['exactly two intervals ago', 2 * HOUR, 'pass'],
    ['a millisecond before that', 2 * HOUR + 1, 'warn'],
  ] as const)('a last call %s is a $2', ([, ago, mark]) => {
    expect(firstOf(head({ calls: { [ANY_TRIGGER]: calls(ago), vercel: calls(ago) } }))?.mark).toBe(mark);
  });

  test.for([
    ['which one of two stopped', 3 * HOUR, 24, 'warn', 'See why github stopped'],
    ['nothing against a person who called once by hand', 3 * HOUR, 1, 'pass', 'github called 3 h ago'],
    ['nothing against one that was replaced a week ago', 8 * DAY, 24, 'pass', 'github called 8 d ago'],
  ] as const)('%s', ([, ago, perDay, mark, words]) => {
    const both = { [ANY_TRIGGER]: calls(MINUTE), vercel: calls(MINUTE), github: calls(ago, perDay) };
    expect(firstOf(head({ calls: both }))).toEqual({ mark, text: expect.stringContaining(words) });
  });

  test('that no dispatch comes, while the incident about it is open', () => {
    const dispatchIncident = (state: Incident['state']) =>
      incident('d', { check: MONITOR, resource: DISPATCH, summary: 'no dispatch has got through', action: 'See the logs.', state });
    const lineOf = (state: Incident['state']) =>
      textOf(head({ calls: {}, callers: { dispatch: { github: NOW - 3 * MINUTE } }, incidents: [dispatchIncident(state)] }))[1];
    expect(lineOf('open')).toBe(
      'warn Crons: /api/cron/dispatch: github last seen 3 min ago (noted every 1 h); no dispatch has got through. See the logs.',
    );
    expect(lineOf('resolved')).toBe('pass Crons: /api/cron/dispatch: github last seen 3 min ago (noted every 1 h)');
  });

  test('who called each of the other routes, the last first', () => {
    const callers = {
      dispatch: { vercel: NOW - 40 * MINUTE, github: NOW - 5 * MINUTE },
      'restore-test': { vercel: NOW - 8 * HOUR },
      drill: { unnamed: NOW - 7 * HOUR },
    };
    expect(textOf(head({ callers })).slice(1)).toEqual([
      'pass Crons: /api/cron/dispatch: github last seen 5 min ago, vercel last seen 40 min ago (noted every 1 h)',
      'pass Crons: /api/cron/restore-test: vercel last seen 8 h ago',
      'pass Crons: /api/cron/drill: unnamed last seen 7 h ago',
    ]);
  });

  test.for([
    ['dispatch', 2 * HOUR, 'pass'],
    ['dispatch', 2 * HOUR + 1, 'warn'],
    ['restore-test', 2 * DAY, 'pass'],
    ['restore-test', 2 * DAY + 1, 'warn'],
    ['drill', 2 * DAY, 'pass'],
    ['drill', 2 * DAY + 1, 'warn'],
  ] as const)('a last call of %s %i ms ago is a %s, where a plan waits for it', ([cron, ago, mark]) => {
    const said = head({ callers: { [cron]: { vercel: NOW - ago } } });
    const line = cronLines(said, times, { 'restore-test': 1, drill: 1 }).find(({ text }) => text.startsWith(`Crons: /api/cron/${cron}:`));
    expect(line?.mark).toBe(mark);
    expect(line?.text.includes('See why: its schedule')).toBe(mark === 'warn');
  });

  test('that a daily cron which a plan waits for was never called', () => {
    expect(textOf(head({}), { 'restore-test': 1, drill: 0 }).slice(2)).toEqual([
      'warn Crons: /api/cron/restore-test: no call is recorded yet: let something call it daily (docs/deployment.md)',
      'pass Crons: /api/cron/drill: no call is recorded yet; no plan waits for it',
    ]);
  });

  test('of a state that an earlier version wrote, without callers, when the last check was', () => {
    const run = { runId: 'r', startedAt: NOW - HOUR, finishedAt: NOW - HOUR, complete: true };
    expect(textOf(head({ lastRun: run, lastComplete: run }))[0]).toBe('pass Crons: /api/cron/check: the last complete check ended 1 h ago');
  });
});

describe('doctor says of vercel.json', () => {
  const cronsAt = (...schedules: readonly string[]): string =>
    JSON.stringify({ crons: schedules.map((schedule, index) => ({ path: `/${index}`, schedule })) });
  const lineOf = (text: string, recently = false) => vercelLines(text, { recently });

  test.for([
    ['daily crons', cronsAt('17 3 * * *', '0 0 1 * *'), 'pass', 'Hobby plan takes it'],
    ['one that is hourly', cronsAt('17 3 * * *', '0 * * * *'), 'warn', '/1 run more often than daily'],
    ['one that runs twice a day', cronsAt('0 3,15 * * *'), 'warn', "Vercel's Hobby plan refuses the deployment"],
    ['one that runs twice on Mondays alone', cronsAt('0 3,15 * * 1'), 'warn', '/0 run more often'],
    ['no crons', '{}', 'pass', 'has no crons'],
    ['what is no expression', cronsAt('every hour'), 'fail', 'the schedule of /0, "every hour", is no cron expression'],
    ['six fields', cronsAt('0 0 3 * * *'), 'fail', 'is no cron expression'],
    ['no JSON', 'crons:', 'fail', 'is no JSON'],
    ['crons of another form', '{"crons":{"a":1}}', 'fail', 'is no JSON with'],
  ] as const)('with %s', ([, text, mark, words]) => {
    expect(lineOf(text)).toEqual([{ mark, text: expect.stringContaining(words) }]);
  });

  test('that it works where something calls already', () => {
    expect(lineOf(cronsAt('*/5 * * * *'), true)).toEqual([{ mark: 'pass', text: expect.stringContaining("takes Vercel's Pro plan") }]);
  });
});

describe('doctor says of versions', () => {
  const wanted = { node: '24.x', next: '16.4.6' };

  test.for([
    ['what package.json asks for', { node: '24.1.0', next: '16.4.6' }, ['pass', 'pass']],
    ['an older Node', { node: '22.12.0', next: '16.4.6' }, ['fail', 'pass']],
    ['a newer Node', { node: '25.0.0', next: '16.4.6' }, ['warn', 'pass']],
    ['another Next', { node: '24.1.0', next: '16.4.5' }, ['pass', 'fail']],
    ['no Next', { node: '24.1.0', next: null }, ['pass', 'fail']],
  ] as const)('%s', ([, has, marks]) => {
    expect(versionLines(has, wanted).map(({ mark }) => mark)).toEqual(marks);
  });
});
