import { describe, expect, test } from 'vitest';
import { parseAlert, parseAlertConfig } from '../../../lib/collect/schema/alerts.ts';
import { parseEvent } from '../../../lib/collect/schema/events.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { START as NOW } from '../harness.ts';
import { ID, WRONG } from '../malformed.ts';

describe('events and alerts', () => {
  const event = { id: ID, created: '2026-11-22T10:00:00Z', eventTypeName: 'CPS_SNAPSHOT_SUCCESSFUL', clusterName: 'orders' };

  test('a finished snapshot brings its times', () => {
    const times = { snapshotScheduledCreationDate: '2026-11-22T09:55:00Z', snapshotCompletionDate: '2026-11-22T10:00:00Z' };
    expect(parseEvent({ ...event, ...times, username: 'ann@example.com', publicKey: 'k' }, NOW)).toMatchObject({
      value: {
        at: Date.UTC(2026, 10, 22, 10),
        clusterId: null,
        clusterName: 'orders',
        actor: 'ann@example.com',
        snapshot: { completedAt: Date.UTC(2026, 10, 22, 10), createdAt: Date.UTC(2026, 10, 22, 9, 55) },
      },
    });
  });

  test.for([
    [{ username: 'ann@example.com', remoteAddress: '203.0.113.7' }, 'ann@example.com, 203.0.113.7'],
    [{ publicKey: 'abcd', remoteAddress: '203.0.113.7' }, 'API key abcd, 203.0.113.7'],
    [{ publicKey: 'abcd' }, 'API key abcd'],
    [{ username: ' \u0000\n', publicKey: 'abcd' }, 'API key abcd'],
    [{ username: 'ann\u202e@example.com\nroot' }, 'ann@example.com root'],
    [{ remoteAddress: '203.0.113.7' }, '203.0.113.7'],
    [{ username: 7 }, null],
  ] as const)('who did it, by an event with %j: $1', ([said, actor]) => {
    expect(parseEvent({ ...event, ...said }, NOW)).toMatchObject({ value: { actor } });
  });

  test.for([
    { id: null },
    { created: 'then' },
    { created: '1970-01-01T00:00:00Z' },
    { created: '2027-01-01T00:00:00Z' },
    { eventTypeName: '' },
  ])('an event with %o cannot be used', (said) => {
    expect(parseEvent({ ...event, ...said }, NOW).kind).toBe('unreadable');
  });

  test.for(WRONG)('an event whose other fields are %o is one all the same', (wrong) => {
    expect(parseEvent({ ...event, clusterId: wrong, snapshotCompletionDate: wrong, username: undefined }, NOW)).toMatchObject({
      value: { id: ID, clusterId: null, snapshot: null },
    });
  });

  test('an alert is read if it is about backups, a missing primary or a short oplog', () => {
    const alert = { id: ID, eventTypeName: 'CPS_OPLOG_BEHIND', created: '2026-11-22T10:00:00Z', clusterId: ID };
    expect(parseAlert(alert, NOW)).toEqual({
      kind: 'usable',
      value: {
        id: ID,
        type: 'CPS_OPLOG_BEHIND',
        openedAt: Date.UTC(2026, 10, 22, 10),
        clusterId: ID,
        clusterName: null,
        replicaSetName: null,
      },
    });
    for (const eventTypeName of ['NO_PRIMARY', 'REPLICATION_OPLOG_WINDOW_RUNNING_OUT'])
      expect(parseAlert({ ...alert, eventTypeName }, NOW)).toMatchObject({ value: { type: eventTypeName } });
    for (const eventTypeName of ['HOST_DOWN', 'NO_PRIMARY_YET', 'xCPS_OPLOG_BEHIND'])
      expect(parseAlert({ ...alert, eventTypeName }, NOW)).toEqual({ kind: 'leftOut' });
    expect(parseAlert({ ...alert, created: null }, NOW)).toMatchObject({ kind: 'unreadable' });
  });

  test.for([
    ['MILLISECONDS', 90_000, 90_000],
    ['SECONDS', 90, 90_000],
    ['MINUTES', 90, 90 * MINUTE],
    ['HOURS', 2, 2 * HOUR],
    ['DAYS', 1, DAY],
    ['FORTNIGHTS', 1, null],
  ] as const)('a threshold in %s', ([units, threshold, expected]) => {
    const config = { eventTypeName: 'CPS_OPLOG_BEHIND', enabled: true, threshold: { operator: 'GREATER_THAN', threshold, units } };
    expect(parseAlertConfig(config)).toEqual({ type: 'CPS_OPLOG_BEHIND', enabled: true, threshold: expected });
  });

  test('a configuration about something else is none, and one that does not say so is not enabled', () => {
    expect(parseAlertConfig({ eventTypeName: 'NO_PRIMARY', enabled: true })).toBeNull();
    expect(parseAlertConfig({ eventTypeName: 'CPS_SNAPSHOT_BEHIND' })).toEqual({
      type: 'CPS_SNAPSHOT_BEHIND',
      enabled: false,
      threshold: null,
    });
  });
});
