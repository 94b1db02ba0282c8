import { describe, expect, test } from 'vitest';
import type { Config } from '../../../lib/config/policy/define-config.ts';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { ClusterFacts, Snapshot } from '../../../lib/domain/facts/facts.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../../lib/domain/time.ts';
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
  inWords,
  unfinished,
  UNREAD,
  watcher,
} from '../../support/facts.ts';

const check = 'backup-age';

function having(list: readonly Snapshot[], changes: Partial<ClusterFacts> = {}): Look {
  return { cluster: { snapshots: known(list, NOW), ...changes } };
}

function dueAt(at: Instant | null): Partial<ClusterFacts> {
  return { schedule: known(schedule({ nextSnapshotAt: at }), NOW) };
}

const NOTHING_DUE = dueAt(null);

describe('backup-age: the newest recovery point', () => {
  test.for<[string, Look, string]>([
    ['is an hour old', {}, 'ok'],
    ['is 1 ms younger than the limit', having([snapshot(NOW - DAY + 1)], NOTHING_DUE), 'ok'],
    ['is exactly at the limit', having([snapshot(NOW - DAY)], NOTHING_DUE), 'ok'],
    ['is 1 ms older than the limit', having([snapshot(NOW - DAY - 1)], NOTHING_DUE), 'failing critical'],
    ['is a fresh on-demand one', having([snapshot(NOW - 30 * HOUR), snapshot(NOW - HOUR, { type: 'onDemand' })], NOTHING_DUE), 'ok'],
    [
      'is a fallback, which does not count',
      having([snapshot(NOW - 30 * HOUR), snapshot(NOW - HOUR, { type: 'fallback' })], NOTHING_DUE),
      'failing critical',
    ],
    [
      'has failed, so it does not count',
      having([snapshot(NOW - 30 * HOUR), snapshot(NOW - HOUR, { status: 'failed' })], NOTHING_DUE),
      'failing critical',
    ],
    ['has expired', having([snapshot(NOW - 30 * HOUR), snapshot(NOW - HOUR, { expiresAt: NOW })], NOTHING_DUE), 'failing critical'],
    ['expires in 1 ms', having([snapshot(NOW - HOUR, { expiresAt: NOW + 1 })], NOTHING_DUE), 'ok'],
    ['cannot be read', { cluster: { snapshots: UNREAD } }, 'unknown'],
    [
      'may be a snapshot without its time',
      having([snapshot(NOW - 30 * HOUR), snapshot(NOW - HOUR, { createdAt: null })], NOTHING_DUE),
      'unknown',
    ],
    [
      'may be a snapshot without its status',
      having([snapshot(NOW - 30 * HOUR), snapshot(NOW - HOUR, { status: null })], NOTHING_DUE),
      'unknown',
    ],
    [
      'is too old, and a snapshot without its time was requested before it',
      having([snapshot(NOW - 40 * HOUR, { createdAt: null }), snapshot(NOW - 30 * HOUR)], NOTHING_DUE),
      'failing critical',
    ],
    ['never existed', having([], NOTHING_DUE), 'failing critical'],
    ['never existed, and the age of the cluster is unknown', having([], { ...NOTHING_DUE, createdAt: UNREAD }), 'unknown'],
    ['is old on a sharded cluster', having([snapshot(NOW - 25 * HOUR)], { ...NOTHING_DUE, kind: 'sharded' }), 'failing critical'],
    ['is old on a flex cluster', having([snapshot(NOW - 30 * HOUR)], { ...NOTHING_DUE, kind: 'flex' }), 'failing critical'],
    [
      'is old, and whether the cluster is paused is unknown',
      having([snapshot(NOW - 30 * HOUR)], { ...NOTHING_DUE, paused: UNREAD }),
      'unknown',
    ],
    [
      'is old while backups are off, which backup-off reports',
      having([snapshot(NOW - 30 * HOUR)], { ...NOTHING_DUE, backupEnabled: known(false, NOW) }),
      'failing critical (backup-off)',
    ],
    [
      'is old on an exempt cluster',
      having([snapshot(NOW - 30 * HOUR)], { ...NOTHING_DUE, tags: { 'restorewatch-exempt': 'rebuilt nightly' } }),
      'exempt',
    ],
    ['is not evaluated on an M0 cluster', having([], { kind: 'free' }), 'nothing'],
  ])('%s: $2', ([, look, verdict]) => expect(inWords(once(look).finding(check))).toBe(verdict));

  test('that never existed is called "never" in the summary', () =>
    expect(once(having([], NOTHING_DUE)).finding(check)?.summary).toContain('no completed snapshot exists'));

  test('is held against the limit of the policy', () => {
    const config: Config = { clusters: [{ cluster: 'orders', backupAge: { limitHours: 48 } }] };
    expect(inWords(once(having([snapshot(NOW - 47 * HOUR)], NOTHING_DUE), config).finding(check))).toBe('ok');
    expect(inWords(once(having([snapshot(NOW - 49 * HOUR)], NOTHING_DUE), config).finding(check))).toBe('failing critical');
  });

  test('of a deleted cluster is not evaluated', () => {
    const monitor = watcher();
    monitor.look();
    const deleted = monitor.read(
      factsOf([project([], NOW + HOUR, { events: feed([event('CLUSTER_DELETED', NOW + MINUTE)]) })], NOW + HOUR),
    );
    expect(inWords(deleted.finding(check))).toBe('exempt');
  });
});

