import { describe, expect, test } from 'vitest';
import { maintenanceWindow, openTimes, openWindow, proofTimes } from '../../../lib/config/policy/maintenance-windows.ts';
import { defineConfig, type Config } from '../../../lib/config/policy/define-config.ts';
import { HOUR, type Instant, MINUTE } from '../../../lib/domain/time.ts';

type Window = NonNullable<Config['maintenance']>[number];
const NIGHTLY: Window = { cluster: 'orders', cron: '0 2 * * *', timeZone: 'Europe/Berlin', minutes: 60, why: 'nightly resize' };

function at(moment: string): Instant {
  return Date.parse(moment);
}

function until(moment: string | Instant, changes: Partial<Window> = {}): string | null {
  const end = openWindow({ ...NIGHTLY, ...changes }).activeUntil(typeof moment === 'string' ? at(moment) : moment);
  return end === null ? null : new Date(end).toISOString();
}

describe('a maintenance window', () => {
  const start = at('2026-11-22T01:00:00Z');
  test.for([
    [-1, null],
    [0, '2026-11-22T02:00:00.000Z'],
    [500, '2026-11-22T02:00:00.000Z'],
    [HOUR - 1, '2026-11-22T02:00:00.000Z'],
    [HOUR, null],
    [HOUR + 500, null],
  ] as const)('of an hour from two o’clock in a Berlin winter, %i ms after two, is open until %s (null: it is not open)', ([after, end]) =>
    expect(until(start + after)).toBe(end),
  );

  test('begins at two o’clock in summer too, an hour earlier in UTC', () => {
    expect(until('2026-07-01T00:00:00Z')).toBe('2026-07-01T01:00:00.000Z');
    expect(until('2026-07-01T01:00:00Z')).toBeNull();
  });

  test('keeps what it matches and its reason', () =>
    expect(openWindow(NIGHTLY)).toMatchObject({ match: { cluster: 'orders' }, why: 'nightly resize' }));

  test('may be longer than the time between two of them, and then never ends', () => {
    for (let hour = 0; hour < 48; hour += 1) expect(until(at('2026-11-22T00:30:00Z') + hour * HOUR, { minutes: 25 * 60 })).not.toBeNull();
  });

  test('on weekdays alone leaves the weekend out', () => {
    expect(until('2026-11-20T01:30:00Z', { cron: '0 2 * * 1-5' })).not.toBeNull();
    expect(until('2026-11-21T01:30:00Z', { cron: '0 2 * * 1-5' })).toBeNull();
  });

  test('over midnight holds on both sides of it', () => {
    const late = { cron: '30 23 * * *', timeZone: 'UTC' };
    expect([until('2026-11-22T23:45:00Z', late), until('2026-11-23T00:15:00Z', late), until('2026-11-23T00:30:00Z', late)]).toEqual([
      '2026-11-23T00:30:00.000Z',
      '2026-11-23T00:30:00.000Z',
      null,
    ]);
  });
});

describe('when the clocks change in Berlin', () => {
  /** The minutes of one UTC day in which the window holds. */
  function minutesHeld(day: string, changes: Partial<Window>): number {
    const { activeUntil } = openWindow({ ...NIGHTLY, ...changes });
    return Array.from({ length: 24 * 60 }, (_, minute) => activeUntil(at(`${day}T00:00:00Z`) + minute * MINUTE)).filter(
      (end) => end !== null,
    ).length;
  }

  test('a window on the day without two o’clock (29 March 2026) comes once, for its whole length, as soon as the clock has jumped past it', () => {
    expect(minutesHeld('2026-03-29', { cron: '30 2 * * *' })).toBe(60);
    expect(until('2026-03-29T01:30:00Z', { cron: '30 2 * * *' })).toBe('2026-03-29T02:00:00.000Z');
  });

  test('a window on the day with two o’clock twice (25 October 2026) comes once', () => {
    expect(minutesHeld('2026-10-25', { cron: '30 2 * * *' })).toBe(60);
  });

  test.for([
    ['2026-03-28T23:30:00Z', '2026-03-29T03:30:00.000Z'],
    ['2026-03-29T03:29:59Z', '2026-03-29T03:30:00.000Z'],
    ['2026-03-29T03:30:00Z', null],
    ['2026-10-24T22:30:00Z', '2026-10-25T02:30:00.000Z'],
    ['2026-10-25T02:29:59Z', '2026-10-25T02:30:00.000Z'],
    ['2026-10-25T02:30:00Z', null],
  ] as const)('one of four hours from half past midnight lasts four hours, not three or five: %s', ([moment, end]) =>
    expect(until(moment, { cron: '30 0 * * *', minutes: 240 })).toBe(end),
  );

  test('the days before and after have their usual window', () => {
    for (const day of ['2026-03-28', '2026-03-30', '2026-10-24', '2026-10-26']) expect(minutesHeld(day, { cron: '30 2 * * *' })).toBe(60);
  });
});

describe('a malformed maintenance window is refused', () => {
  test.for([
    ['an expression that is none', { cron: 'every day' }, 'is no cron expression'],
    ['an hour that is none', { cron: '0 25 * * *' }, 'is no cron expression'],
    ['a day that never comes', { cron: '0 0 30 2 *' }, 'is no cron expression'],
    ['an expression that is empty', { cron: '' }, 'is no cron expression'],
    ['a time zone that is none', { timeZone: 'Mars/Olympus' }, 'is no time zone'],
    ['no length', { minutes: 0 }, 'minutes'],
    ['a length of more than a week', { minutes: 7 * 24 * 60 + 1 }, 'minutes'],
    ['no reason', { why: '' }, 'say why'],
    ['no match', { cluster: undefined }, 'name a project, cluster, check or priority'],
    ['a check that is none', { check: 'backup' }, 'check'],
    ['another key', { until: 'tomorrow' }, 'until'],
  ] as const)('%s', ([, changes, words]) => {
    const parsed = maintenanceWindow.safeParse({ ...NIGHTLY, ...changes });
    expect(parsed.success ? 'taken' : JSON.stringify(parsed.error.issues)).toContain(words);
  });

  test('with its path in restorewatch.config.ts', () =>
    expect(() => defineConfig({ maintenance: [{ ...NIGHTLY, timeZone: 'Mars' }] })).toThrow('maintenance.0.timeZone: is no time zone'));
});

describe('the times of the alert path’s proof', () => {
  test('the first after a moment', () => {
    const next = openTimes({ cron: '0 10 * * 1', timeZone: 'Europe/Berlin' });
    expect(next(at('2026-11-22T12:00:00Z'))).toBe(at('2026-11-23T09:00:00Z'));
    expect(next(at('2026-11-23T09:00:00Z'))).toBe(at('2026-11-30T09:00:00Z'));
  });

  test('are refused like a window’s', () => expect(proofTimes.safeParse({ cron: 'x', timeZone: 'y' }).success).toBe(false));
});
