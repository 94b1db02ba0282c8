import { describe, expect, test } from 'vitest';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { ClusterFacts } from '../../../lib/domain/facts/facts.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { event, type Look, NOW, once, schedule, snapshot, inWords, UNREAD, watcher } from '../../support/facts.ts';

const check = 'pitr-break';
const off = { pitEnabled: known(false, NOW) };
const paused = { paused: known(true, NOW) };

function brokenFor(from: number, to: number, changes: Partial<ClusterFacts> = {}): Look {
  return { events: [event('CPS_OPLOG_BEHIND', NOW - from), event('CPS_OPLOG_CAUGHT_UP', NOW - to)], cluster: changes };
}

describe('pitr-break: a break', () => {
  test.for<[string, Look, string]>([
    ['that does not exist', {}, 'ok'],
    ['that ended in the window', brokenFor(30 * HOUR, 28 * HOUR), 'failing warning'],
    ['that ended 1 ms inside the window', brokenFor(7 * DAY + HOUR, 7 * DAY - 1), 'failing warning'],
    ['that ended exactly at the edge of the window', brokenFor(7 * DAY + HOUR, 7 * DAY), 'ok'],
    ['that ended 1 ms outside the window', brokenFor(7 * DAY + HOUR, 7 * DAY + 1), 'ok'],
    [
      'outside the cluster’s own, shorter window',
      brokenFor(30 * HOUR, 28 * HOUR, { schedule: known(schedule({ restoreWindowDays: 1 }), NOW) }),
      'ok',
    ],
    ['while the events cannot be read', { project: { events: UNREAD } }, 'unknown'],
    ['that has not ended is reported by pitr-gap', { events: [event('CPS_OPLOG_BEHIND', NOW - 30 * MINUTE)] }, 'ok'],
    ['of a paused cluster', brokenFor(30 * HOUR, 28 * HOUR, paused), 'failing warning'],
    ['of a sharded cluster', brokenFor(30 * HOUR, 28 * HOUR, { kind: 'sharded' }), 'failing warning'],
    ['of a young cluster', brokenFor(3 * HOUR, 2 * HOUR, { createdAt: known(NOW - 4 * HOUR, NOW) }), 'failing warning'],
    ['of a flex cluster', brokenFor(30 * HOUR, 28 * HOUR, { kind: 'flex' }), 'exempt'],
    ['of an exempt cluster', brokenFor(30 * HOUR, 28 * HOUR, { tags: { 'restorewatch-exempt': 'a sandbox' } }), 'exempt'],
  ])('%s: $2', ([, look, verdict]) => expect(inWords(once(look).finding(check))).toBe(verdict));

  test('is reported with its exact span', () =>
    expect(once(brokenFor(30 * HOUR, 28 * HOUR)).finding(check)?.summary).toBe(
      'PITR cannot reach 2026-11-21T06:00:00Z to 2026-11-21T08:00:00Z (oplog behind, 2 h)',
    ));

  test('is counted once, however often its events are read again', () => {
    const monitor = watcher();
    monitor.look(brokenFor(30 * HOUR, 28 * HOUR));
    const again = monitor.look({ ...brokenFor(30 * HOUR, 28 * HOUR), at: NOW + HOUR });
    expect(again.memory.projects['p1']?.clusters['c1']?.breaks).toHaveLength(1);
    expect(again.finding(check)?.summary).not.toContain(';');
  });

  test('is shown inside the window on the page', () =>
    expect(once(brokenFor(30 * HOUR, 28 * HOUR)).row().window).toEqual({
      from: NOW - 7 * DAY,
      to: NOW,
      breaks: [{ from: NOW - 30 * HOUR, to: NOW - 28 * HOUR, cause: 'oplog behind' }],
    }));

  test('of an event that arrives late is reported, although a later break was reported before', () => {
    const monitor = watcher();
    monitor.look(brokenFor(5 * HOUR, 4 * HOUR));
    const late = [event('CPS_OPLOG_BEHIND', NOW - 8 * HOUR), event('CPS_OPLOG_CAUGHT_UP', NOW - 7 * HOUR)];
    expect(monitor.look({ at: NOW + HOUR, events: late }).finding(check)?.summary).toContain(
      '2026-11-22T04:00:00Z to 2026-11-22T05:00:00Z',
    );
  });
});