function feed(events: readonly ReturnType<typeof event>[]): ReturnType<typeof project>['events'] {
  return known({ since: NOW - 8 * DAY, until: NOW + HOUR, events }, NOW + HOUR);
}

describe('backup-age: the excuse of a snapshot that is due or under way', () => {
  const crossed = NOW;
  const point = snapshot(crossed - DAY);
  const running = unfinished(crossed - 5 * MINUTE);
  const at = (now: Instant, list: readonly Snapshot[], due: Instant | null = null): Look => ({ at: now, ...having(list, dueAt(due)) });

  test.for<[string, Look, string]>([
    ['holds while a snapshot runs, until 30 minutes after the crossing', at(crossed + 30 * MINUTE, [point, running]), 'ok'],
    ['ends 30 minutes and 1 ms after the crossing', at(crossed + 30 * MINUTE + 1, [point, running]), 'failing critical'],
    ['holds while a snapshot is queued', at(crossed + MINUTE, [point, unfinished(crossed, { status: 'queued' })]), 'ok'],
    ['holds for a snapshot that is due exactly at its end', at(crossed + 1, [point], crossed + 30 * MINUTE), 'ok'],
    [
      'does not hold for a snapshot that is due 1 ms after its end',
      at(crossed + 1, [point], crossed + 30 * MINUTE + 1),
      'failing critical',
    ],
    ['holds for a snapshot that was due an hour before the crossing', at(crossed + 1, [point], crossed - HOUR), 'ok'],
    [
      'does not hold for a snapshot that was due more than an hour before the crossing',
      at(crossed + 1, [point], crossed - HOUR - 1),
      'failing critical',
    ],
    ['does not hold if no snapshot is due', at(crossed + 1, [point]), 'failing critical'],
  ])('%s: $2', ([, look, verdict]) => expect(inWords(once(look).finding(check))).toBe(verdict));

  test.for<[string, number, number, string]>([
    ['holds for half an hour on a flex cluster, whose daily snapshot has no nextSnapshot', 24, 30, 'ok'],
    ['ends after half an hour on a flex cluster', 24, 31, 'failing critical'],
    ['does not hold on a flex cluster with a limit of more than a day', 48, 1, 'failing critical'],
  ])('%s: $3', ([, limitHours, minutes, verdict]) => {
    const flex = having([snapshot(NOW - limitHours * HOUR - minutes * MINUTE)], { kind: 'flex', schedule: known(null, NOW) });
    expect(inWords(once(flex, { backupAge: { limitHours } }).finding('backup-age'))).toBe(verdict);
  });

  test('is named in the summary', () => {
    const finding = once(at(crossed + MINUTE, [point, running])).finding(check);
    expect(finding?.summary).toMatch(/^due, in progress: a snapshot is being taken/);
  });

  test('remembers what was due after nextSnapshot has moved on', () => {
    const monitor = watcher();
    monitor.look(at(crossed - 10 * MINUTE, [point], crossed - 5 * MINUTE));
    expect(inWords(monitor.look(at(crossed + 20 * MINUTE, [point], crossed + DAY)).finding(check))).toBe('ok');
  });

  test.for<[string, number, number]>([
    ['twice the longest recent completion', 25 * MINUTE, 50 * MINUTE],
    ['two hours at most', 90 * MINUTE, 2 * HOUR],
    ['30 minutes at least', 2 * MINUTE, 30 * MINUTE],
  ])('lasts %s', ([, took, lasts]) => {
    const done = crossed - 2 * DAY;
    const events = [event('CPS_SNAPSHOT_SUCCESSFUL', done + took, { snapshot: { createdAt: done, completedAt: done + took } })];
    const look = (now: Instant): Look => ({ ...at(now, [point, running]), events });
    expect(inWords(once(look(crossed + lasts)).finding(check))).toBe('ok');
    expect(inWords(once(look(crossed + lasts + 1)).finding(check))).toBe('failing critical');
  });

  test('counts from the crossing: a new attempt does not extend it', () =>
    expect(inWords(once(at(crossed + 3 * HOUR, [point, unfinished(crossed + 3 * HOUR - MINUTE)], crossed + 3 * HOUR)).finding(check))).toBe(
      'failing critical',
    ));

  test('never resolves a finding that failed before', () => {
    const monitor = watcher();
    expect(inWords(monitor.look(at(crossed + MINUTE, [point])).finding(check))).toBe('failing critical');
    expect(inWords(monitor.look(at(crossed + 5 * MINUTE, [point, running])).finding(check))).toBe('failing critical');
  });

  test('does not return after a run with an unknown verdict', () => {
    const monitor = watcher();
    monitor.look(at(crossed + MINUTE, [point]));
    monitor.look({ at: crossed + 2 * MINUTE, cluster: { snapshots: UNREAD } });
    expect(inWords(monitor.look(at(crossed + 5 * MINUTE, [point, running])).finding(check))).toBe('failing critical');
  });

  test('does not hold for a cluster that never had a recovery point', () =>
    expect(inWords(once(at(crossed + MINUTE, [running])).finding(check))).toBe('failing critical'));
});

