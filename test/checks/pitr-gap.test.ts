import { describe, expect, test } from 'vitest';
import { known } from '../../lib/domain/fact.ts';
import type { AlertFacts, AtlasEvent, ClusterFacts, Snapshot } from '../../lib/domain/facts.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { cluster, event, factsOf, type Look, NOW, once, project, snapshot, snapshots, told, UNREAD, watcher } from '../support/facts.ts';

const check = 'pitr-gap';
const BEHIND = 'CPS_OPLOG_BEHIND';
const CAUGHT_UP = 'CPS_OPLOG_CAUGHT_UP';
/** Older than every event of these tests, so that no snapshot ends a gap. */
const OLD = [snapshot(NOW - 20 * HOUR)];

function having(list: readonly Snapshot[], changes: Partial<ClusterFacts> = {}): Partial<ClusterFacts> {
  return { snapshots: known(list, NOW), ...changes };
}

function behind(ago: number, changes: Partial<ClusterFacts> = {}): Look {
  return { events: [event(BEHIND, NOW - ago)], cluster: having(OLD, changes) };
}

const off = { pitEnabled: known(false, NOW) };

describe('a gap', () => {
  test.for<[string, Look, string]>([
    ['is not seen in a quiet feed', {}, 'ok'],
    ['of a minute is a warning', behind(MINUTE), 'failing warning'],
    ['1 ms under an hour is a warning', behind(HOUR - 1), 'failing warning'],
    ['of exactly an hour is a warning', behind(HOUR), 'failing warning'],
    ['1 ms over an hour is critical', behind(HOUR + 1), 'failing critical'],
    [
      'is told by the audit event as well',
      { events: [event('CPS_OPLOG_BEHIND_AUDIT', NOW - 2 * HOUR)], cluster: having(OLD) },
      'failing critical',
    ],
    ['is critical where PITR is off', { cluster: off }, 'failing critical'],
    ['is unknown where the events are', { project: { events: UNREAD } }, 'unknown'],
    ['is unknown where PITR is', { cluster: { pitEnabled: UNREAD } }, 'unknown'],
    ['is judged where the snapshots are unread: PITR never inherits their health', { cluster: { snapshots: UNREAD } }, 'ok'],
    ['is judged where the snapshots have stopped', { cluster: having([snapshot(NOW - 5 * DAY)]) }, 'ok'],
    ['is not asked of flex', { cluster: { ...off, kind: 'flex' } }, 'exempt'],
    ['is not asked while paused', behind(2 * HOUR, { paused: known(true, NOW) }), 'exempt'],
    ['is not asked where exempt', { cluster: { ...off, tags: { 'restorable-exempt': 'a sandbox' } } }, 'exempt'],
    ['is backup-off’s to tell where backups are off altogether', { cluster: { ...off, backupEnabled: known(false, NOW) } }, 'exempt'],
    ['is asked of a young cluster', { cluster: { ...off, createdAt: known(NOW - HOUR, NOW) } }, 'failing critical'],
    ['is asked of a sharded one', behind(2 * HOUR, { kind: 'sharded' }), 'failing critical'],
  ])('%s', ([, look, verdict]) => expect(told(once(look).finding(check))).toBe(verdict));

  test('is not asked where policy wants no PITR', () =>
    expect(told(once({ cluster: off }, { pitr: { wanted: false } }).finding(check))).toBe('exempt'));

  test('a quiet feed proves nothing, and says so', () => expect(once().finding(check)?.summary).toContain('no sign of a gap'));

  test.for<[string, number, number]>([
    ['less the threshold of the alert configuration', 40 * MINUTE, 40 * MINUTE],
    ['of the lowest threshold', 90 * MINUTE, 30 * MINUTE],
  ])('begins at the event’s time %s', ([, first, lag]) => {
    const config = (threshold: number): { type: string; enabled: boolean; threshold: number } => ({
      type: BEHIND,
      enabled: true,
      threshold,
    });
    const alertConfigs = known([config(first), config(lag), { type: BEHIND, enabled: false, threshold: MINUTE }], NOW);
    const finding = once({ ...behind(10 * MINUTE), project: { alertConfigs } }).finding(check);
    expect(finding?.startedAt).toBe(NOW - 10 * MINUTE - lag);
  });

  test('begins at the first of several events', () => {
    const events = [event(BEHIND, NOW - 3 * HOUR), event(BEHIND, NOW - HOUR)];
    expect(once({ events, cluster: having(OLD) }).finding(check)?.startedAt).toBe(NOW - 3 * HOUR);
  });

  test('off since a run saw it on is dated by that run', () => {
    const monitor = watcher();
    monitor.look({ at: NOW - HOUR });
    expect(monitor.look({ cluster: off }).finding(check)?.startedAt).toBe(NOW - HOUR);
  });

  test('on one cluster is not laid to another’s charge', () => {
    const other = cluster(NOW, { id: 'c2', name: 'billing' });
    const events = known({ since: NOW - 8 * DAY, until: NOW, events: [event(BEHIND, NOW - 2 * HOUR)] }, NOW);
    const looked = watcher().read(factsOf([project([cluster(NOW, having(OLD)), other], NOW, { events })]));
    expect(told(looked.finding(check))).toBe('failing critical');
    expect(told(looked.finding(check, 'c2'))).toBe('ok');
  });
});

