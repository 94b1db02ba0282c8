import { describe, expect, test } from 'vitest';
import type { Config } from '../../../lib/config/policy/define-config.ts';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { ClusterFacts, Snapshot } from '../../../lib/domain/facts/facts.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { event, type Look, NOW, once, schedule, snapshot, inWords, UNREAD, watcher } from '../../support/facts.ts';

const check = 'rpo';
const WITHOUT_PITR: Config = { pitr: { wanted: false } };
const pitrOff: Partial<ClusterFacts> = { pitEnabled: known(false, NOW) };

function having(list: readonly Snapshot[], changes: Partial<ClusterFacts> = {}): Look {
  return { cluster: { snapshots: known(list, NOW), ...changes } };
}

describe('rpo: exposure without PITR, on a six-hourly schedule', () => {
  const after = (age: number): Look => having([snapshot(NOW - age)], pitrOff);
  test.for<[string, Look, string]>([
    ['an hour', after(HOUR), 'ok'],
    ['exactly interval + grace', after(8 * HOUR), 'ok'],
    ['1 ms under interval + grace', after(8 * HOUR - 1), 'ok'],
    ['1 ms over interval + grace', after(8 * HOUR + 1), 'failing warning'],
    ['exactly twice interval + grace', after(16 * HOUR), 'failing warning'],
    ['1 ms over twice interval + grace', after(16 * HOUR + 1), 'failing critical'],
    ['over a day, explained by backup-age', after(24 * HOUR + 1), 'failing critical (backup-age)'],
    ['while the snapshots cannot be read', { cluster: { ...pitrOff, snapshots: UNREAD } }, 'unknown'],
    ['while the schedule cannot be read', { cluster: { ...pitrOff, schedule: UNREAD } }, 'unknown'],
    ['while only the events cannot be read', { ...after(HOUR), project: { events: UNREAD } }, 'ok'],
    ['of a paused cluster', having([snapshot(NOW - 3 * DAY)], { paused: known(true, NOW) }), 'exempt'],
    [
      'while backups are off, explained by backup-off',
      having([snapshot(NOW - 10 * HOUR)], { ...pitrOff, backupEnabled: known(false, NOW) }),
      'failing warning (backup-off)',
    ],
    ['of a young cluster without a snapshot', having([], { ...pitrOff, createdAt: known(NOW - 7 * HOUR, NOW) }), 'ok'],
    ['without any snapshot, explained by backup-age', having([], pitrOff), 'failing critical (backup-age)'],
    [
      'while a snapshot without its time may be newer',
      having([snapshot(NOW - 9 * HOUR), snapshot(NOW - HOUR, { createdAt: null })], pitrOff),
      'unknown',
    ],
    ['while neither a snapshot nor the creation is known', having([], { ...pitrOff, createdAt: UNREAD }), 'unknown'],
    ['over interval + grace on a sharded cluster', having([snapshot(NOW - 9 * HOUR)], { ...pitrOff, kind: 'sharded' }), 'failing warning'],
  ])('%s: $2', ([, look, verdict]) => expect(inWords(once(look, WITHOUT_PITR).finding(check))).toBe(verdict));

  test('is never critical if the policy says that a day is enough', () =>
    expect(inWords(once(after(20 * HOUR), { ...WITHOUT_PITR, rpo: { dayIsEnough: true } }).finding(check))).toBe('failing warning'));

  test('is not evaluated right after a pause', () => {
    const monitor = watcher(WITHOUT_PITR);
    monitor.look({ at: NOW - HOUR, ...having([snapshot(NOW - 3 * DAY)], { ...pitrOff, paused: known(true, NOW) }) });
    expect(inWords(monitor.look(having([snapshot(NOW - 3 * DAY)], pitrOff)).finding(check))).toBe('ok');
  });
});

describe('rpo: exposure with PITR, held against an RPO of an hour', () => {
  test.for<[string, Look, string]>([
    ['while the window reaches the present, however old the snapshot', having([snapshot(NOW - 23 * HOUR)]), 'ok'],
    ['exactly an hour behind', { events: [event('CPS_OPLOG_BEHIND', NOW - HOUR)], ...having([snapshot(NOW - 5 * HOUR)]) }, 'ok'],
    [
      '1 ms over an hour behind, explained by pitr-gap',
      { events: [event('CPS_OPLOG_BEHIND', NOW - HOUR - 1)], ...having([snapshot(NOW - 5 * HOUR)]) },
      'failing warning (pitr-gap)',
    ],
    [
      'over two hours behind, explained by pitr-gap',
      { events: [event('CPS_OPLOG_BEHIND', NOW - 2 * HOUR - 1)], ...having([snapshot(NOW - 5 * HOUR)]) },
      'failing critical (pitr-gap)',
    ],
    ['while PITR is off, explained by pitr-gap', having([snapshot(NOW - 5 * HOUR)], pitrOff), 'failing critical (pitr-gap)'],
    ['while PITR is off and the snapshot an hour old', having([snapshot(NOW - HOUR)], pitrOff), 'ok'],
    [
      'after a restore into the cluster, explained by pitr-break',
      { events: [event('CPS_RESTORE_SUCCESSFUL', NOW - 90 * MINUTE)], ...having([snapshot(NOW - 5 * HOUR)]) },
      'failing warning (pitr-break)',
    ],
    ['while the events cannot be read', { project: { events: UNREAD } }, 'unknown'],
    ['while Atlas does not say whether PITR is on', { cluster: { pitEnabled: UNREAD } }, 'unknown'],
    ['of 20 hours on a flex cluster', having([snapshot(NOW - 20 * HOUR)], { kind: 'flex', schedule: known(null, NOW) }), 'ok'],
    [
      'over a day and the grace on a flex cluster, explained by backup-age',
      having([snapshot(NOW - 27 * HOUR)], { kind: 'flex', schedule: known(null, NOW) }),
      'failing warning (backup-age)',
    ],
    ['of an exempt cluster', having([], { tags: { 'restorewatch-exempt': 'a sandbox' } }), 'exempt'],
    ['of a young cluster', having([], { createdAt: known(NOW - 3 * HOUR, NOW) }), 'ok'],
  ])('%s: $2', ([, look, verdict]) => expect(inWords(once(look).finding(check))).toBe(verdict));

  test('is not evaluated after PITR is switched on, until the first snapshot of its window is due', () => {
    const monitor = watcher();
    const old = [snapshot(NOW - 4 * HOUR)];
    monitor.look({ at: NOW - HOUR, ...having(old, pitrOff) });
    expect(inWords(monitor.look(having(old)).finding(check))).toBe('ok');
    expect(inWords(monitor.look({ at: NOW + 8 * HOUR, ...having(old) }).finding(check))).toBe('failing critical');
  });
});

test('rpo: a young cluster has the verdict ok on the page', () =>
  expect(once(having([], { createdAt: known(NOW - 3 * HOUR, NOW) })).row().verdict).toBe('ok'));

test('rpo: a schedule of one item a week is evaluated by that week', () => {
  const weekly = { schedule: known(schedule({ items: [{ frequency: 'weekly', interval: 6, retentionDays: 28 }] }), NOW) };
  const finding = once(having([snapshot(NOW - 3 * DAY)], { ...pitrOff, ...weekly }), WITHOUT_PITR).finding(check);
  expect(inWords(finding)).toBe('ok');
  expect(finding?.summary).toContain('a snapshot every 7 d (grace 2 h)');
});