describe('backup-age: a cluster whose first backup is not due yet', () => {
  const due = NOW - 8 * HOUR;
  const young = (createdAt: Instant): Look => having([], { createdAt: known(createdAt, NOW) });

  test.for<[string, Look, string]>([
    ['is evaluated ok until its first interval and the grace are over', young(due + 1), 'ok'],
    ['fails when its first interval and the grace are over', young(due), 'failing critical'],
    [
      'has a day and the grace if it is flex',
      having([], { createdAt: known(NOW - 26 * HOUR + 1, NOW), kind: 'flex', schedule: known(null, NOW) }),
      'ok',
    ],
    [
      'fails after a day and the grace if it is flex',
      having([], { createdAt: known(NOW - 26 * HOUR, NOW), kind: 'flex', schedule: known(null, NOW) }),
      'failing critical',
    ],
  ])('%s: $2', ([, look, verdict]) => expect(inWords(once(look).finding(check))).toBe(verdict));

  test('says by when the first backup is due', () =>
    expect(once(young(due + HOUR)).finding(check)?.summary).toContain('first backup due by 2026-11-22T13:00:00Z'));

  test('has the verdict ok on the page', () => expect(once(young(NOW - HOUR)).row().verdict).toBe('ok'));

  const old = [snapshot(NOW - 3 * DAY)];
  test.for<[string, Partial<ClusterFacts>, Partial<ClusterFacts>]>([
    ['resumed', { paused: known(true, NOW) }, { paused: known(false, NOW) }],
    ['backups switched on', { backupEnabled: known(false, NOW) }, { backupEnabled: known(true, NOW) }],
    ['topology changed', { topology: known('REPLICASET/1', NOW) }, { topology: known('SHARDED/2', NOW) }],
    ['converted from flex', { kind: 'flex', topology: known('FLEX/1', NOW) }, {}],
    ['converted from M0, whose topology is the same', { kind: 'free' }, {}],
    ['converted, and its topology cannot be read', { kind: 'flex' }, { topology: UNREAD }],
  ])('starts it anew: %s', ([, before, after]) => {
    const monitor = watcher();
    monitor.look({ at: NOW - HOUR, ...having(old, { ...NOTHING_DUE, ...before }) });
    const look = (at: Instant): Look => ({ at, ...having(old, { ...NOTHING_DUE, ...after }) });
    expect(inWords(monitor.look(look(NOW)).finding(check))).toBe('ok');
    expect(inWords(monitor.look(look(NOW + 8 * HOUR - 1)).finding(check))).toBe('ok');
    expect(inWords(monitor.look(look(NOW + 8 * HOUR)).finding(check))).toBe('failing critical');
  });

  test.for([
    ['a schedule of every six hours', {}, 8 * HOUR],
    [
      'a daily schedule',
      { schedule: known(schedule({ items: [{ frequency: 'daily', interval: 1, retentionDays: 30 }] }), NOW) },
      26 * HOUR,
    ],
  ] as const)(
    'of a flex cluster whose snapshots went with its upgrade to %s ends when the first one and the grace are over',
    ([, now, due]) => {
      const monitor = watcher();
      const flex = { kind: 'flex', pitEnabled: known(false, NOW), schedule: known(null, NOW), topology: known('FLEX/1', NOW) } as const;
      monitor.look({ at: NOW - HOUR, cluster: flex });
      const verdictAt = (at: Instant): string => inWords(monitor.look({ at, ...having([], now) }).finding(check));
      expect([NOW, NOW + due - 1, NOW + due].map(verdictAt)).toEqual(['ok', 'ok', 'failing critical']);
    },
  );

  test('does not begin anew on a first run, which never saw another state', () =>
    expect(inWords(once(having(old, NOTHING_DUE)).finding(check))).toBe('failing critical'));

  test('does not begin anew because of a failed read in between', () => {
    const monitor = watcher();
    monitor.look({ at: NOW - 2 * HOUR, ...having(old, NOTHING_DUE) });
    monitor.look({ at: NOW - HOUR, ...having(old, { ...NOTHING_DUE, paused: UNREAD, backupEnabled: UNREAD, topology: UNREAD }) });
    expect(inWords(monitor.look(having(old, NOTHING_DUE)).finding(check))).toBe('failing critical');
  });
});

