import { describe, expect, test } from 'vitest';
import type { PolicyItem, Schedule } from '../../../lib/domain/facts/facts.ts';
import { dayOf } from '../../../lib/domain/retention/calendar.ts';
import { pointsAhead, pointsByDay } from '../../../lib/domain/retention/points-ahead.ts';
import { scheduledBetween } from '../../../lib/domain/retention/schedule-moments.ts';
import { DAY, HOUR, iso } from '../../../lib/domain/time.ts';
import { NOW, snapshot } from '../../support/facts.ts';

type Kept = NonNullable<PolicyItem['retention']>;

function item(frequency: PolicyItem['frequency'], interval: number, value: number, unit: Kept['unit'] = 'days'): PolicyItem {
  return { frequency, interval, retentionDays: null, retention: { unit, value } };
}

function schedule(items: readonly PolicyItem[], changes: Partial<Schedule> = {}): Schedule {
  return { items, nextSnapshotAt: null, restoreWindowDays: 7, takenAt: 18 * HOUR, ...changes };
}

function taken(from: string, until: string, plan: Schedule): readonly string[] {
  return scheduledBetween(plan, Date.parse(from), Date.parse(until)).map(
    ({ takenAt, keptUntil }) => `${iso(takenAt)} to ${dayOf(keptUntil)}`,
  );
}

describe('what a schedule will take', () => {
  test('hourly items divide the day before and after the reference time', () => {
    const moments = scheduledBetween(schedule([item('hourly', 6, 7)]), NOW, NOW + DAY).map(({ takenAt }) => iso(takenAt).slice(5, 16));
    expect(moments).toEqual(['11-22T18:00', '11-23T00:00', '11-23T06:00', '11-23T12:00']);
  });

  test('of items that fall on one moment, the one snapshot has the longest retention', () => {
    const items = [item('hourly', 12, 7), item('daily', 1, 30), item('weekly', 6, 5, 'weeks'), item('monthly', 40, 12, 'months')];
    // 28 November 2026 is a Saturday, and 30 November the last day of the month.
    expect(taken('2026-11-27T12:00:00Z', '2026-11-30T23:00:00Z', schedule(items))).toEqual([
      '2026-11-27T18:00:00Z to 2026-12-27',
      '2026-11-28T06:00:00Z to 2026-12-05',
      '2026-11-28T18:00:00Z to 2027-01-02',
      '2026-11-29T06:00:00Z to 2026-12-06',
      '2026-11-29T18:00:00Z to 2026-12-29',
      '2026-11-30T06:00:00Z to 2026-12-07',
      '2026-11-30T18:00:00Z to 2027-11-30',
    ]);
  });

  test.for<[string, PolicyItem, readonly string[]]>([
    ['a weekly item of 7 falls on Sundays', item('weekly', 7, 4, 'weeks'), ['2026-12-06', '2026-12-13', '2026-12-20', '2026-12-27']],
    ['a weekly item of 1 falls on Mondays', item('weekly', 1, 4, 'weeks'), ['2026-12-07', '2026-12-14', '2026-12-21', '2026-12-28']],
    ['a monthly item of 15 falls on the 15th', item('monthly', 15, 1, 'months'), ['2026-12-15']],
    ['a yearly item of 12 falls on the first of December', item('yearly', 12, 1, 'years'), ['2026-12-01']],
    ['a yearly item of another month does not fall on December', item('yearly', 11, 1, 'years'), []],
    ['an on-demand item takes nothing', item('ondemand', 1, 90), []],
    ['an item of unknown retention is left out', { ...item('daily', 1, 1), retention: null }, []],
  ])('%s', ([, one, days]) => {
    const found = scheduledBetween(schedule([one]), Date.UTC(2026, 11, 1), Date.UTC(2026, 11, 31, 23));
    expect(found.map(({ takenAt }) => dayOf(takenAt))).toEqual(days);
  });

  test('extra retention of a kind is added to its own alone', () => {
    const plan = schedule([item('daily', 1, 30)], {
      extraRetention: [
        { frequency: 'daily', days: 5 },
        { frequency: 'weekly', days: 9 },
      ],
    });
    expect(taken('2026-11-27T12:00:00Z', '2026-11-27T23:00:00Z', plan)).toEqual(['2026-11-27T18:00:00Z to 2027-01-01']);
  });

  test('without a reference time the next snapshot has it, and without both it is midnight', () => {
    const { takenAt: _, ...plan } = schedule([item('daily', 1, 30)]);
    const hours = (next: number | null): readonly number[] =>
      scheduledBetween({ ...plan, nextSnapshotAt: next }, NOW, NOW + DAY).map(({ takenAt }) => (takenAt % DAY) / HOUR);
    expect([hours(NOW + 3.5 * HOUR), hours(null)]).toEqual([[15.5], [0]]);
  });
});