describe('pitr-break: a break is left', () => {
  const spanOf = (before: Partial<ClusterFacts>, during: Partial<ClusterFacts>): string | undefined => {
    const monitor = watcher();
    monitor.look({ at: NOW - 3 * HOUR, cluster: before });
    monitor.look({ at: NOW - 2 * HOUR, cluster: during });
    monitor.look({ at: NOW - HOUR, cluster: during });
    return monitor.look({ cluster: before }).finding(check)?.summary;
  };

  test('by switching PITR off and on: from the last run that saw it on to the first that sees it on again', () =>
    expect(spanOf({}, off)).toBe('PITR cannot reach 2026-11-22T09:00:00Z to 2026-11-22T12:00:00Z (PITR was off, 3 h)'));

  test('by a pause, until the cluster is resumed', () =>
    expect(spanOf({}, paused)).toBe('PITR cannot reach 2026-11-22T09:00:00Z to 2026-11-22T12:00:00Z (paused, 3 h)'));

  test('twice, and a text without room for both says how many there are', () => {
    const monitor = watcher();
    const looks = [{}, off, {}, off].map((cluster, index) => monitor.look({ at: NOW - (4 - index) * HOUR, cluster }));
    expect(looks.at(2)?.finding(check)?.inShort).toBeUndefined();
    expect(monitor.look().finding(check)?.inShort).toEqual({ one: 'PITR cannot reach 2 spans' });
  });

  test('not by switching PITR on for the first time', () => {
    const monitor = watcher();
    monitor.look({ at: NOW - HOUR, cluster: off });
    const looked = monitor.look();
    expect(inWords(looked.finding(check))).toBe('ok');
    expect(looked.row().window).toBeNull();
  });

  test('not by a read that failed', () => {
    const monitor = watcher();
    monitor.look({ at: NOW - 2 * HOUR });
    monitor.look({ at: NOW - HOUR, cluster: { pitEnabled: UNREAD, paused: UNREAD } });
    expect(inWords(monitor.look().finding(check))).toBe('ok');
  });

  const restored = [event('CPS_RESTORE_REQUESTED_AUDIT', NOW - 3 * HOUR), event('CPS_RESTORE_SUCCESSFUL', NOW - 2 * HOUR)];
  const until = (...at: readonly number[]): Partial<ClusterFacts> => ({
    snapshots: known(
      at.map((moment) => snapshot(moment)),
      NOW,
    ),
  });

  test('by a restore into the cluster, from its request to the first completed snapshot after it', () =>
    expect(once({ events: restored, cluster: until(NOW - 9 * HOUR, NOW - HOUR, NOW - MINUTE) }).finding(check)?.summary).toBe(
      'PITR cannot reach 2026-11-22T09:00:00Z to 2026-11-22T11:00:00Z (restore into the cluster, 2 h)',
    ));

  test('by a restore, with an open end until the next snapshot', () =>
    expect(once({ events: restored, cluster: until(NOW - 9 * HOUR, NOW - 150 * MINUTE) }).finding(check)?.summary).toBe(
      'PITR cannot reach the time from 2026-11-22T09:00:00Z to the next completed snapshot (restore into the cluster)',
    ));

  test('by a restore that failed half-way', () =>
    expect(inWords(once({ events: [event('CPS_RESTORE_FAILED', NOW - 2 * HOUR)], cluster: until(NOW - HOUR) }).finding(check))).toBe(
      'failing warning',
    ));
});