describe('backup-age: a paused cluster', () => {
  const paused = (list: readonly Snapshot[]): Look => having(list, { paused: known(true, NOW) });
  const last = (left: number): readonly Snapshot[] => [snapshot(NOW - 20 * DAY, { expiresAt: NOW + left })];

  test.for<[string, Look, string]>([
    ['is not evaluated by the age of its last recovery point', paused(last(30 * DAY)), 'exempt'],
    ['is exempt 1 ms more than a week before its last point expires', paused(last(7 * DAY + 1)), 'exempt'],
    ['fails exactly a week before its last point expires', paused(last(7 * DAY)), 'failing warning'],
    ['fails 1 ms more than a day before its last point expires', paused(last(DAY + 1)), 'failing warning'],
    ['fails exactly a day before its last point expires', paused(last(DAY)), 'failing critical'],
    ['fails if no recovery point is left', paused([]), 'failing critical'],
    ['is exempt if its last point never expires', paused([snapshot(NOW - 20 * DAY, { expiresAt: null })]), 'exempt'],
    ['whose snapshots cannot be read', { cluster: { paused: known(true, NOW), snapshots: UNREAD } }, 'unknown'],
    ['whose last snapshot has no time', paused([snapshot(NOW, { createdAt: null })]), 'unknown'],
  ])('%s: $2', ([, look, verdict]) => expect(inWords(once(look).finding(check))).toBe(verdict));

  test('resolves what failed before the pause, and opens another incident about its last point', () => {
    const monitor = watcher();
    const list = [snapshot(NOW - 30 * HOUR, { expiresAt: NOW + 5 * DAY })];
    const look = (at: Instant, isPaused: boolean): Look => ({ at, ...having(list, { ...NOTHING_DUE, paused: known(isPaused, at) }) });
    expect(inWords(monitor.look(look(NOW, false)).finding(check))).toBe('failing critical');
    const first = monitor.look(look(NOW + HOUR, true)).finding(check);
    expect([inWords(first), first?.summary]).toEqual(['exempt', expect.stringMatching(/^paused/)]);
    expect(inWords(monitor.look(look(NOW + 2 * HOUR, true)).finding(check))).toBe('failing warning');
    expect(inWords(monitor.look(look(NOW + 3 * HOUR, true)).finding(check))).toBe('failing warning');
  });

  test('has short words of its own, since those of the check are about the age', () =>
    expect(once(paused(last(20 * HOUR))).finding(check)?.inShort).toEqual({
      one: 'paused, last recovery point expires in 20 h',
      many: 'paused, recovery points expire',
    }));

  test('has the verdict ok on the page until its last point is about to expire', () =>
    expect(once(paused(last(30 * DAY))).row().verdict).toBe('ok'));
});

test('backup-age: a healthy cluster has the verdict ok on the page', () => {
  const { judgement, row } = once({ cluster: { snapshots: known(snapshots(NOW), NOW) } });
  expect(judgement.findings.filter(({ verdict }) => verdict !== 'ok' && verdict !== 'exempt')).toEqual([]);
  expect(row().verdict).toBe('ok');
  expect(cluster().name).toBe('orders');
});
