import { describe, expect, test } from 'vitest';
import type { Config } from '../../../lib/config/policy/define-config.ts';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { PolicyItem, Schedule, Snapshot } from '../../../lib/domain/facts/facts.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import {
  cluster,
  factsOf,
  inWords,
  type Look,
  NOW,
  once,
  project,
  schedule,
  snapshot,
  snapshots,
  UNREAD,
  unfinished,
  watcher,
} from '../../support/facts.ts';

const check = 'retention';
type Unit = NonNullable<PolicyItem['retention']>['unit'];
type Bounds = { readonly minDays?: number; readonly maxDays?: number };

function item(frequency: PolicyItem['frequency'], interval: number, value: number, unit: Unit = 'days'): PolicyItem {
  return { frequency, interval, retentionDays: null, retention: { unit, value } };
}

const SHORT = [item('hourly', 6, 7), item('daily', 1, 30)];
const ON_DEMAND = item('ondemand', 1, 5, 'years');

function promising(bounds: Bounds): Config {
  return { retention: { classes: { books: bounds }, assign: [{ cluster: 'orders', class: 'books' }] } };
}

/** The cluster with such items besides six-hourly snapshots kept for 7 days and daily ones kept for 30. */
function keeping(items: readonly PolicyItem[], changes: Partial<Schedule> = {}): Look {
  return { cluster: { schedule: known(schedule({ items: [...SHORT, ...items], ...changes }), NOW) } };
}

function listing(more: readonly Snapshot[], look: Look = {}): Look {
  return { ...look, cluster: { ...look.cluster, snapshots: known([...snapshots(NOW), ...more], NOW) } };
}

/** A snapshot of an hour ago with an expiry `after` its data time. */
function expiring(after: number, changes: Partial<Snapshot> = {}): Snapshot {
  return snapshot(NOW - HOUR, { id: 'one', expiresAt: NOW - HOUR + after, ...changes });
}

describe('retention: how long backups are kept at least', () => {
  test.for<[string, Bounds, Look, string]>([
    ['98 days hold a promise of 95', { minDays: 95 }, keeping([item('weekly', 6, 14, 'weeks')]), 'ok'],
    ['exactly the days that are promised hold', { minDays: 98 }, keeping([item('weekly', 6, 14, 'weeks')]), 'ok'],
    [
      'one day more than the days of the longest item breaks',
      { minDays: 99 },
      keeping([item('weekly', 6, 14, 'weeks')]),
      'failing warning',
    ],
    ['one day less holds', { minDays: 97 }, keeping([item('weekly', 6, 14, 'weeks')]), 'ok'],
    ['on-demand snapshots do not count', { minDays: 95 }, keeping([ON_DEMAND]), 'failing warning'],
    ['12 months are 365 days at least', { minDays: 365 }, keeping([item('monthly', 40, 12, 'months')]), 'ok'],
    ['12 months are not 366 days every time', { minDays: 366 }, keeping([item('monthly', 40, 12, 'months')]), 'failing warning'],
    ['7 years are more than 2,555 days', { minDays: 2_555 }, keeping([item('yearly', 12, 7, 'years')]), 'ok'],
    ['3 months have 89 days where February is in them', { minDays: 90 }, keeping([item('monthly', 40, 3, 'months')]), 'failing warning'],
    [
      'extra retention counts',
      { minDays: 95 },
      keeping([item('weekly', 6, 12, 'weeks')], { extraRetention: [{ frequency: 'weekly', days: 11 }] }),
      'ok',
    ],
    [
      'extra retention of another kind does not',
      { minDays: 95 },
      keeping([item('weekly', 6, 12, 'weeks')], { extraRetention: [{ frequency: 'yearly', days: 11 }] }),
      'failing warning',
    ],
    ['an item of unknown retention may hold it', { minDays: 95 }, keeping([{ ...item('weekly', 6, 1), retention: null }]), 'unknown'],
    [
      'an item of unknown retention does not matter beside one that holds it',
      { minDays: 95 },
      keeping([{ ...item('weekly', 6, 1), retention: null }, item('monthly', 40, 12, 'months')]),
      'ok',
    ],
    ['a schedule that cannot be read is unknown', { minDays: 95 }, { cluster: { schedule: UNREAD } }, 'unknown'],
    ['snapshots that cannot be read are unknown', { minDays: 95 }, { cluster: { snapshots: UNREAD } }, 'unknown'],
    [
      'a schedule without items is reported by backup-policy',
      { minDays: 95 },
      { cluster: { schedule: known(schedule({ items: [ON_DEMAND] }), NOW) } },
      'failing warning (backup-policy)',
    ],
    [
      'backups that are off are reported by backup-off',
      { minDays: 95 },
      { cluster: { schedule: known(null, NOW), backupEnabled: known(false, NOW), pitEnabled: known(false, NOW) } },
      'failing warning (backup-off)',
    ],
    [
      'a paused cluster keeps its schedule, and is judged by it',
      { minDays: 95 },
      { cluster: { paused: known(true, NOW) } },
      'failing warning',
    ],
    [
      'a cluster of an hour with the right schedule is ok',
      { minDays: 95 },
      listed([], keeping([item('weekly', 6, 14, 'weeks')]), NOW - HOUR),
      'ok',
    ],
    ['flex has no schedule', { minDays: 95 }, { cluster: { kind: 'flex', schedule: known(null, NOW) } }, 'exempt'],
  ])('%s', ([, bounds, look, verdict]) => expect(inWords(once(look, promising(bounds)).finding(check))).toBe(verdict));

  test('a cluster without a class is exempt', () => expect(inWords(once().finding(check))).toBe('exempt'));
});