describe('a gap ends', () => {
  const ends = (list: readonly AtlasEvent[], points: readonly Snapshot[] = OLD): string =>
    told(once({ events: list, cluster: having(points) }).finding(check));
  const start = NOW - 5 * HOUR;
  const opened = event(BEHIND, start);

  test.for<[string, readonly AtlasEvent[], readonly Snapshot[], string]>([
    ['by caught-up', [opened, event(CAUGHT_UP, start + HOUR)], OLD, 'ok'],
    ['by the audit event of it', [opened, event('CPS_OPLOG_CAUGHT_UP_AUDIT', start + HOUR)], OLD, 'ok'],
    ['not by a caught-up before it', [event(CAUGHT_UP, start - HOUR), opened], OLD, 'failing critical'],
    ['by a later snapshot with no further behind for two hours', [opened, event(BEHIND, NOW - 2 * HOUR)], [snapshot(NOW - HOUR)], 'ok'],
    [
      'not while the last behind is 1 ms younger than that',
      [opened, event(BEHIND, NOW - 2 * HOUR + 1)],
      [snapshot(NOW - HOUR)],
      'failing critical',
    ],
    [
      'not by a snapshot from before the last behind',
      [opened, event(BEHIND, NOW - 3 * HOUR)],
      [snapshot(NOW - 4 * HOUR)],
      'failing critical',
    ],
    ['not by one that failed', [opened], [snapshot(NOW - HOUR, { status: 'failed' })], 'failing critical'],
    ['not by a fallback', [opened], [snapshot(NOW - HOUR, { type: 'fallback' })], 'failing critical'],
    ['and another may begin after it', [opened, event(CAUGHT_UP, start + HOUR), event(BEHIND, NOW - 30 * MINUTE)], OLD, 'failing warning'],
  ])('%s', ([, events, points, verdict]) => expect(ends(events, points)).toBe(verdict));

  test('by PITR off: what is left of it after PITR is on again is a break', () => {
    const monitor = watcher();
    const events = [event(BEHIND, NOW - 6 * HOUR)];
    expect(told(monitor.look({ at: NOW - 4 * HOUR, events, cluster: having(OLD) }).finding(check))).toBe('failing critical');
    monitor.look({ at: NOW - 3 * HOUR, events, cluster: having(OLD, off) });
    const looked = monitor.look({ events, cluster: having(OLD) });
    expect(told(looked.finding(check))).toBe('ok');
    expect(looked.finding('pitr-break')?.summary).toContain('2026-11-22T06:00:00Z to 2026-11-22T08:00:00Z (oplog behind');
    expect(looked.finding('pitr-break')?.summary).toContain('2026-11-22T08:00:00Z to 2026-11-22T12:00:00Z (PITR was off');
  });

  test('and stays ended when the snapshot that ended it has expired', () => {
    const monitor = watcher();
    const events = [event(BEHIND, NOW - 5 * HOUR)];
    monitor.look({ events, cluster: having([snapshot(NOW - HOUR, { expiresAt: NOW + MINUTE })]) });
    expect(told(monitor.look({ at: NOW + HOUR, events, cluster: having(OLD) }).finding(check))).toBe('ok');
  });

  test('not by a run that could not read the events', () => {
    const monitor = watcher();
    monitor.look(behind(90 * MINUTE));
    expect(told(monitor.look({ at: NOW + HOUR, project: { events: UNREAD } }).finding(check))).toBe('unknown');
    const further = monitor.look({ at: NOW + 2 * HOUR, events: [event(BEHIND, NOW + 20 * MINUTE)] }).finding(check);
    expect(told(further)).toBe('failing critical');
    expect(further?.startedAt).toBe(NOW - 90 * MINUTE);
  });
});

