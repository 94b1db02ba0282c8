import { describe, expect, test } from 'vitest';
import type { Config } from '../../lib/config/policy.ts';
import { known } from '../../lib/domain/fact.ts';
import type { ClusterFacts, Snapshot } from '../../lib/domain/facts.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import {
  cluster,
  event,
  factsOf,
  type Look,
  NOW,
  once,
  project,
  schedule,
  snapshot,
  snapshots,
  told,
  unfinished,
  UNREAD,
  watcher,
} from '../support/facts.ts';

const check = 'backup-age';

function having(list: readonly Snapshot[], changes: Partial<ClusterFacts> = {}): Look {
  return { cluster: { snapshots: known(list, NOW), ...changes } };
}

function dueAt(at: Instant | null): Partial<ClusterFacts> {
  return { schedule: known(schedule({ nextSnapshotAt: at }), NOW) };
}

const NOTHING_DUE = dueAt(null);

describe('the newest recovery point', () => {
  test.for<[string, Look, string]>([
    ['is an hour old', {}, 'ok'],
    ['is 1 ms younger than the limit', having([snapshot(NOW - DAY + 1)], NOTHING_DUE), 'ok'],
    ['is exactly at the limit', having([snapshot(NOW - DAY)], NOTHING_DUE), 'ok'],
    ['is 1 ms older than the limit', having([snapshot(NOW - DAY - 1)], NOTHING_DUE), 'failing critical'],
    ['is a fresh on-demand one', having([snapshot(NOW - 30 * HOUR), snapshot(NOW - HOUR, { type: 'onDemand' })], NOTHING_DUE), 'ok'],
    [
      'would be a fallback',
      having([snapshot(NOW - 30 * HOUR), snapshot(NOW - HOUR, { type: 'fallback' })], NOTHING_DUE),
      'failing critical',
    ],
    ['would have failed', having([snapshot(NOW - 30 * HOUR), snapshot(NOW - HOUR, { status: 'failed' })], NOTHING_DUE), 'failing critical'],
    ['has expired', having([snapshot(NOW - 30 * HOUR), snapshot(NOW - HOUR, { expiresAt: NOW })], NOTHING_DUE), 'failing critical'],
    ['expires in 1 ms', having([snapshot(NOW - HOUR, { expiresAt: NOW + 1 })], NOTHING_DUE), 'ok'],
    ['cannot be read', { cluster: { snapshots: UNREAD } }, 'unknown'],
    ['may be one without its time', having([snapshot(NOW - 30 * HOUR), snapshot(NOW - HOUR, { createdAt: null })], NOTHING_DUE), 'unknown'],
    ['may be one without its status', having([snapshot(NOW - 30 * HOUR), snapshot(NOW - HOUR, { status: null })], NOTHING_DUE), 'unknown'],
    [
      'is newer than one without its time, which was asked for before it',
      having([snapshot(NOW - 40 * HOUR, { createdAt: null }), snapshot(NOW - 30 * HOUR)], NOTHING_DUE),
      'failing critical',
    ],
    ['never was', having([], NOTHING_DUE), 'failing critical'],
    ['never was, and nobody knows how old the cluster is', having([], { ...NOTHING_DUE, createdAt: UNREAD }), 'unknown'],
    ['is old on a sharded cluster', having([snapshot(NOW - 25 * HOUR)], { ...NOTHING_DUE, kind: 'sharded' }), 'failing critical'],
    ['is old on a flex cluster', having([snapshot(NOW - 30 * HOUR)], { ...NOTHING_DUE, kind: 'flex' }), 'failing critical'],
    ['is old, and pausing is not known', having([snapshot(NOW - 30 * HOUR)], { ...NOTHING_DUE, paused: UNREAD }), 'unknown'],
    [
      'is old with backups off, which says it',
      having([snapshot(NOW - 30 * HOUR)], { ...NOTHING_DUE, backupEnabled: known(false, NOW) }),
      'failing critical (backup-off)',
    ],
    [
      'is old on an exempt cluster',
      having([snapshot(NOW - 30 * HOUR)], { ...NOTHING_DUE, tags: { 'restorable-exempt': 'rebuilt nightly' } }),
      'exempt',
    ],
    ['is not asked of an M0', having([], { kind: 'free' }), 'nothing'],
  ])('%s', ([, look, verdict]) => expect(told(once(look).finding(check))).toBe(verdict));

  test('that never was is worded as never', () =>
    expect(once(having([], NOTHING_DUE)).finding(check)?.summary).toContain('no backup has ever been completed'));

  test('keeps the limit that policy gives it', () => {
    const config: Config = { clusters: [{ cluster: 'orders', backupAge: { limitHours: 48 } }] };
    expect(told(once(having([snapshot(NOW - 47 * HOUR)], NOTHING_DUE), config).finding(check))).toBe('ok');
    expect(told(once(having([snapshot(NOW - 49 * HOUR)], NOTHING_DUE), config).finding(check))).toBe('failing critical');
  });

  test('of a cluster that was deleted is not asked for', () => {
    const monitor = watcher();
    monitor.look();
    const deleted = monitor.read(
      factsOf([project([], NOW + HOUR, { events: feed([event('CLUSTER_DELETED', NOW + MINUTE)]) })], NOW + HOUR),
    );
    expect(told(deleted.finding(check))).toBe('exempt');
  });
});

