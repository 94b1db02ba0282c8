import { describe, expect, test } from 'vitest';
import { known } from '../../lib/domain/facts/fact.ts';
import type { LostEvent } from '../../lib/domain/facts/facts.ts';
import type { CheckId } from '../../lib/domain/policy/policy.ts';
import { DAY, HOUR } from '../../lib/domain/time.ts';
import { type Look, type Looked, NOW, once, inWords, watcher } from '../support/facts.ts';

/** An entry of the feed that cannot be used. */
function lost(changes: Partial<LostEvent> = {}): Look {
  const type = changes.type === undefined ? 'CPS_OPLOG_BEHIND' : changes.type;
  const one = { type, clusterId: null, clusterName: 'orders', sentence: `Atlas lists an event ${type} without a usable id`, ...changes };
  return { project: { events: known({ since: NOW - 8 * DAY, until: NOW, events: [], lost: [one] }, NOW) } };
}

const FRESHNESS: readonly CheckId[] = ['backup-age', 'snapshot-size', 'snapshot-failed', 'backup-off'];
const said = (seen: Looked, check: CheckId): string => inWords(seen.finding(check));

describe('an event that cannot be used', () => {
  test.for<[string, Partial<LostEvent>, string]>([
    ['of the cluster’s oplog, by name', {}, 'unknown'],
    ['of the cluster’s oplog, by id', { clusterId: 'c1', clusterName: null }, 'unknown'],
    ['of a restore', { type: 'CPS_RESTORE_SUCCESSFUL' }, 'unknown'],
    ['of no known type', { type: null, clusterName: null }, 'unknown'],
    ['of an oplog that names no cluster', { clusterName: null }, 'unknown'],
    ['of another cluster’s oplog', { clusterName: 'billing' }, 'ok'],
    ['of a snapshot, which the listing has too', { type: 'CPS_SNAPSHOT_SUCCESSFUL' }, 'ok'],
  ])('%s makes no gap and no break that nobody saw: %o is %s', ([, changes, verdict]) => {
    const seen = once(lost(changes));
    expect([said(seen, 'pitr-gap'), said(seen, 'pitr-break')].map((words) => words.split(' ')[0])).toEqual([verdict, verdict]);
  });

  test('changes no verdict that does not depend on events', () => {
    const seen = once(lost({ type: null, clusterName: null }));
    expect(FRESHNESS.map((check) => said(seen, check))).toEqual(FRESHNESS.map(() => 'ok'));
  });

  test('is an info finding of disagreement, with both sides', () => {
    const seen = once(lost({ type: 'CPS_SNAPSHOT_SUCCESSFUL' }));
    expect(inWords(seen.finding('disagreement', null))).toBe('failing info');
    expect(seen.finding('disagreement', null)?.evidence).toEqual([
      ['Atlas lists an event CPS_SNAPSHOT_SUCCESSFUL without a usable id', 'ours: it is left out'],
    ]);
  });

  test('never fails the project’s visibility, however long it is listed', () => {
    const monitor = watcher();
    const looks = [0, 1, 2, 30].map((hours) => monitor.look({ ...lost({ type: 'CPS_SNAPSHOT_FAILED' }), at: NOW + hours * HOUR }));
    expect(looks.map((seen) => inWords(seen.finding('visibility', null)))).toEqual(looks.map(() => 'nothing'));
  });
});

describe('an open alert that cannot be used', () => {
  const look: Look = { project: { lostAlerts: ['Atlas lists an alert CPS_OPLOG_BEHIND without a usable id or time'] } };

  test('is an info finding of disagreement, and no other verdict changes', () => {
    const seen = once(look);
    expect(inWords(seen.finding('disagreement', null))).toBe('failing info');
    expect([...FRESHNESS, 'pitr-gap' as const].map((check) => said(seen, check))).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  test('resolves once Atlas no longer lists it', () => {
    const monitor = watcher();
    monitor.look(look);
    expect(inWords(monitor.look({ at: NOW + HOUR }).finding('disagreement', null))).toBe('ok');
  });
});
