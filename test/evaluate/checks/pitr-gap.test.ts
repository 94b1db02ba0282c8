import { describe, expect, test } from 'vitest';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { AlertFacts, AtlasEvent, ClusterFacts, Snapshot } from '../../../lib/domain/facts/facts.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import {
  cluster,
  event,
  factsOf,
  type Look,
  NOW,
  once,
  project,
  snapshot,
  snapshots,
  inWords,
  UNREAD,
  watcher,
} from '../../support/facts.ts';

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

describe('pitr-gap: a gap', () => {
  test.for<[string, Look, string]>([
    ['is not found in a feed without oplog events', {}, 'ok'],
    ['of a minute', behind(MINUTE), 'failing warning'],
    ['1 ms under an hour', behind(HOUR - 1), 'failing warning'],
    ['of exactly an hour', behind(HOUR), 'failing warning'],
    ['1 ms over an hour', behind(HOUR + 1), 'failing critical'],
    [
      'is found by the audit event too',
      { events: [event('CPS_OPLOG_BEHIND_AUDIT', NOW - 2 * HOUR)], cluster: having(OLD) },
      'failing critical',
    ],
    ['exists while PITR is off', { cluster: off }, 'failing critical'],
    ['is unknown if the events are', { project: { events: UNREAD } }, 'unknown'],
    ['is unknown if Atlas does not say whether PITR is on', { cluster: { pitEnabled: UNREAD } }, 'unknown'],
    ['does not depend on snapshots that cannot be read', { cluster: { snapshots: UNREAD } }, 'ok'],
    ['does not depend on snapshots that have stopped', { cluster: having([snapshot(NOW - 5 * DAY)]) }, 'ok'],
    ['is not evaluated on flex', { cluster: { ...off, kind: 'flex' } }, 'exempt'],
    ['is not evaluated on a paused cluster', behind(2 * HOUR, { paused: known(true, NOW) }), 'exempt'],
    ['is not evaluated on an exempt cluster', { cluster: { ...off, tags: { 'restorewatch-exempt': 'a sandbox' } } }, 'exempt'],
    ['is reported by backup-off if backups are off altogether', { cluster: { ...off, backupEnabled: known(false, NOW) } }, 'exempt'],
    ['is evaluated on a young cluster', { cluster: { ...off, createdAt: known(NOW - HOUR, NOW) } }, 'failing critical'],
    ['is evaluated on a sharded cluster', behind(2 * HOUR, { kind: 'sharded' }), 'failing critical'],
  ])('%s: $2', ([, look, verdict]) => expect(inWords(once(look).finding(check))).toBe(verdict));

  test('is not evaluated if the policy wants no PITR', () =>
    expect(inWords(once({ cluster: off }, { pitr: { wanted: false } }).finding(check))).toBe('exempt'));

  test('that is not found may still exist, and the summary says so', () =>
    expect(once().finding(check)?.summary).toContain('no sign of a gap'));

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
    const finding = once({ ...behind(10 * MINUTE), project: { daily: { alertConfigs } } }).finding(check);
    expect(finding?.startedAt).toBe(NOW - 10 * MINUTE - lag);
  });

  test('begins at the first of several events', () => {
    const events = [event(BEHIND, NOW - 3 * HOUR), event(BEHIND, NOW - HOUR)];
    expect(once({ events, cluster: having(OLD) }).finding(check)?.startedAt).toBe(NOW - 3 * HOUR);
  });

  test('of PITR that is off begins at the last run that saw it on', () => {
    const monitor = watcher();
    monitor.look({ at: NOW - HOUR });
    expect(monitor.look({ cluster: off }).finding(check)?.startedAt).toBe(NOW - HOUR);
  });

  test('of one cluster is not reported on another', () => {
    const other = cluster(NOW, { id: 'c2', name: 'billing' });
    const events = known({ since: NOW - 8 * DAY, until: NOW, events: [event(BEHIND, NOW - 2 * HOUR)] }, NOW);
    const looked = watcher().read(factsOf([project([cluster(NOW, having(OLD)), other], NOW, { events })]));
    expect(inWords(looked.finding(check))).toBe('failing critical');
    expect(inWords(looked.finding(check, 'c2'))).toBe('ok');
  });
});