function feed(events: readonly ReturnType<typeof event>[]): ReturnType<typeof project>['events'] {
  return known({ since: NOW - 8 * DAY, until: NOW + HOUR, events }, NOW + HOUR);
}

describe('the excuse of a snapshot that is due or under way', () => {
  const crossed = NOW;
  const point = snapshot(crossed - DAY);
  const running = unfinished(crossed - 5 * MINUTE);
  const at = (now: Instant, list: readonly Snapshot[], due: Instant | null = null): Look => ({ at: now, ...having(list, dueAt(due)) });

  test.for<[string, Look, string]>([
    ['holds while one runs, up to 30 minutes after the crossing', at(crossed + 30 * MINUTE, [point, running]), 'ok'],
    ['ends 1 ms later', at(crossed + 30 * MINUTE + 1, [point, running]), 'failing critical'],
    ['holds while one is queued', at(crossed + MINUTE, [point, unfinished(crossed, { status: 'queued' })]), 'ok'],
    ['holds for one that is due at the very end', at(crossed + 1, [point], crossed + 30 * MINUTE), 'ok'],
    ['does not hold for one that is due after the end', at(crossed + 1, [point], crossed + 30 * MINUTE + 1), 'failing critical'],
    ['holds for one that was due an hour before the crossing', at(crossed + 1, [point], crossed - HOUR), 'ok'],
    ['does not hold for one that was due earlier', at(crossed + 1, [point], crossed - HOUR - 1), 'failing critical'],
    ['does not hold where nothing is due', at(crossed + 1, [point]), 'failing critical'],
  ])('%s', ([, look, verdict]) => expect(told(once(look).finding(check))).toBe(verdict));

  test.for<[string, number, number, string]>([
    ['is a flex cluster’s for half an hour, since its daily snapshot tells no nextSnapshot', 24, 30, 'ok'],
    ['ends for a flex cluster as for others', 24, 31, 'failing critical'],
    ['is none for a flex cluster whose promise is longer than its day', 48, 1, 'failing critical'],
  ])('%s', ([, limitHours, minutes, verdict]) => {
    const flex = having([snapshot(NOW - limitHours * HOUR - minutes * MINUTE)], { kind: 'flex', schedule: known(null, NOW) });
    expect(told(once(flex, { backupAge: { limitHours } }).finding('backup-age'))).toBe(verdict);
  });

  test('is among the evidence', () => {
    const finding = once(at(crossed + MINUTE, [point, running])).finding(check);
    expect(finding?.evidence.map(([label]) => label)).toContain('due, in progress');
  });

  test('remembers what was due after nextSnapshot has moved on', () => {
    const monitor = watcher();
    monitor.look(at(crossed - 10 * MINUTE, [point], crossed - 5 * MINUTE));
    expect(told(monitor.look(at(crossed + 20 * MINUTE, [point], crossed + DAY)).finding(check))).toBe('ok');
  });

  test.for<[string, number, number]>([
    ['twice the longest recent completion', 25 * MINUTE, 50 * MINUTE],
    ['two hours at most', 90 * MINUTE, 2 * HOUR],
    ['30 minutes at least', 2 * MINUTE, 30 * MINUTE],
  ])('lasts %s', ([, took, lasts]) => {
    const done = crossed - 2 * DAY;
    const events = [event('CPS_SNAPSHOT_SUCCESSFUL', done + took, { snapshot: { createdAt: done, completedAt: done + took } })];
    const look = (now: Instant): Look => ({ ...at(now, [point, running]), events });
    expect(told(once(look(crossed + lasts)).finding(check))).toBe('ok');
    expect(told(once(look(crossed + lasts + 1)).finding(check))).toBe('failing critical');
  });

  test('counts from the crossing: a new attempt does not begin it anew', () =>
    expect(told(once(at(crossed + 3 * HOUR, [point, unfinished(crossed + 3 * HOUR - MINUTE)], crossed + 3 * HOUR)).finding(check))).toBe(
      'failing critical',
    ));

  test('never lowers what was found failing before', () => {
    const monitor = watcher();
    expect(told(monitor.look(at(crossed + MINUTE, [point])).finding(check))).toBe('failing critical');
    expect(told(monitor.look(at(crossed + 5 * MINUTE, [point, running])).finding(check))).toBe('failing critical');
  });

  test('does not come back after a run that could not tell', () => {
    const monitor = watcher();
    monitor.look(at(crossed + MINUTE, [point]));
    monitor.look({ at: crossed + 2 * MINUTE, cluster: { snapshots: UNREAD } });
    expect(told(monitor.look(at(crossed + 5 * MINUTE, [point, running])).finding(check))).toBe('failing critical');
  });

  test('is for who has a recovery point: a cluster that never had one is not excused', () =>
    expect(told(once(at(crossed + MINUTE, [running])).finding(check))).toBe('failing critical'));
});

