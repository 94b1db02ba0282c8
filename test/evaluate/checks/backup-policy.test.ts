import { describe, expect, test } from 'vitest';
import type { Config } from '../../../lib/config/policy/define-config.ts';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { AtlasEvent, PolicyItem, Schedule } from '../../../lib/domain/facts/facts.ts';
import type { Finding } from '../../../lib/domain/findings/finding.ts';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import {
  cluster,
  event,
  factsOf,
  inWords,
  type Look,
  NOW,
  once,
  project,
  schedule,
  UNREAD,
  type Watcher,
  watcher,
} from '../../support/facts.ts';

const HOURLY: PolicyItem = { frequency: 'hourly', interval: 6, retentionDays: 7 };
const EDITED = 'CPS_SNAPSHOT_SCHEDULE_UPDATED_AUDIT';

function daily(days: number | null): PolicyItem {
  return { frequency: 'daily', interval: 1, retentionDays: days };
}

function onDemand(days: number | null): PolicyItem {
  return { frequency: 'ondemand', interval: 1, retentionDays: days };
}

function dailyFor(unit: 'days' | 'weeks' | 'months' | 'years', value: number): PolicyItem {
  return { frequency: 'daily', interval: 1, retentionDays: 0, retention: { unit, value } };
}

function looking(changes: Partial<Schedule>, look: Look = {}): Look {
  return { ...look, cluster: { ...look.cluster, schedule: known(schedule(changes), NOW) } };
}

function withItems(...items: readonly PolicyItem[]): Look {
  return looking({ items });
}

const EMPTY = looking({ items: [onDemand(90)], nextSnapshotAt: null });

/** The looks one after the other, an hour apart unless one says when; the last is evaluated. */
function last(looks: readonly Look[], config: Config = {}): Finding | undefined {
  const { look } = watcher(config);
  return looks.map((one, index) => look({ at: NOW + index * HOUR, ...one }).finding('backup-policy')).at(-1);
}

describe('backup-policy at the first check', () => {
  test.for<[string, Look, string, Config?]>([
    ['a schedule that keeps what was promised is ok', {}, 'ok'],
    ['daily snapshots kept exactly 30 days are ok', withItems(daily(30)), 'ok'],
    ['daily snapshots kept 29 days were never kept longer: info', withItems(HOURLY, daily(29)), 'failing info'],
    ['six-hourly snapshots kept 30 days are daily ones too', withItems({ ...HOURLY, retentionDays: 30 }), 'ok'],
    ['weekly snapshots alone are none a day', withItems({ frequency: 'weekly', interval: 6, retentionDays: 365 }), 'failing info'],
    ['a restore window of exactly 7 days is ok', looking({ restoreWindowDays: 7 }), 'ok'],
    ['a restore window of 6 days is info', looking({ restoreWindowDays: 6 }), 'failing info'],
    [
      'a restore window means nothing while PITR is off',
      looking({ restoreWindowDays: 1 }, { cluster: { pitEnabled: known(false, NOW) } }),
      'ok',
    ],
    ['a restore window means nothing where policy wants no PITR', looking({ restoreWindowDays: 1 }), 'ok', { pitr: { wanted: false } }],
    ['on-demand snapshots kept exactly 90 days are ok', withItems(daily(30), onDemand(90)), 'ok'],
    ['on-demand snapshots kept 89 days are info', withItems(daily(30), onDemand(89)), 'failing info'],
    ['a schedule without an item for on-demand snapshots breaks no promise', withItems(daily(30)), 'ok'],
    ['a month is as short as February', withItems(dailyFor('months', 1)), 'failing info'],
    ['two months are longer than 30 days', withItems(dailyFor('months', 2)), 'ok'],
    ['four weeks are 28 days', withItems(dailyFor('weeks', 4)), 'failing info'],
    ['five weeks are 35 days', withItems(dailyFor('weeks', 5)), 'ok'],
    ['a year is long enough', withItems(dailyFor('years', 1)), 'ok'],
    ['a policy that promises less is kept by 29 days', withItems(daily(29)), 'ok', { backupPolicy: { dailyDays: 29 } }],
    [
      'a policy that promises nothing is kept by a weekly schedule',
      withItems({ frequency: 'weekly', interval: 6, retentionDays: 28 }),
      'ok',
      { backupPolicy: { dailyDays: 0 } },
    ],
    ['an empty schedule is unknown', EMPTY, 'unknown'],
    ['a schedule without its next snapshot is unknown', looking({ nextSnapshotAt: null }), 'unknown'],
    ['a schedule that cannot be read is unknown', { cluster: { schedule: UNREAD } }, 'unknown'],
    ['no schedule, and backups that are not off, is unknown', { cluster: { schedule: known(null, NOW) } }, 'unknown'],
    ['a retention that Atlas does not say is unknown', withItems(daily(null)), 'unknown'],
    ['one that Atlas does not say beside one that is long enough is ok', withItems(daily(null), { ...HOURLY, retentionDays: 30 }), 'ok'],
    ['a window that Atlas does not say is unknown', looking({ restoreWindowDays: null }), 'unknown'],
    ['a window is unknown while Atlas does not say whether PITR is on', { cluster: { pitEnabled: UNREAD } }, 'unknown'],
    ['a paused cluster is exempt', { cluster: { ...EMPTY.cluster, paused: known(true, NOW) } }, 'exempt'],
    ['a cluster with backups off is exempt', { cluster: { schedule: known(null, NOW), backupEnabled: known(false, NOW) } }, 'exempt'],
    ['a flex cluster is exempt', { cluster: { kind: 'flex', schedule: known(null, NOW) } }, 'exempt'],
    [
      'a new cluster with Atlas’s own default is info',
      { cluster: { createdAt: known(NOW - MINUTE, NOW), ...withItems(HOURLY, daily(7)).cluster } },
      'failing info',
    ],
  ])('%s', ([, look, verdict, config = {}]) => expect(inWords(once(look, config).finding('backup-policy'))).toBe(verdict));

  test('an M0 cluster, which has no backups, has no finding', () => {
    expect(once({ cluster: { kind: 'free', schedule: known(null, NOW) } }).finding('backup-policy')).toBeUndefined();
  });
});

