import { describe, expect, test } from 'vitest';
import type { Config } from '../../lib/config/policy.ts';
import { known } from '../../lib/domain/fact.ts';
import type { ClusterFacts, Snapshot } from '../../lib/domain/facts.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { event, type Look, NOW, once, schedule, snapshot, told, UNREAD, watcher } from '../support/facts.ts';

const check = 'rpo';
const WITHOUT_PITR: Config = { pitr: { wanted: false } };
const pitrOff: Partial<ClusterFacts> = { pitEnabled: known(false, NOW) };

function having(list: readonly Snapshot[], changes: Partial<ClusterFacts> = {}): Look {
  return { cluster: { snapshots: known(list, NOW), ...changes } };
}

describe('where PITR is not wanted and the schedule is shorter than a day, exposure speaks alone', () => {
  const after = (age: number): Look => having([snapshot(NOW - age)], pitrOff);
  test.for<[string, Look, string]>([
    ['ok with a snapshot an hour old', after(HOUR), 'ok'],
    ['ok at exactly interval + grace', after(8 * HOUR), 'ok'],
    ['ok 1 ms before', after(8 * HOUR - 1), 'ok'],
    ['a warning 1 ms later', after(8 * HOUR + 1), 'failing warning'],
    ['a warning at exactly twice that', after(16 * HOUR), 'failing warning'],
    ['critical 1 ms later', after(16 * HOUR + 1), 'failing critical'],
    ['said by backup-age once that fails', after(24 * HOUR + 1), 'failing critical (backup-age)'],
    ['unknown where the snapshots are', { cluster: { ...pitrOff, snapshots: UNREAD } }, 'unknown'],
    ['unknown where the schedule is', { cluster: { ...pitrOff, schedule: UNREAD } }, 'unknown'],
    ['judged all the same where only events are unread', { ...after(HOUR), project: { events: UNREAD } }, 'ok'],
    ['not asked of a paused cluster', having([snapshot(NOW - 3 * DAY)], { paused: known(true, NOW) }), 'exempt'],
    [
      'said by backup-off where backups are off',
      having([snapshot(NOW - 10 * HOUR)], { ...pitrOff, backupEnabled: known(false, NOW) }),
      'failing warning (backup-off)',
    ],
    ['not held against a young cluster', having([], { ...pitrOff, createdAt: known(NOW - 7 * HOUR, NOW) }), 'ok'],
    ['said by backup-age where there never was one', having([], pitrOff), 'failing critical (backup-age)'],
    [
      'unknown where a newer one may be hidden',
      having([snapshot(NOW - 9 * HOUR), snapshot(NOW - HOUR, { createdAt: null })], pitrOff),
      'unknown',
    ],
    ['unknown where neither a snapshot nor the creation is known', having([], { ...pitrOff, createdAt: UNREAD }), 'unknown'],
    ['the same for a sharded cluster', having([snapshot(NOW - 9 * HOUR)], { ...pitrOff, kind: 'sharded' }), 'failing warning'],
  ])('%s', ([, look, verdict]) => expect(told(once(look, WITHOUT_PITR).finding(check))).toBe(verdict));

  test('but never critical where policy says that a day is enough', () =>
    expect(told(once(after(20 * HOUR), { ...WITHOUT_PITR, rpo: { dayIsEnough: true } }).finding(check))).toBe('failing warning'));

  test('and not of a cluster that has just resumed', () => {
    const monitor = watcher(WITHOUT_PITR);
    monitor.look({ at: NOW - HOUR, ...having([snapshot(NOW - 3 * DAY)], { ...pitrOff, paused: known(true, NOW) }) });
    expect(told(monitor.look(having([snapshot(NOW - 3 * DAY)], pitrOff)).finding(check))).toBe('ok');
  });
});

describe('where PITR is wanted, it is against the RPO of an hour', () => {
  test.for<[string, Look, string]>([
    ['ok while the window reaches the present, however old the snapshot', having([snapshot(NOW - 23 * HOUR)]), 'ok'],
    ['ok at exactly an hour behind', { events: [event('CPS_OPLOG_BEHIND', NOW - HOUR)], ...having([snapshot(NOW - 5 * HOUR)]) }, 'ok'],
    [
      'said by pitr-gap 1 ms later',
      { events: [event('CPS_OPLOG_BEHIND', NOW - HOUR - 1)], ...having([snapshot(NOW - 5 * HOUR)]) },
      'failing warning (pitr-gap)',
    ],
    [
      'said by pitr-gap over twice that',
      { events: [event('CPS_OPLOG_BEHIND', NOW - 2 * HOUR - 1)], ...having([snapshot(NOW - 5 * HOUR)]) },
      'failing critical (pitr-gap)',
    ],
    ['said by pitr-gap where PITR is off', having([snapshot(NOW - 5 * HOUR)], pitrOff), 'failing critical (pitr-gap)'],
    ['ok where PITR is off and the snapshot fresh', having([snapshot(NOW - HOUR)], pitrOff), 'ok'],
    [
      'said by pitr-break after a restore into the cluster',
      { events: [event('CPS_RESTORE_SUCCESSFUL', NOW - 90 * MINUTE)], ...having([snapshot(NOW - 5 * HOUR)]) },
      'failing warning (pitr-break)',
    ],
    ['unknown where the events are', { project: { events: UNREAD } }, 'unknown'],
    ['unknown where PITR is', { cluster: { pitEnabled: UNREAD } }, 'unknown'],
    [
      'ok for a flex cluster of 20 hours: a day and the grace',
      having([snapshot(NOW - 20 * HOUR)], { kind: 'flex', schedule: known(null, NOW) }),
      'ok',
    ],
    [
      'a warning for a flex cluster over that, said by backup-age',
      having([snapshot(NOW - 27 * HOUR)], { kind: 'flex', schedule: known(null, NOW) }),
      'failing warning (backup-age)',
    ],
    ['not asked of an exempt cluster', having([], { tags: { 'restorable-exempt': 'a sandbox' } }), 'exempt'],
    ['ok for a young cluster', having([], { createdAt: known(NOW - 3 * HOUR, NOW) }), 'ok'],
  ])('%s', ([, look, verdict]) => expect(told(once(look).finding(check))).toBe(verdict));

  test('PITR switched on waits for the snapshot that its window begins with, and wakes nobody meanwhile', () => {
    const monitor = watcher();
    const old = [snapshot(NOW - 4 * HOUR)];
    monitor.look({ at: NOW - HOUR, ...having(old, pitrOff) });
    expect(told(monitor.look(having(old)).finding(check))).toBe('ok');
    expect(told(monitor.look({ at: NOW + 8 * HOUR, ...having(old) }).finding(check))).toBe('failing critical');
  });
});

test('a young cluster is green as a whole', () =>
  expect(once(having([], { createdAt: known(NOW - 3 * HOUR, NOW) })).row().verdict).toBe('ok'));

test('a schedule of one item a week is judged by that week', () => {
  const weekly = { schedule: known(schedule({ items: [{ frequency: 'weekly', interval: 6, retentionDays: 28 }] }), NOW) };
  const finding = once(having([snapshot(NOW - 3 * DAY)], { ...pitrOff, ...weekly }), WITHOUT_PITR).finding(check);
  expect(told(finding)).toBe('ok');
  expect(finding?.summary).toContain('a snapshot every 7 d (grace 2 h)');
});