function listed(list: readonly Snapshot[], look: Look, createdAt: number): Look {
  return { ...look, cluster: { ...look.cluster, snapshots: known(list, NOW), createdAt: known(createdAt, NOW) } };
}

describe('retention: how long backups are kept at most', () => {
  const max: Bounds = { minDays: 20, maxDays: 100 };
  test.for<[string, Bounds, Look, string]>([
    ['weekly snapshots kept 5 weeks hold 100 days', max, keeping([item('weekly', 6, 5, 'weeks')]), 'ok'],
    ['exactly 100 days hold', max, keeping([item('weekly', 6, 100)]), 'ok'],
    ['101 days break it', max, keeping([item('weekly', 6, 101)]), 'failing warning'],
    ['99 days hold', max, keeping([item('weekly', 6, 99)]), 'ok'],
    ['monthly snapshots kept 6 months break it', max, keeping([item('monthly', 40, 6, 'months')]), 'failing warning'],
    ['3 months may be 92 days', { minDays: 20, maxDays: 91 }, keeping([item('monthly', 40, 3, 'months')]), 'failing warning'],
    [
      'extra retention counts',
      max,
      keeping([item('weekly', 6, 99)], { extraRetention: [{ frequency: 'weekly', days: 2 }] }),
      'failing warning',
    ],
    ['the item for on-demand snapshots is no promise to keep any', max, keeping([ON_DEMAND]), 'ok'],
    ['an on-demand snapshot that expires a day late is nothing', max, listing([expiring(101 * DAY, { type: 'onDemand' })]), 'ok'],
    ['one that expires later breaks it', max, listing([expiring(101 * DAY + 1, { type: 'onDemand' })]), 'failing warning'],
    ['a fallback snapshot holds the data too', max, listing([expiring(102 * DAY, { type: 'fallback' })]), 'failing warning'],
    [
      'the provisional expiry of a running snapshot is nothing',
      max,
      listing([unfinished(NOW - MINUTE, { expiresAt: NOW + 400 * DAY })]),
      'ok',
    ],
    ['a snapshot of unknown expiry is nothing', max, listing([expiring(0, { expiresAt: null })]), 'ok'],
    ['an item of unknown retention is unknown', max, keeping([{ ...item('weekly', 6, 1), retention: null }]), 'unknown'],
    [
      'a schedule that was emptied keeps this promise',
      { maxDays: 100 },
      { cluster: { schedule: known(schedule({ items: [] }), NOW) } },
      'ok',
    ],
  ])('%s', ([, bounds, look, verdict]) => expect(inWords(once(look, promising(bounds)).finding(check))).toBe(verdict));

  test('an expiry that moves forward and back is a breach only while it lies beyond', () => {
    const { look } = watcher(promising(max));
    const verdicts = [90, 120, 90, 101, 130].map((days) => inWords(look(listing([expiring(days * DAY)])).finding(check)));
    expect(verdicts).toEqual(['ok', 'failing warning', 'ok', 'ok', 'failing warning']);
  });

  test('a hundred thousand snapshots are judged in seconds, not minutes', () => {
    const many = Array.from({ length: 100_000 }, (_, index) =>
      snapshot(NOW - index * MINUTE, { id: `m${index}`, expiresAt: NOW + 300 * DAY }),
    );
    const config = promising({ minDays: 95, maxDays: 200 });
    const begin = performance.now();
    const finding = once({ cluster: { snapshots: known(many, NOW) } }, config).finding(check);
    expect(performance.now() - begin).toBeLessThan(10_000);
    expect(finding?.summary).toContain('100000 snapshots expire later than the promised 200 days');
  });
});