describe('a cluster whose clock of freshness has just started', () => {
  const due = NOW - 8 * HOUR;
  const young = (createdAt: Instant): Look => having([], { createdAt: known(createdAt, NOW) });

  test.for<[string, Look, string]>([
    ['is ok until its first interval and the grace are over', young(due + 1), 'ok'],
    ['is failing from then on', young(due), 'failing critical'],
    [
      'has a day where it is flex',
      having([], { createdAt: known(NOW - 26 * HOUR + 1, NOW), kind: 'flex', schedule: known(null, NOW) }),
      'ok',
    ],
    [
      'and is failing then',
      having([], { createdAt: known(NOW - 26 * HOUR, NOW), kind: 'flex', schedule: known(null, NOW) }),
      'failing critical',
    ],
  ])('%s', ([, look, verdict]) => expect(told(once(look).finding(check))).toBe(verdict));

  test('says by when the first backup is due', () =>
    expect(once(young(due + HOUR)).finding(check)?.summary).toContain('first backup due by 2026-11-22T13:00:00Z'));

  test('is green as a whole', () => expect(once(young(NOW - HOUR)).row().verdict).toBe('ok'));

  const old = [snapshot(NOW - 3 * DAY)];
  test.for<[string, Partial<ClusterFacts>, Partial<ClusterFacts>]>([
    ['resumed', { paused: known(true, NOW) }, { paused: known(false, NOW) }],
    ['backups switched on', { backupEnabled: known(false, NOW) }, { backupEnabled: known(true, NOW) }],
    ['topology changed', { topology: known('REPLICASET/1', NOW) }, { topology: known('SHARDED/2', NOW) }],
  ])('starts it anew: %s', ([, before, after]) => {
    const monitor = watcher();
    monitor.look({ at: NOW - HOUR, ...having(old, { ...NOTHING_DUE, ...before }) });
    const look = (at: Instant): Look => ({ at, ...having(old, { ...NOTHING_DUE, ...after }) });
    expect(told(monitor.look(look(NOW)).finding(check))).toBe('ok');
    expect(told(monitor.look(look(NOW + 8 * HOUR - 1)).finding(check))).toBe('ok');
    expect(told(monitor.look(look(NOW + 8 * HOUR)).finding(check))).toBe('failing critical');
  });

  test('does not start it anew on a first run, which never saw it otherwise', () =>
    expect(told(once(having(old, NOTHING_DUE)).finding(check))).toBe('failing critical'));

  test('does not start it anew by a reading that failed in between', () => {
    const monitor = watcher();
    monitor.look({ at: NOW - 2 * HOUR, ...having(old, NOTHING_DUE) });
    monitor.look({ at: NOW - HOUR, ...having(old, { ...NOTHING_DUE, paused: UNREAD, backupEnabled: UNREAD, topology: UNREAD }) });
    expect(told(monitor.look(having(old, NOTHING_DUE)).finding(check))).toBe('failing critical');
  });
});

