import { describe, expect, test } from 'vitest';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { AlertFacts, ClusterFacts } from '../../../lib/domain/facts/facts.ts';
import { MINUTE } from '../../../lib/domain/time.ts';
import { inWords, type Look, NOW, once, UNREAD } from '../../support/facts.ts';

const check = 'oplog-window';

function alerted(changes: Partial<AlertFacts> = {}, clusterChanges: Partial<ClusterFacts> = {}): Look {
  const type = 'REPLICATION_OPLOG_WINDOW_RUNNING_OUT';
  const alert = { id: 'al', type, openedAt: NOW - 15 * MINUTE, clusterId: 'c1', clusterName: null, ...changes };
  return { cluster: clusterChanges, project: { alerts: known([alert], NOW) } };
}

/** What it has in common with `availability` is tested there. */
describe('oplog-window: Atlas’s alert REPLICATION_OPLOG_WINDOW_RUNNING_OUT', () => {
  test.for<[string, Look, string]>([
    ['is not open', {}, 'ok'],
    ['is open for 10 min less 1 ms', alerted({ openedAt: NOW - 10 * MINUTE + 1 }), 'ok'],
    ['is open for exactly 10 min', alerted({ openedAt: NOW - 10 * MINUTE }), 'failing warning'],
    ['is another alert', alerted({ type: 'NO_PRIMARY' }), 'ok'],
    ['is about a paused cluster', alerted({}, { paused: known(true, NOW) }), 'exempt'],
    ['is about a cluster that Atlas is updating', alerted({}, { updating: true }), 'ok'],
    ['cannot be read', { project: { alerts: UNREAD } }, 'unknown'],
  ])('%s: $2', ([, look, verdict]) => expect(inWords(once(look).finding(check))).toBe(verdict));

  test('that names no cluster is a warning on the project', () =>
    expect(inWords(once(alerted({ clusterId: null })).finding(check, null))).toBe('failing warning'));
});