describe('pitr-gap: a gap ends', () => {
  const ends = (list: readonly AtlasEvent[], points: readonly Snapshot[] = OLD): string =>
    inWords(once({ events: list, cluster: having(points) }).finding(check));
  const start = NOW - 5 * HOUR;
  const opened = event(BEHIND, start);

  test.for<[string, readonly AtlasEvent[], readonly Snapshot[], string]>([
    ['by caught-up', [opened, event(CAUGHT_UP, start + HOUR)], OLD, 'ok'],
    ['by the audit event of caught-up', [opened, event('CPS_OPLOG_CAUGHT_UP_AUDIT', start + HOUR)], OLD, 'ok'],
    ['not by a caught-up before it', [event(CAUGHT_UP, start - HOUR), opened], OLD, 'failing critical'],
    ['by a later snapshot with no further behind for two hours', [opened, event(BEHIND, NOW - 2 * HOUR)], [snapshot(NOW - HOUR)], 'ok'],
    [
      'not by a later snapshot while the last behind is 1 ms younger than two hours',
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
    ['not by a snapshot that failed', [opened], [snapshot(NOW - HOUR, { status: 'failed' })], 'failing critical'],
    ['not by a fallback snapshot', [opened], [snapshot(NOW - HOUR, { type: 'fallback' })], 'failing critical'],
    [
      'by caught-up, and another begins after it',
      [opened, event(CAUGHT_UP, start + HOUR), event(BEHIND, NOW - 30 * MINUTE)],
      OLD,
      'failing warning',
    ],
  ])('%s: $3', ([, events, points, verdict]) => expect(ends(events, points)).toBe(verdict));

  test('when PITR is switched off, and leaves a break after PITR is on again', () => {
    const monitor = watcher();
    const events = [event(BEHIND, NOW - 6 * HOUR)];
    expect(inWords(monitor.look({ at: NOW - 4 * HOUR, events, cluster: having(OLD) }).finding(check))).toBe('failing critical');
    monitor.look({ at: NOW - 3 * HOUR, events, cluster: having(OLD, off) });
    const looked = monitor.look({ events, cluster: having(OLD) });
    expect(inWords(looked.finding(check))).toBe('ok');
    expect(looked.finding('pitr-break')?.summary).toContain('2026-11-22T06:00:00Z to 2026-11-22T08:00:00Z (oplog behind');
    expect(looked.finding('pitr-break')?.summary).toContain('2026-11-22T08:00:00Z to 2026-11-22T12:00:00Z (PITR was off');
  });

  test('and does not open again when the snapshot that ended it expires', () => {
    const monitor = watcher();
    const events = [event(BEHIND, NOW - 5 * HOUR)];
    monitor.look({ events, cluster: having([snapshot(NOW - HOUR, { expiresAt: NOW + MINUTE })]) });
    expect(inWords(monitor.look({ at: NOW + HOUR, events, cluster: having(OLD) }).finding(check))).toBe('ok');
  });

  test('not by a run that could not read the events', () => {
    const monitor = watcher();
    monitor.look(behind(90 * MINUTE));
    expect(inWords(monitor.look({ at: NOW + HOUR, project: { events: UNREAD } }).finding(check))).toBe('unknown');
    const further = monitor.look({ at: NOW + 2 * HOUR, events: [event(BEHIND, NOW + 20 * MINUTE)] }).finding(check);
    expect(inWords(further)).toBe('failing critical');
    expect(further?.startedAt).toBe(NOW - 90 * MINUTE);
  });
});

describe('pitr-gap: an event that names no cluster', () => {
  const nobody = { clusterId: null, clusterName: null };
  const read = (events: readonly AtlasEvent[], list: readonly Snapshot[] = OLD, at = NOW): Look => ({ at, events, cluster: having(list) });

  test('is a finding on the project', () => {
    const looked = once(read([event(BEHIND, NOW - 2 * HOUR, nobody)]));
    expect(inWords(looked.finding(check, null))).toBe('failing critical');
    expect(inWords(looked.finding(check))).toBe('ok');
  });

  test('ends by a caught-up that names none either', () => {
    const monitor = watcher();
    const opened = event(BEHIND, NOW - 2 * HOUR, nobody);
    monitor.look(read([opened]));
    expect(inWords(monitor.look(read([opened, event(CAUGHT_UP, NOW + MINUTE, nobody)], OLD, NOW + HOUR)).finding(check, null))).toBe('ok');
  });

  test('ends once every cluster that it may be about has a later snapshot and two hours were quiet', () => {
    const monitor = watcher();
    const opened = event(BEHIND, NOW - 30 * MINUTE, nobody);
    monitor.look(read([opened]));
    const later = [snapshot(NOW + HOUR)];
    expect(inWords(monitor.look(read([opened], later, NOW + 89 * MINUTE)).finding(check, null))).toBe('failing critical');
    expect(inWords(monitor.look(read([opened], later, NOW + 90 * MINUTE)).finding(check, null))).toBe('ok');
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
    expect(inWords(monitor.read(facts(NOW)).finding(check, null))).toBe('failing critical');
  });

  test('by id but by name is about the cluster of that name', () => {
    const looked = once(read([event(BEHIND, NOW - 2 * HOUR, { clusterId: null })]));
    expect(inWords(looked.finding(check))).toBe('failing critical');
    expect(looked.finding(check, null)).toBeUndefined();
  });
});

describe('pitr-gap: an open alert that the oplog is behind', () => {
  const alert: AlertFacts = { id: 'a1', type: BEHIND, openedAt: NOW - 2 * HOUR, clusterId: null, clusterName: null };
  const alerts = known([alert], NOW);

  test('counts as a gap if no event explains it', () =>
    expect(inWords(once({ project: { alerts } }).finding(check, null))).toBe('failing critical'));
  test('is not counted twice if an event explains it', () =>
    expect(once({ ...behind(2 * HOUR), project: { alerts } }).finding(check, null)).toBeUndefined());
  test('ends when the alert is closed', () => {
    const monitor = watcher();
    monitor.look({ project: { alerts } });
    expect(inWords(monitor.look({ at: NOW + HOUR }).finding(check, null))).toBe('ok');
  });
  test('stays a gap while it is open, whatever snapshots are taken', () => {
    const opened = known([{ ...alert, openedAt: NOW - 3 * DAY }], NOW);
    expect(inWords(once({ project: { alerts: opened }, cluster: having(snapshots(NOW)) }).finding(check, null))).toBe('failing critical');
  });
});
