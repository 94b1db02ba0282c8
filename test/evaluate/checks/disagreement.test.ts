import { describe, expect, test } from 'vitest';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { AlertFacts } from '../../../lib/domain/facts/facts.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { cluster, event, type Look, type Looked, NOW, once, snapshot, inWords, UNREAD, watcher } from '../../support/facts.ts';

function alert(type: string, changes: Partial<AlertFacts> = {}): AlertFacts {
  return { id: 'al', type, openedAt: NOW - 2 * HOUR, clusterId: 'c1', clusterName: 'orders', ...changes };
}

function alerted(one: AlertFacts, look: Look = {}): Look {
  return { ...look, project: { ...look.project, alerts: known([one], look.at ?? NOW) } };
}

function said(seen: Looked): string {
  return inWords(seen.finding('disagreement', null));
}

const OLD = { snapshots: known([snapshot(NOW - 30 * HOUR)], NOW) };
const OUTSIDE = { createdAt: NOW - 5 * HOUR, completedAt: NOW - 4 * HOUR };

const FAILED = { events: [event('CPS_SNAPSHOT_FAILED', NOW - 30 * MINUTE)] };

describe('disagreement: Atlas’s open alert against our verdicts', () => {
  test.for([
    ['is missing, as are faults', {}, 'nothing'],
    ['that backups are behind, while we find none', alerted(alert('CPS_SNAPSHOT_BEHIND')), 'failing info'],
    ['that the previous snapshot is old, while we find none', alerted(alert('CPS_PREV_SNAPSHOT_OLD')), 'failing info'],
    ['that the oplog is behind, while pitr-gap fails too', alerted(alert('CPS_OPLOG_BEHIND')), 'nothing'],
    ['that backups are behind, while backup-age fails too', alerted(alert('CPS_SNAPSHOT_BEHIND'), { cluster: OLD }), 'nothing'],
    [
      'on a whole project, while one of its clusters fails too',
      alerted(alert('CPS_SNAPSHOT_BEHIND', { clusterId: null }), { cluster: OLD }),
      'nothing',
    ],
    [
      'that backups are behind, while our verdict is unknown',
      alerted(alert('CPS_SNAPSHOT_BEHIND'), { cluster: { snapshots: UNREAD } }),
      'nothing',
    ],
    ['of a type without a counterpart', alerted(alert('CPS_SNAPSHOT_DOWNLOAD_REQUEST_FAILED')), 'nothing'],
    ['that a snapshot failed, while we find none', alerted(alert('CPS_SNAPSHOT_FAILED')), 'failing info'],
    ['that a fallback snapshot failed, while we find none', alerted(alert('CPS_SNAPSHOT_FALLBACK_FAILED')), 'failing info'],
    ['that a snapshot failed, while snapshot-failed fails too', alerted(alert('CPS_SNAPSHOT_FAILED'), FAILED), 'nothing'],
    // Whose test failed, and whether the alert names the source or the target, Atlas does not document.
    ['that a restore failed', alerted(alert('CPS_RESTORE_FAILED')), 'nothing'],
    ['that a snapshot failed and is tried again', alerted(alert('CPS_CONCURRENT_SNAPSHOT_FAILED_WILL_RETRY')), 'nothing'],
    ['that a copy failed', alerted(alert('CPS_COPY_SNAPSHOT_FAILED')), 'nothing'],
    ['on a cluster that we do not know', alerted(alert('CPS_SNAPSHOT_BEHIND', { clusterId: 'c9' })), 'failing info'],
    ['open for 1 ms less than an hour', alerted(alert('CPS_SNAPSHOT_BEHIND', { openedAt: NOW - HOUR + 1 })), 'nothing'],
    ['open for an hour', alerted(alert('CPS_SNAPSHOT_BEHIND', { openedAt: NOW - HOUR })), 'failing info'],
  ] as const)('%s: $2', ([, look, expected]) => expect(said(once(look))).toBe(expected));

  test('on an exempt cluster is no mismatch', () =>
    expect(said(once(alerted(alert('CPS_SNAPSHOT_BEHIND'), { cluster: { tags: { 'restorewatch-exempt': 'a toy' } } })))).toBe('nothing'));

  /** "ledger" fails by itself; the alert is about "orders". */
  const beside = (changes: Partial<AlertFacts>): Look =>
    alerted(alert('CPS_SNAPSHOT_BEHIND', changes), {
      project: { dedicated: known([cluster(), cluster(NOW, { id: 'c2', name: 'ledger', ...OLD })], NOW) },
    });

  test.for([
    ['by id', {}, 'failing info'],
    ['by name alone', { clusterId: null }, 'failing info'],
    ['by the name of the one that fails', { clusterId: null, clusterName: 'ledger' }, 'nothing'],
    ['by a name that nothing has', { clusterId: null, clusterName: 'nobody' }, 'failing info'],
    ['not at all', { clusterId: null, clusterName: null }, 'nothing'],
  ] as const)('names its cluster %s: another’s trouble does not excuse it', ([, changes, expected]) =>
    expect(said(once(beside(changes)))).toBe(expected),
  );

  test('by name is about the existing cluster, not about a deleted one of that name', () => {
    const monitor = watcher();
    const named = { id: 'c9', name: 'orders', ...OLD };
    monitor.look({ project: { dedicated: known([cluster(NOW, named)], NOW) } });
    const look = alerted(alert('CPS_SNAPSHOT_BEHIND', { clusterId: null }), { at: NOW + HOUR });
    expect(said(monitor.look({ ...look, events: [event('CLUSTER_DELETED', NOW + MINUTE, { clusterId: 'c9' })] }))).toBe('failing info');
  });

  test('shows both sides and since when they differ', () => {
    const finding = once(alerted(alert('CPS_SNAPSHOT_BEHIND'))).finding('disagreement', null);
    expect(finding?.summary).toMatch(
      /disagree in 1 place.*CPS_SNAPSHOT_BEHIND of orders open since 2026-11-22T10:00:00Z; ours: backup-age, rpo, snapshot-failed, backup-off found nothing wrong/,
    );
    expect(finding?.evidence).toEqual([
      [
        'Atlas: CPS_SNAPSHOT_BEHIND of orders open since 2026-11-22T10:00:00Z',
        'ours: backup-age, rpo, snapshot-failed, backup-off found nothing wrong',
      ],
    ]);
    expect(finding).toMatchObject({ startedAt: NOW - 2 * HOUR, resource: { projectId: 'p1', clusterId: null } });
  });
});