describe('a schedule without an item that takes snapshots', () => {
  test.for<[string, readonly Look[], string]>([
    ['is unknown for 9 min 59 s', [{}, EMPTY, { ...EMPTY, at: NOW + HOUR + 10 * MINUTE - 1 }], 'unknown'],
    ['is critical at the next check at least 10 min later', [{}, EMPTY, { ...EMPTY, at: NOW + HOUR + 10 * MINUTE }], 'failing critical'],
    ['is critical also if it was never seen otherwise', [EMPTY, EMPTY], 'failing critical'],
    ['is critical also if the first check that saw it was cut off', [{}, { ...EMPTY, complete: false }, EMPTY], 'failing critical'],
    ['that is back at the next check is nothing', [{}, EMPTY, {}], 'ok'],
    ['that is empty again later begins anew', [{}, EMPTY, {}, EMPTY], 'unknown'],
    ['that is empty again after a check that was cut off begins anew', [{}, EMPTY, { complete: false }, EMPTY], 'unknown'],
    [
      'that is empty wakes nobody during a pause',
      [{}, EMPTY, EMPTY, { cluster: { ...EMPTY.cluster, paused: known(true, NOW) } }],
      'exempt',
    ],
    [
      'that is empty when a pause ends begins anew',
      [{}, EMPTY, { cluster: { ...EMPTY.cluster, paused: known(true, NOW) } }, EMPTY],
      'unknown',
    ],
    ['that cannot be read is unknown', [{}, EMPTY, { cluster: { schedule: UNREAD } }], 'unknown'],
  ])('%s', ([, looks, verdict]) => expect(inWords(last(looks))).toBe(verdict));

  test('says since when, who did it, and what it was', () => {
    const events = [event(EDITED, NOW + 50 * MINUTE, { clusterId: null, clusterName: null, actor: 'API key abcd, 203.0.113.7' })];
    const finding = last([{}, EMPTY, { ...EMPTY, events }]);
    expect(finding?.summary).toBe(
      'the backup schedule has no item that takes snapshots, so that Atlas takes none; by API key abcd, 203.0.113.7 at 2026-11-22T12:50:00Z',
    );
    expect(finding?.evidence).toEqual([
      ['changed', 'between 2026-11-22T12:00:00Z and 2026-11-22T13:00:00Z'],
      ['by', 'API key abcd, 203.0.113.7 at 2026-11-22T12:50:00Z'],
      ['schedule before', 'hourly, every 6 hours, kept 7 days; daily, kept 30 days'],
    ]);
  });
});