describe('a paused cluster', () => {
  const paused = (list: readonly Snapshot[]): Look => having(list, { paused: known(true, NOW) });
  const last = (left: number): readonly Snapshot[] => [snapshot(NOW - 20 * DAY, { expiresAt: NOW + left })];

  test.for<[string, Look, string]>([
    ['is not asked how old its last point is', paused(last(30 * DAY)), 'exempt'],
    ['is fine 1 ms more than a week before it expires', paused(last(7 * DAY + 1)), 'exempt'],
    ['is a warning a week before', paused(last(7 * DAY)), 'failing warning'],
    ['is a warning 1 ms more than a day before', paused(last(DAY + 1)), 'failing warning'],
    ['is critical a day before', paused(last(DAY)), 'failing critical'],
    ['is critical with none left', paused([]), 'failing critical'],
    ['is fine with a point that never expires', paused([snapshot(NOW - 20 * DAY, { expiresAt: null })]), 'exempt'],
    ['is unknown where its points cannot be read', { cluster: { paused: known(true, NOW), snapshots: UNREAD } }, 'unknown'],
    ['is unknown where the last may be one without its time', paused([snapshot(NOW, { createdAt: null })]), 'unknown'],
  ])('%s', ([, look, verdict]) => expect(told(once(look).finding(check))).toBe(verdict));

  test('ends what was failing before the pause, and tells of its last point as another episode', () => {
    const monitor = watcher();
    const list = [snapshot(NOW - 30 * HOUR, { expiresAt: NOW + 5 * DAY })];
    const look = (at: Instant, isPaused: boolean): Look => ({ at, ...having(list, { ...NOTHING_DUE, paused: known(isPaused, at) }) });
    expect(told(monitor.look(look(NOW, false)).finding(check))).toBe('failing critical');
    const first = monitor.look(look(NOW + HOUR, true)).finding(check);
    expect([told(first), first?.summary]).toEqual(['exempt', expect.stringMatching(/^paused/)]);
    expect(told(monitor.look(look(NOW + 2 * HOUR, true)).finding(check))).toBe('failing warning');
    expect(told(monitor.look(look(NOW + 3 * HOUR, true)).finding(check))).toBe('failing warning');
  });

  test('is green as a whole while its last point lasts', () => expect(once(paused(last(30 * DAY))).row().verdict).toBe('ok'));
});

test('a healthy cluster is green as a whole', () => {
  const { judgement, row } = once({ cluster: { snapshots: known(snapshots(NOW), NOW) } });
  expect(judgement.findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  expect(row().verdict).toBe('ok');
  expect(cluster().name).toBe('orders');
});
