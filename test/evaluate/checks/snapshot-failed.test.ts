import { describe, expect, test } from 'vitest';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { ClusterFacts, Snapshot } from '../../../lib/domain/facts/facts.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { event, type Look, NOW, once, snapshot, inWords, unfinished, UNREAD, watcher } from '../../support/facts.ts';

const check = 'snapshot-failed';
const good = snapshot(NOW - 6 * HOUR);
const failed = unfinished(NOW - HOUR, { status: 'failed' });

function having(list: readonly Snapshot[], changes: Partial<ClusterFacts> = {}): Look {
  return { cluster: { snapshots: known(list, NOW), ...changes } };
}

describe('snapshot-failed: a failed snapshot', () => {
  test.for<[string, Look, string]>([
    ['that does not exist', {}, 'ok'],
    ['without a later completed one', having([good, failed]), 'failing warning'],
    ['before a completed one', having([good, failed, snapshot(NOW - MINUTE)]), 'ok'],
    ['1 ms after a completed one', having([snapshot(NOW - HOUR - 1), failed]), 'failing warning'],
    ['of the same moment as a completed one', having([snapshot(NOW - HOUR), failed]), 'ok'],
    ['before a fallback snapshot', having([good, failed, snapshot(NOW - MINUTE, { type: 'fallback' })]), 'failing warning'],
    ['that only an event reports', { ...having([good]), events: [event('CPS_SNAPSHOT_FAILED', NOW - HOUR)] }, 'failing warning'],
    ['without a known time', having([good, unfinished(NOW, { status: 'failed', requestedAt: null })]), 'unknown'],
    ['while the snapshots cannot be read', { cluster: { snapshots: UNREAD } }, 'unknown'],
    ['of a paused cluster', having([good, failed], { paused: known(true, NOW) }), 'exempt'],
    ['of an exempt cluster', having([good, failed], { tags: { 'restorewatch-exempt': 'a sandbox' } }), 'exempt'],
    ['of a flex cluster', having([good, failed], { kind: 'flex', schedule: known(null, NOW) }), 'failing warning'],
    ['of a sharded cluster', having([good, failed], { kind: 'sharded' }), 'failing warning'],
    ['of a young cluster', having([failed], { createdAt: known(NOW - 2 * HOUR, NOW) }), 'failing warning'],
  ])('%s: $2', ([, look, verdict]) => expect(inWords(once(look).finding(check))).toBe(verdict));
});

describe('snapshot-failed: a running snapshot', () => {
  const running = (since: number): Look => having([good, unfinished(NOW - since)]);
  const history = (took: number): Look['events'] => {
    const begun = NOW - DAY;
    return [event('CPS_SNAPSHOT_SUCCESSFUL', begun + took, { snapshot: { createdAt: begun, completedAt: begun + took } })];
  };

  test.for<[string, number, number | null, string]>([
    ['without history, after exactly a day', DAY, null, 'ok'],
    ['without history, after a day and 1 ms', DAY + 1, null, 'failing warning'],
    ['after exactly three times the longest duration', 3 * HOUR, HOUR, 'ok'],
    ['after three times the longest duration and 1 ms', 3 * HOUR + 1, HOUR, 'failing warning'],
    ['with a history of minutes, after exactly two hours', 2 * HOUR, MINUTE, 'ok'],
    ['with a history of minutes, after two hours and 1 ms', 2 * HOUR + 1, MINUTE, 'failing warning'],
  ])('%s: $3', ([, since, took, verdict]) => {
    const events = took === null ? {} : { events: history(took) ?? [] };
    expect(inWords(once({ ...running(since), ...events }).finding(check))).toBe(verdict);
  });

  test('is held against durations that earlier runs observed', () => {
    const monitor = watcher();
    monitor.look({ at: NOW - 10 * HOUR, ...having([unfinished(NOW - 11 * HOUR, { id: 's' })]) });
    monitor.look({ at: NOW - 9 * HOUR, ...having([snapshot(NOW - 11 * HOUR, { id: 's' })]) });
    const look = (since: number): Look => having([snapshot(NOW - 11 * HOUR, { id: 's' }), unfinished(NOW - since)]);
    expect(inWords(monitor.look(look(6 * HOUR)).finding(check))).toBe('ok');
    expect(inWords(monitor.look(look(6 * HOUR + 1)).finding(check))).toBe('failing warning');
  });
});