describe('a promise that was kept', () => {
  const WEAK = withItems(HOURLY, daily(29));

  test.for<[string, readonly Look[], string, Config?]>([
    ['and is not any more: warning', [{}, WEAK], 'failing warning'],
    ['stays a warning while it is not', [{}, WEAK, WEAK], 'failing warning'],
    ['by a day of the restore window', [{}, looking({ restoreWindowDays: 6 })], 'failing warning'],
    ['by a day of on-demand snapshots', [withItems(daily(30), onDemand(90)), withItems(daily(30), onDemand(89))], 'failing warning'],
    ['and is kept by other items is ok', [{}, withItems({ ...HOURLY, retentionDays: 30 })], 'ok'],
    ['and is kept better is ok', [{}, withItems(daily(31)), looking({ restoreWindowDays: 8 })], 'ok'],
    ['is broken where a check that was cut off sees it', [{}, { ...WEAK, complete: false }], 'failing warning'],
    ['was not seen kept if the check was cut off', [{ complete: false }, WEAK], 'failing info'],
    ['ends when it is kept again', [{}, WEAK, {}], 'ok'],
    ['is not weakened while it is kept for fewer days than before', [withItems(daily(60)), withItems(daily(40))], 'ok'],
    [
      'and was raised by policy only is info',
      [withItems(daily(30)), withItems(daily(30))],
      'failing info',
      { backupPolicy: { dailyDays: 60 } },
    ],
    ['is unknown where Atlas does not say', [{}, withItems(HOURLY, daily(null))], 'unknown'],
    ['stays broken through a check that cannot say', [{}, WEAK, withItems(daily(null)), WEAK], 'failing warning'],
    ['is not asked of a paused cluster', [{}, { cluster: { ...WEAK.cluster, paused: known(true, NOW) } }], 'exempt'],
    ['stays broken through a pause', [{}, WEAK, { cluster: { ...WEAK.cluster, paused: known(true, NOW) } }], 'failing warning'],
    ['is kept again during a pause', [{}, WEAK, { cluster: { paused: known(true, NOW) } }], 'ok'],
    ['and was weakened during a pause is a warning after it', [{}, { cluster: { paused: known(true, NOW) } }, WEAK], 'failing warning'],
    [
      'and was weakened while nothing could be read is a warning after it',
      [{}, { cluster: { schedule: UNREAD } }, WEAK],
      'failing warning',
    ],
    [
      'and comes back weaker with backups is a warning',
      [{}, { cluster: { schedule: known(null, NOW), backupEnabled: known(false, NOW) } }, WEAK],
      'failing warning',
    ],
  ])('%s', ([, looks, verdict, config = {}]) => expect(inWords(last(looks, config))).toBe(verdict));

  test('says what it was, what it is, and what the schedule was as long as it lasts', () => {
    const finding = last([{}, WEAK, WEAK]);
    expect(finding?.summary).toBe('daily snapshots are kept 29 days (before 30, promised 30)');
    expect(finding?.evidence).toEqual([
      ['daily snapshots', '30 → 29 days; promised 30'],
      ['changed', 'between 2026-11-22T12:00:00Z and 2026-11-22T13:00:00Z'],
      ['by', 'Atlas has not shown it yet; an event may come 7 h late'],
      ['schedule before', 'hourly, every 6 hours, kept 7 days; daily, kept 30 days'],
      ['schedule now', 'hourly, every 6 hours, kept 7 days; daily, kept 29 days'],
    ]);
  });
});

describe('a schedule that takes no daily snapshots any more', () => {
  const weekly = withItems({ frequency: 'weekly', interval: 6, retentionDays: 28 });

  test('says that none are taken, and not how long they are kept', () => {
    expect(last([{}, weekly])?.summary).toBe('no daily snapshots are taken (before 30 days, promised 30)');
  });

  test('says so too where it never took any', () => {
    expect(last([weekly])?.summary).toBe('no daily snapshots are taken (promised 30 days)');
  });
});