describe('which recovery points will exist', () => {
  const daily = schedule([item('daily', 1, 3)], { takenAt: 0 });

  test('listed ones until their expiry as listed, others as the schedule keeps them', () => {
    const listed = [
      snapshot(NOW - 2 * DAY, { expiresAt: NOW + DAY }),
      snapshot(NOW - DAY, { type: 'onDemand', expiresAt: NOW + 90 * DAY }),
    ];
    const points = pointsAhead({ schedule: daily, snapshots: listed, now: NOW, until: NOW + 10 * DAY });
    const days = pointsByDay(points, NOW, 4).map(
      ({ day, count, oldest }) => `${dayOf(day)}: ${count} from ${oldest === null ? 'none' : dayOf(oldest)}`,
    );
    expect(days).toEqual([
      '2026-11-22: 2 from 2026-11-20',
      '2026-11-23: 2 from 2026-11-21',
      '2026-11-24: 3 from 2026-11-21',
      '2026-11-25: 4 from 2026-11-21',
    ]);
  });

  test.for([
    ['a fallback snapshot', { type: 'fallback' }],
    ['a snapshot that is not completed', { status: 'inProgress' }],
    ['a snapshot without its data time', { createdAt: null }],
    ['a snapshot without its expiry', { expiresAt: null }],
    ['an expired snapshot', { expiresAt: NOW }],
    ['a snapshot that is dated ahead', { createdAt: NOW + HOUR }],
  ] as const)('%s is none of them', ([, changes]) => {
    expect(pointsAhead({ schedule: schedule([]), snapshots: [snapshot(NOW - DAY, changes)], now: NOW, until: NOW })).toEqual([]);
  });

  test('a day on which everything has gone has neither an oldest nor a newest point, and a later point counts again', () => {
    const points = [
      { takenAt: NOW, keptUntil: NOW + DAY, isScheduled: true },
      { takenAt: NOW + 3 * DAY, keptUntil: NOW + 9 * DAY, isScheduled: true },
    ];
    const days = pointsByDay(points, NOW, 4).map(({ count, oldest, newest }) => [count, oldest, newest]);
    expect(days).toEqual([
      [1, NOW, NOW],
      [0, null, null],
      [0, null, null],
      [1, NOW + 3 * DAY, NOW + 3 * DAY],
    ]);
  });

  test('the newest of a day is the last one that still exists, although a later one was taken and has gone', () => {
    const points = [
      { takenAt: NOW, keptUntil: NOW + 30 * DAY, isScheduled: true },
      { takenAt: NOW + HOUR, keptUntil: NOW + 2 * HOUR, isScheduled: true },
    ];
    expect(pointsByDay(points, NOW, 1)).toEqual([{ day: Math.floor(NOW / DAY) * DAY, count: 1, oldest: NOW, newest: NOW }]);
  });

  test('a hundred thousand snapshots and ten years of days take seconds, not minutes', () => {
    const many = Array.from({ length: 100_000 }, (_, index) =>
      snapshot(NOW - index * 60_000, { expiresAt: NOW + (index % 3_650) * DAY + HOUR }),
    );
    const begin = performance.now();
    const days = pointsByDay(pointsAhead({ schedule: daily, snapshots: many, now: NOW, until: NOW + 3_650 * DAY }), NOW, 3_650);
    expect(performance.now() - begin).toBeLessThan(10_000);
    expect(days).toHaveLength(3_650);
  });
});
