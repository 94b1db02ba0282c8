import { describe, expect, test } from 'vitest';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { RestorableMoments } from '../../../lib/domain/findings/recorded-view.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../../lib/domain/time.ts';
import { event, factsOf, NOW, project, snapshot, UNREAD, watcher, type Look } from '../../support/facts.ts';

/** What can be restored of the one cluster, after each look. */
function restorable(...looks: readonly Look[]): RestorableMoments {
  const monitor = watcher();
  const [last] = looks.map((look) => monitor.look(look)).slice(-1);
  if (!last) throw new Error('nothing was looked at');
  const { restorable: moments, window } = last.row();
  return { ...moments, window };
}

function at(now: Instant, changes: Look['cluster'] = {}): Look {
  return { at: now, cluster: changes };
}

const EXPIRES = NOW + 6 * DAY + 23 * HOUR;

describe('restorableUntil', () => {
  test('is the end of the PITR window, with the newest snapshot as its base', () =>
    expect(restorable(at(NOW)).until).toMatchObject({ at: NOW, by: 'pitr', base: NOW - HOUR }));

  test('is the newest snapshot where PITR is off, with its expiry', () => {
    const newest = snapshot(NOW - 5 * HOUR, { expiresAt: EXPIRES });
    expect(restorable(at(NOW, { pitEnabled: known(false, NOW), snapshots: known([newest], NOW) })).until).toEqual({
      at: NOW - 5 * HOUR,
      by: 'snapshot',
      base: NOW - 5 * HOUR,
      baseExpiresAt: EXPIRES,
    });
  });

  test('is the start of an open oplog gap, on the snapshot before it', () => {
    const behind: Look = {
      ...at(NOW, { snapshots: known([snapshot(NOW - 5 * HOUR)], NOW) }),
      events: [event('CPS_OPLOG_BEHIND', NOW - 2 * HOUR)],
    };
    expect(restorable(behind).until).toMatchObject({ at: NOW - 2 * HOUR, by: 'pitr', base: NOW - 5 * HOUR });
  });

  test('is a snapshot that was taken within an open oplog gap', () => {
    const taken = [snapshot(NOW - 5 * HOUR), snapshot(NOW - 30 * MINUTE)];
    const behind: Look = { ...at(NOW, { snapshots: known(taken, NOW) }), events: [event('CPS_OPLOG_BEHIND', NOW - 90 * MINUTE)] };
    expect(restorable(behind).until).toMatchObject({ at: NOW - 30 * MINUTE, by: 'snapshot' });
  });

  test('is null where no snapshot exists', () => expect(restorable(at(NOW, { snapshots: known([], NOW) })).until).toBeNull());

  test('is the newest snapshot, with a doubt about PITR, where whether PITR is on cannot be read', () =>
    expect(restorable(at(NOW, { pitEnabled: UNREAD }))).toMatchObject({
      until: { by: 'snapshot', at: NOW - HOUR },
      mayReachFurther: true,
      readAt: NOW,
    }));

  test('is what was last seen, as of then, while the snapshots cannot be read', () => {
    const blind = at(NOW + HOUR, { snapshots: UNREAD });
    const last = restorable(at(NOW), blind);
    expect(last).toMatchObject({ until: { at: NOW, by: 'pitr', base: NOW - HOUR }, readAt: NOW });
    expect(last.window).toMatchObject({ to: NOW });
  });

  test('is not a snapshot that expired while nothing could be read', () => {
    const short = at(NOW, { snapshots: known([snapshot(NOW - HOUR, { expiresAt: NOW + 30 * MINUTE })], NOW) });
    const blind = at(NOW + 30 * MINUTE, { snapshots: UNREAD });
    expect(restorable(short, blind).until).toBeNull();
  });

  test('is not known, and was never read, where no check could read the snapshots so far', () =>
    expect(restorable(at(NOW, { snapshots: UNREAD }))).toMatchObject({ until: null, readAt: 0 }));

  test('of a cluster that was deleted is not known: what is left of it is in the finding that reports it', () => {
    const deleted = { type: 'CLUSTER_DELETED', at: NOW + 40 * MINUTE };
    const monitor = watcher();
    monitor.look(at(NOW));
    const events = known({ since: NOW - DAY, until: NOW + HOUR, events: [event(deleted.type, deleted.at)] }, NOW);
    const { judgement } = monitor.read(factsOf([project([], NOW + HOUR, { events })], NOW + HOUR));
    expect(judgement.view.clusters[0]?.restorable).toMatchObject({ until: null, readAt: 0 });
    expect(judgement.findings.find(({ check }) => check === 'cluster-gone')).not.toHaveProperty('restorable');
  });

  test('of a paused cluster ends where the pause was seen to begin, and of one that was always paused at its newest snapshot', () => {
    const paused = at(NOW + 2 * HOUR, { paused: known(true, NOW), snapshots: known([snapshot(NOW - HOUR)], NOW) });
    expect(restorable(at(NOW), paused).until).toMatchObject({ at: NOW, by: 'pitr' });
    expect(restorable(paused).until).toMatchObject({ by: 'snapshot', at: NOW - HOUR });
  });

  test('has no PITR while backups are off, whatever the cluster says of PITR', () =>
    expect(restorable(at(NOW, { backupEnabled: known(false, NOW) })).until).toMatchObject({ by: 'snapshot' }));

  test.for<[string, Look['cluster']]>([
    ['the restore window is not known', { schedule: known({ items: [], nextSnapshotAt: NOW + HOUR, restoreWindowDays: null }, NOW) }],
    ['a newer snapshot came without its time', { snapshots: known([snapshot(NOW - HOUR), snapshot(NOW, { createdAt: null })], NOW) }],
  ])('may lie further on where %s', ([, changes]) => expect(restorable(at(NOW, changes))).toMatchObject({ mayReachFurther: true }));

  test('that was last seen is no later than when it was seen, though an event tells of a gap since', () => {
    const blind: Look = { ...at(NOW + 3 * HOUR, { snapshots: UNREAD }), events: [event('CPS_OPLOG_BEHIND', NOW + 2 * HOUR)] };
    expect(restorable(at(NOW), blind).until?.at).toBeLessThanOrEqual(NOW);
  });

  test('is never in the future, though Atlas dates a snapshot some minutes ahead', () =>
    expect(restorable(at(NOW, { pitEnabled: known(false, NOW), snapshots: known([snapshot(NOW + 9 * MINUTE)], NOW) })).until?.at).toBe(
      NOW,
    ));
});