describe('an event that names no cluster', () => {
  const nobody = { clusterId: null, clusterName: null };
  const read = (events: readonly AtlasEvent[], list: readonly Snapshot[] = OLD, at = NOW): Look => ({ at, events, cluster: having(list) });

  test('is a finding on the project', () => {
    const looked = once(read([event(BEHIND, NOW - 2 * HOUR, nobody)]));
    expect(told(looked.finding(check, null))).toBe('failing critical');
    expect(told(looked.finding(check))).toBe('ok');
  });

  test('ends by a caught-up that names none either', () => {
    const monitor = watcher();
    const opened = event(BEHIND, NOW - 2 * HOUR, nobody);
    monitor.look(read([opened]));
    expect(told(monitor.look(read([opened, event(CAUGHT_UP, NOW + MINUTE, nobody)], OLD, NOW + HOUR)).finding(check, null))).toBe('ok');
  });

  test('ends once every cluster that it may be about has a later snapshot and two hours were quiet', () => {
    const monitor = watcher();
    const opened = event(BEHIND, NOW - 30 * MINUTE, nobody);
    monitor.look(read([opened]));
    const later = [snapshot(NOW + HOUR)];
    expect(told(monitor.look(read([opened], later, NOW + 89 * MINUTE)).finding(check, null))).toBe('failing critical');
    expect(told(monitor.look(read([opened], later, NOW + 90 * MINUTE)).finding(check, null))).toBe('ok');
  });

  test('does not end while one of them has none, however long ago it was', () => {
    const monitor = watcher();
    const opened = event(BEHIND, NOW - 30 * HOUR, nobody);
    const clusters = (at: number): ReturnType<typeof cluster>[] => [
      cluster(at),
      cluster(at, { id: 'c2', name: 'billing', snapshots: known([snapshot(NOW - 31 * HOUR)], at) }),
    ];
    const facts = (at: number): ReturnType<typeof factsOf> =>
      factsOf([project(clusters(at), at, { events: known({ since: NOW - 8 * DAY, until: at, events: [opened] }, at) })], at);
    expect(told(monitor.read(facts(NOW)).finding(check, null))).toBe('failing critical');
  });

  test('by name alone is the cluster’s of that name', () => {
    const looked = once(read([event(BEHIND, NOW - 2 * HOUR, { clusterId: null })]));
    expect(told(looked.finding(check))).toBe('failing critical');
    expect(looked.finding(check, null)).toBeUndefined();
  });
});

describe('an open alert that the oplog is behind', () => {
  const alert: AlertFacts = { id: 'a1', type: BEHIND, openedAt: NOW - 2 * HOUR, clusterId: null, clusterName: null };
  const alerts = known([alert], NOW);

  test('and that no event explains counts as one', () =>
    expect(told(once({ project: { alerts } }).finding(check, null))).toBe('failing critical'));
  test('and that an event explains is not counted twice', () =>
    expect(once({ ...behind(2 * HOUR), project: { alerts } }).finding(check, null)).toBeUndefined());
  test('ends when the alert is closed', () => {
    const monitor = watcher();
    monitor.look({ project: { alerts } });
    expect(told(monitor.look({ at: NOW + HOUR }).finding(check, null))).toBe('ok');
  });
  test('goes on while it is open, whatever snapshots are taken', () => {
    const opened = known([{ ...alert, openedAt: NOW - 3 * DAY }], NOW);
    expect(told(once({ project: { alerts: opened }, cluster: having(snapshots(NOW)) }).finding(check, null))).toBe('failing critical');
  });
});