describe('who weakened a schedule', () => {
  const WEAK = withItems(HOURLY, daily(29));
  const by = (at: number, changes: Partial<AtlasEvent> = {}): AtlasEvent =>
    event(EDITED, at, { clusterId: null, clusterName: null, actor: 'intern@example.com', ...changes });
  const acted = by(NOW + 55 * MINUTE);

  test('is named at once if Atlas shows it at once', () => {
    expect(last([{}, { ...WEAK, events: [acted] }])?.summary).toContain('; by intern@example.com at 2026-11-22T12:55:00Z');
  });

  test('is counted when Atlas shows it later, so that the incident is updated', () => {
    const { look } = watcher();
    const looks: readonly Look[] = [{}, WEAK, { ...WEAK, events: [acted] }];
    const counted = looks.map((one, index) => look({ at: NOW + index * HOUR, ...one }).finding('backup-policy')?.counted);
    const words = 'daily snapshots are kept 29 days (before 30, promised 30)';
    expect(counted).toEqual([undefined, [words], [words, 'intern@example.com at 2026-11-22T12:55:00Z']]);
  });

  test('stays named when the project has forgotten the act', () => {
    const later = { ...WEAK, at: NOW + 200 * HOUR };
    expect(last([{}, { ...WEAK, events: [acted] }, later, later])?.summary).toContain('intern@example.com');
  });

  test('is nobody who acted before, or on another cluster', () => {
    const events = [by(NOW - HOUR), by(NOW + 30 * MINUTE, { clusterId: 'c2', clusterName: 'billing' })];
    expect(last([{}, { ...WEAK, events }])?.summary).not.toContain('intern');
  });

  test('a change of the compliance policy, which changes schedules, counts too', () => {
    const events = [
      event('CPS_DATA_PROTECTION_UPDATED', NOW + 55 * MINUTE, { clusterId: null, clusterName: null, actor: 'boss@example.com' }),
    ];
    expect(last([{}, { ...WEAK, events }])?.summary).toContain('by boss@example.com');
  });

  /** "orders" and "billing" of one project, both weakened by whoever `actor` is. */
  function both({ read }: Watcher, at: number, weak: boolean, events: readonly AtlasEvent[]): readonly (string | undefined)[] {
    const two = ['c1', 'c2'].map((id) => cluster(at, { id, name: id, ...(weak ? WEAK.cluster : {}) }));
    const feed = { events: known({ since: NOW - HOUR, until: at, events }, at) };
    const looked = read(factsOf([project(two, at, feed)], at));
    return ['c1', 'c2'].map((id) => looked.finding('backup-policy', id)?.summary);
  }

  test('is “perhaps” somebody while Atlas does not say on which of two clusters', () => {
    const at = watcher();
    both(at, NOW, false, []);
    const first = both(at, NOW + HOUR, true, [acted]);
    expect(first).toEqual([expect.stringContaining('perhaps intern@example.com'), expect.stringContaining('perhaps intern@example.com')]);
    // Asked by the names of the clusters, Atlas says that it was the second.
    const told = both(at, NOW + 2 * HOUR, true, [{ ...acted, clusterId: 'c2', clusterName: 'c2' }]);
    expect(told).toEqual([expect.not.stringContaining('intern'), expect.stringContaining('; by intern@example.com')]);
  });
});

test('a restore window that was weakened is not told as recovered when PITR goes off', () => {
  const weak = looking({ restoreWindowDays: 1 });
  const off = { cluster: { ...weak.cluster, pitEnabled: known(false, NOW) } };
  const ending = 'no longer asked: PITR is off, so that the restore window promises nothing';
  expect(inWords(last([{}, weak]))).toBe('failing warning');
  expect(last([{}, weak, off])).toMatchObject({ verdict: 'ok', ending });
  expect(inWords(last([{}, weak, off, weak]))).toBe('failing warning');
  expect(last([{}, weak, {}])?.ending).toBeUndefined();
});
