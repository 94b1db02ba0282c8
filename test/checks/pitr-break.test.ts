import { describe, expect, test } from 'vitest';
import { known } from '../../lib/domain/fact.ts';
import type { ClusterFacts } from '../../lib/domain/facts.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { event, type Look, NOW, once, schedule, snapshot, told, UNREAD, watcher } from '../support/facts.ts';

const check = 'pitr-break';
const off = { pitEnabled: known(false, NOW) };
const paused = { paused: known(true, NOW) };

function brokenFor(from: number, to: number, changes: Partial<ClusterFacts> = {}): Look {
  return { events: [event('CPS_OPLOG_BEHIND', NOW - from), event('CPS_OPLOG_CAUGHT_UP', NOW - to)], cluster: changes };
}

describe('a break', () => {
  test.for<[string, Look, string]>([
    ['is not known', {}, 'ok'],
    ['that ended in the window is a warning', brokenFor(30 * HOUR, 28 * HOUR), 'failing warning'],
    ['that ended 1 ms inside the window is a warning', brokenFor(8 * DAY, 7 * DAY - 1), 'failing warning'],
    ['that ended at the window’s edge is over', brokenFor(8 * DAY, 7 * DAY), 'ok'],
    ['that ended 1 ms outside is over', brokenFor(8 * DAY, 7 * DAY + 1), 'ok'],
    [
      'is told within the cluster’s own window',
      brokenFor(30 * HOUR, 28 * HOUR, { schedule: known(schedule({ restoreWindowDays: 1 }), NOW) }),
      'ok',
    ],
    ['is unknown where the events are', { project: { events: UNREAD } }, 'unknown'],
    ['an open gap is pitr-gap’s', { events: [event('CPS_OPLOG_BEHIND', NOW - 30 * MINUTE)] }, 'ok'],
    ['is told while paused too', brokenFor(30 * HOUR, 28 * HOUR, paused), 'failing warning'],
    ['is told of a sharded cluster', brokenFor(30 * HOUR, 28 * HOUR, { kind: 'sharded' }), 'failing warning'],
    ['is told of a young cluster', brokenFor(3 * HOUR, 2 * HOUR, { createdAt: known(NOW - 4 * HOUR, NOW) }), 'failing warning'],
    ['is not asked of flex', brokenFor(30 * HOUR, 28 * HOUR, { kind: 'flex' }), 'exempt'],
    ['is not asked where exempt', brokenFor(30 * HOUR, 28 * HOUR, { tags: { 'restorable-exempt': 'a sandbox' } }), 'exempt'],
  ])('%s', ([, look, verdict]) => expect(told(once(look).finding(check))).toBe(verdict));

  test('is told with its exact span', () =>
    expect(once(brokenFor(30 * HOUR, 28 * HOUR)).finding(check)?.summary).toBe(
      'not restorable: 2026-11-21T06:00:00Z to 2026-11-21T08:00:00Z (oplog behind, 2 h)',
    ));

  test('is counted once, however often its events are read again', () => {
    const monitor = watcher();
    monitor.look(brokenFor(30 * HOUR, 28 * HOUR));
    const again = monitor.look({ ...brokenFor(30 * HOUR, 28 * HOUR), at: NOW + HOUR });
    expect(again.memory.projects['p1']?.clusters['c1']?.breaks).toHaveLength(1);
    expect(again.finding(check)?.summary).not.toContain(';');
  });

  test('lies inside the window on the page', () =>
    expect(once(brokenFor(30 * HOUR, 28 * HOUR)).row().window).toEqual({
      from: NOW - HOUR - 26 * 6 * HOUR,
      to: NOW,
      breaks: [{ from: NOW - 30 * HOUR, to: NOW - 28 * HOUR, cause: 'oplog behind' }],
    }));

  test('an event that arrives late is not lost, although a later break was told', () => {
    const monitor = watcher();
    monitor.look(brokenFor(5 * HOUR, 4 * HOUR));
    const late = [event('CPS_OPLOG_BEHIND', NOW - 8 * HOUR), event('CPS_OPLOG_CAUGHT_UP', NOW - 7 * HOUR)];
    expect(monitor.look({ at: NOW + HOUR, events: late }).finding(check)?.summary).toContain(
      '2026-11-22T04:00:00Z to 2026-11-22T05:00:00Z',
    );
  });
});

describe('is left by', () => {
  const spanOf = (before: Partial<ClusterFacts>, during: Partial<ClusterFacts>): string | undefined => {
    const monitor = watcher();
    monitor.look({ at: NOW - 3 * HOUR, cluster: before });
    monitor.look({ at: NOW - 2 * HOUR, cluster: during });
    monitor.look({ at: NOW - HOUR, cluster: during });
    return monitor.look({ cluster: before }).finding(check)?.summary;
  };

  test('PITR off … on: from the last run that saw it on to the first that sees it on again', () =>
    expect(spanOf({}, off)).toBe('not restorable: 2026-11-22T09:00:00Z to 2026-11-22T12:00:00Z (PITR was off, 3 h)'));

  test('pause … resume', () =>
    expect(spanOf({}, paused)).toBe('not restorable: 2026-11-22T09:00:00Z to 2026-11-22T12:00:00Z (paused, 3 h)'));

  test('not by switching PITR on for the first time', () => {
    const monitor = watcher();
    monitor.look({ at: NOW - HOUR, cluster: off });
    const looked = monitor.look();
    expect(told(looked.finding(check))).toBe('ok');
    expect(looked.row().window).toBeNull();
  });

  test('not by a reading that failed', () => {
    const monitor = watcher();
    monitor.look({ at: NOW - 2 * HOUR });
    monitor.look({ at: NOW - HOUR, cluster: { pitEnabled: UNREAD, paused: UNREAD } });
    expect(told(monitor.look().finding(check))).toBe('ok');
  });

  const restored = [event('CPS_RESTORE_REQUESTED_AUDIT', NOW - 3 * HOUR), event('CPS_RESTORE_SUCCESSFUL', NOW - 2 * HOUR)];
  const until = (...at: readonly number[]): Partial<ClusterFacts> => ({
    snapshots: known(
      at.map((moment) => snapshot(moment)),
      NOW,
    ),
  });

  test('a restore into the cluster, from its request to the first completed snapshot after it', () =>
    expect(once({ events: restored, cluster: until(NOW - 9 * HOUR, NOW - HOUR, NOW - MINUTE) }).finding(check)?.summary).toBe(
      'not restorable: 2026-11-22T09:00:00Z to 2026-11-22T11:00:00Z (restore into the cluster, 2 h)',
    ));

  test('a restore that no snapshot has followed yet', () =>
    expect(once({ events: restored, cluster: until(NOW - 9 * HOUR, NOW - 150 * MINUTE) }).finding(check)?.summary).toContain(
      '2026-11-22T09:00:00Z until the next completed snapshot',
    ));

  test('a restore that failed half-way', () =>
    expect(told(once({ events: [event('CPS_RESTORE_FAILED', NOW - 2 * HOUR)], cluster: until(NOW - HOUR) }).finding(check))).toBe(
      'failing warning',
    ));
});