describe('retention: the first day on which the promise breaks', () => {
  const summaryOf = (look: Look, bounds: Bounds): string => once(look, promising(bounds)).finding(check)?.summary ?? '';
  const weekly = [item('weekly', 6, 12, 'weeks')];
  const history = (weeks: number, keptDays: number): readonly Snapshot[] =>
    Array.from({ length: weeks }, (_, back) => {
      const at = Date.UTC(2026, 10, 21, 17) - back * 7 * DAY;
      return snapshot(at, { expiresAt: at + keptDays * DAY });
    }).filter(({ expiresAt }) => expiresAt !== null && expiresAt > NOW);

  test('is today where the history is too short already', () =>
    expect(summaryOf(listed(history(40, 84), keeping(weekly), NOW - 300 * DAY), { minDays: 95 })).toBe(
      'no item of the schedule keeps its snapshots for the promised 95 days (the longest is weekly for 12 weeks, which is 84 days): the promise of class books is broken already',
    ));

  test('is the day on which the first snapshot of a young cluster goes too early', () =>
    expect(summaryOf(listed(history(2, 84), keeping(weekly), Date.UTC(2026, 10, 12)), { minDays: 95 })).toContain('breaks on 6 Feb 2027'));

  test('is that of the first snapshot under a schedule that was cut, while those before it keep the longer expiry', () =>
    // Those listed are kept for 98 days; the next, of 28 November, goes after 84.
    expect(summaryOf(listed(history(40, 98), keeping(weekly), NOW - 300 * DAY), { minDays: 95 })).toContain('breaks on 20 Feb 2027'));

  test('is found in the year in which months are short', () =>
    expect(summaryOf(keeping([item('monthly', 40, 3, 'months')]), { minDays: 91 })).toMatch(
      /breaks on \d+ [A-Z][a-z]+ 20\d\d|broken already/,
    ));

  test('is the first on which an older snapshot than promised exists', () =>
    expect(summaryOf(keeping([item('monthly', 40, 6, 'months')]), { maxDays: 100 })).toBe(
      // Taken on 30 November 2026.
      'the schedule keeps longer than the promised 100 days: monthly for 6 months, which is 184 days: the promise of class books breaks on 10 Mar 2027',
    ));

  test('is told with how many recovery points there will be on it', () => {
    const { evidence = [] } = once(keeping([item('monthly', 40, 6, 'months')]), promising({ maxDays: 100 })).finding(check) ?? {};
    expect(Object.fromEntries(evidence)).toMatchObject({
      promise: 'class books: at most 100 days',
      schedule: 'hourly for 7 days, daily for 30 days, monthly for 6 months',
      'recovery points': expect.stringMatching(/^\d+ on 10 Mar 2027, the oldest of 30 Nov 2026$/),
    });
  });
});

describe('retention: assignments', () => {
  const assign = (entries: NonNullable<NonNullable<Config['retention']>['assign']>): Config => ({
    retention: { classes: { brief: { maxDays: 20 } }, assign: entries },
  });

  test('of contradicting classes that only a run finds on one cluster are a warning about it', () => {
    const finding = once(
      {},
      assign([
        { cluster: 'orders', class: 'user' },
        { project: 'shop', class: 'brief' },
      ]),
    ).finding(check);
    expect([inWords(finding), finding?.summary]).toEqual([
      'failing warning',
      'classes user and brief contradict each other here: keep backups for at least 90 days and at most 20 days',
    ]);
  });

  test('of several classes promise the longest minimum and the shortest maximum', () => {
    const config = assign([
      { cluster: 'orders', class: 'logs' },
      { tag: 'pii=yes', class: 'user' },
    ]);
    const tagged = (pii: string): string => inWords(once({ cluster: { tags: { pii } } }, config).finding(check));
    expect([tagged('no'), tagged('yes')]).toEqual(['ok', 'failing warning']);
  });

  test.for<[string, Look, string]>([
    ['that fits no cluster is an info about the organisation', {}, 'failing info'],
    ['that fits an exempt cluster fits', { cluster: { name: 'orderz', tags: { 'restorewatch-exempt': 'a test' } } }, 'ok'],
    ['is unknown while a listing of clusters is', { project: { flex: UNREAD } }, 'unknown'],
    ['is unknown while a run is incomplete', { complete: false }, 'unknown'],
  ])('one %s', ([, look, verdict]) => {
    expect(inWords(once(look, assign([{ cluster: 'orderz', class: 'user' }])).finding(check, null))).toBe(verdict);
  });

  test('are unknown while the projects cannot be listed', () => {
    const facts = factsOf([], NOW, { projects: UNREAD });
    expect(
      inWords(
        watcher(assign([{ cluster: 'orders', class: 'user' }]))
          .read(facts)
          .finding(check, null),
      ),
    ).toBe('unknown');
  });

  test('name what they choose', () => {
    const finding = once({}, assign([{ project: 'bank', tag: 'tier=gold', class: 'user' }])).finding(check, null);
    expect(finding?.summary).toBe('`retention.assign` fits no cluster: user to clusters of project bank with the tag tier=gold');
  });

  test('without any, nothing is said of the organisation', () => {
    const { finding } = watcher().read(factsOf([project([cluster()])]));
    expect(inWords(finding(check, null))).toBe('ok');
  });
});
