import { describe, expect, test } from 'vitest';
import { known } from '../../lib/domain/fact.ts';
import type { ClusterFacts, Snapshot } from '../../lib/domain/facts.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { event, type Look, NOW, once, snapshot, told, unfinished, UNREAD, watcher } from '../support/facts.ts';

const check = 'snapshot-failed';
const good = snapshot(NOW - 6 * HOUR);
const failed = unfinished(NOW - HOUR, { status: 'failed' });

function having(list: readonly Snapshot[], changes: Partial<ClusterFacts> = {}): Look {
  return { cluster: { snapshots: known(list, NOW), ...changes } };
}

describe('a failed snapshot', () => {
  test.for<[string, Look, string]>([
    ['none', {}, 'ok'],
    ['is a warning', having([good, failed]), 'failing warning'],
    ['is made good by a later one', having([good, failed, snapshot(NOW - MINUTE)]), 'ok'],
    ['is not made good by one of the same moment or earlier', having([snapshot(NOW - HOUR - 1), failed]), 'failing warning'],
    ['is made good by one of the same moment', having([snapshot(NOW - HOUR), failed]), 'ok'],
    ['is not made good by a fallback', having([good, failed, snapshot(NOW - MINUTE, { type: 'fallback' })]), 'failing warning'],
    ['is known from the event alone', { ...having([good]), events: [event('CPS_SNAPSHOT_FAILED', NOW - HOUR)] }, 'failing warning'],
    [
      'of which nobody knows when it failed is not passed over',
      having([good, unfinished(NOW, { status: 'failed', requestedAt: null })]),
      'unknown',
    ],
    ['is unknown where the snapshots are', { cluster: { snapshots: UNREAD } }, 'unknown'],
    ['is not asked about while paused', having([good, failed], { paused: known(true, NOW) }), 'exempt'],
    ['is not asked about where exempt', having([good, failed], { tags: { 'restorable-exempt': 'a sandbox' } }), 'exempt'],
    ['counts on flex', having([good, failed], { kind: 'flex', schedule: known(null, NOW) }), 'failing warning'],
    ['counts on a sharded cluster', having([good, failed], { kind: 'sharded' }), 'failing warning'],
    ['counts on a young one', having([failed], { createdAt: known(NOW - 2 * HOUR, NOW) }), 'failing warning'],
  ])('%s', ([, look, verdict]) => expect(told(once(look).finding(check))).toBe(verdict));
});

describe('a running snapshot', () => {
  const running = (since: number): Look => having([good, unfinished(NOW - since)]);
  const history = (took: number): Look['events'] => {
    const begun = NOW - DAY;
    return [event('CPS_SNAPSHOT_SUCCESSFUL', begun + took, { snapshot: { createdAt: begun, completedAt: begun + took } })];
  };

  test.for<[string, number, number | null, string]>([
    ['has a day without history', DAY, null, 'ok'],
    ['and no millisecond more', DAY + 1, null, 'failing warning'],
    ['has three times its longest', 3 * HOUR, HOUR, 'ok'],
    ['and no millisecond more', 3 * HOUR + 1, HOUR, 'failing warning'],
    ['has two hours at least', 2 * HOUR, MINUTE, 'ok'],
    ['and no millisecond more', 2 * HOUR + 1, MINUTE, 'failing warning'],
  ])('%s', ([, since, took, verdict]) => {
    const events = took === null ? {} : { events: history(took) ?? [] };
    expect(told(once({ ...running(since), ...events }).finding(check))).toBe(verdict);
  });

  test('learns from polls how long one took', () => {
    const monitor = watcher();
    monitor.look({ at: NOW - 10 * HOUR, ...having([unfinished(NOW - 11 * HOUR, { id: 's' })]) });
    monitor.look({ at: NOW - 9 * HOUR, ...having([snapshot(NOW - 11 * HOUR, { id: 's' })]) });
    const look = (since: number): Look => having([snapshot(NOW - 11 * HOUR, { id: 's' }), unfinished(NOW - since)]);
    expect(told(monitor.look(look(6 * HOUR)).finding(check))).toBe('ok');
    expect(told(monitor.look(look(6 * HOUR + 1)).finding(check))).toBe('failing warning');
  });
});