describe('disagreement: an event of Atlas’s against its listing', () => {
  const announced = (look: Look = {}): Look => ({
    events: [event('CPS_SNAPSHOT_SUCCESSFUL', OUTSIDE.completedAt, { snapshot: OUTSIDE })],
    ...look,
  });

  test('a snapshot that was called successful and is not listed is a mismatch, though the last one is young enough', () => {
    const finding = once(announced({ cluster: { snapshots: known([snapshot(NOW - 20 * HOUR)], NOW) } })).finding('disagreement', null);
    expect(finding?.evidence).toEqual([
      ['Atlas: a snapshot of orders was completed at 2026-11-22T08:00:00Z', 'listed: none newer than 2026-11-21T16:00:00Z'],
    ]);
  });

  test.for([
    ['that is listed', { cluster: { snapshots: known([snapshot(OUTSIDE.createdAt + 10 * MINUTE)], NOW) } }],
    ['older than one that is listed', {}],
    ['while the listing cannot be read', { cluster: { snapshots: UNREAD } }],
  ] as const)('one %s is none', ([, look]) => expect(said(once(announced(look)))).toBe('nothing'));

  test('one that an earlier check saw listed and somebody deleted is none: that is another check’s', () => {
    const monitor = watcher();
    // An ObjectId begins with the second of its making.
    const idAt = (at: number): string => (at / 1_000).toString(16).padEnd(24, '0');
    const taken = snapshot(OUTSIDE.createdAt + 10 * MINUTE, { id: idAt(OUTSIDE.createdAt), type: 'onDemand' });
    const older = snapshot(NOW - 20 * HOUR, { id: idAt(NOW - 20 * HOUR) });
    monitor.look({ cluster: { snapshots: known([older, taken], NOW) } });
    for (const hours of [1, 2]) {
      const at = NOW + hours * HOUR;
      expect(said(monitor.look(announced({ at, cluster: { snapshots: known([older], at) } })))).toBe('nothing');
    }
  });

  test('stays a mismatch while newer snapshots are announced and not listed either', () => {
    const monitor = watcher();
    const old = { snapshots: known([snapshot(NOW - 20 * HOUR)], NOW) };
    monitor.look(announced({ cluster: old }));
    const next = { createdAt: NOW + 30 * MINUTE, completedAt: NOW + 40 * MINUTE };
    const events = [event('CPS_SNAPSHOT_SUCCESSFUL', next.completedAt, { snapshot: next })];
    expect(said(monitor.look({ at: NOW + HOUR, cluster: old, events }))).toBe('failing info');
  });

  test('stays one incident while a daily snapshot is announced every day and never listed', () => {
    const monitor = watcher();
    const verdicts = Array.from({ length: 96 }, (_, hour) => {
      const at = NOW + hour * HOUR + 30 * MINUTE;
      const day = NOW + Math.floor(hour / 24) * DAY;
      const snapshot_ = { createdAt: day, completedAt: day + 45 * MINUTE };
      const events = snapshot_.completedAt <= at ? [event('CPS_SNAPSHOT_SUCCESSFUL', snapshot_.completedAt, { snapshot: snapshot_ })] : [];
      const listed = known([snapshot(NOW - 20 * HOUR, { expiresAt: NOW + 30 * DAY })], at);
      return said(monitor.look({ at, cluster: { snapshots: listed }, events }));
    });
    const changes = verdicts.filter((verdict, index) => verdict !== verdicts[index - 1]);
    expect(changes).toEqual(['nothing', 'failing info']);
  });

  test('is no mismatch while backups are off, since that deletes the snapshots', () =>
    expect(
      said(once(announced({ cluster: { backupEnabled: known(false, NOW), pitEnabled: known(false, NOW), snapshots: known([], NOW) } }))),
    ).toBe('nothing'));

  test.for([
    ['another kind', { kind: 'sharded', topology: known('SHARDED/2', NOW) }],
    ['another topology', { topology: known('REPLICASET/2', NOW) }],
  ] as const)('one from before the cluster became one of %s is none', ([, after]) => {
    const monitor = watcher();
    monitor.look(announced({ at: NOW - HOUR }));
    expect(said(monitor.look(announced({ cluster: { ...after, snapshots: known([], NOW) } })))).toBe('nothing');
    const next = { createdAt: NOW + MINUTE, completedAt: NOW + 2 * MINUTE };
    const events = [event('CPS_SNAPSHOT_SUCCESSFUL', next.completedAt, { snapshot: next })];
    expect(said(monitor.look({ at: NOW + 2 * HOUR, events, cluster: { ...after, snapshots: known([], NOW) } }))).toBe('failing info');
  });

  test.for([
    ['completed a moment ago', { createdAt: NOW - 30 * MINUTE, completedAt: NOW - HOUR + 1 }],
    ['completed long ago, and expired since', { createdAt: NOW - 2 * DAY, completedAt: NOW - 2 * DAY + HOUR }],
  ] as const)('one %s is none', ([, times]) => {
    const look = {
      events: [event('CPS_SNAPSHOT_SUCCESSFUL', times.completedAt, { snapshot: times })],
      cluster: { snapshots: known([snapshot(NOW - 3 * DAY)], NOW) },
    };
    expect(said(once(look))).toBe('nothing');
  });
});

describe('disagreement: a mismatch', () => {
  test('resolves when both agree again', () => {
    const monitor = watcher();
    monitor.look(alerted(alert('CPS_SNAPSHOT_BEHIND')));
    expect(said(monitor.look({ at: NOW + HOUR }))).toBe('ok');
  });

  test('does not resolve because the alerts could not be read', () => {
    const monitor = watcher();
    monitor.look(alerted(alert('CPS_SNAPSHOT_BEHIND')));
    expect(said(monitor.look({ at: NOW + HOUR, project: { alerts: UNREAD } }))).toBe('nothing');
  });
});
