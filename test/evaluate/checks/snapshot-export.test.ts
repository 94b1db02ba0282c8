import { describe, expect, test } from 'vitest';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { AtlasEvent, ClusterFacts } from '../../../lib/domain/facts/facts.ts';
import { DAY, HOUR } from '../../../lib/domain/time.ts';
import { event, inWords, type Look, NOW, once, UNREAD, watcher } from '../../support/facts.ts';

const check = 'snapshot-export';
const failed = event('CPS_EXPORT_FAILED', NOW - 3 * HOUR);

function told(events: readonly AtlasEvent[], cluster: Partial<ClusterFacts> = {}): Look {
  return { events, cluster };
}

describe('snapshot-export: an event that an export failed', () => {
  test.for<[string, Look, string]>([
    ['never came', {}, 'ok'],
    ['came just now', told([event('CPS_EXPORT_FAILED', NOW)]), 'failing warning'],
    ['is about an export by schedule', told([event('CPS_AUTO_EXPORT_FAILED', NOW - 3 * HOUR)]), 'failing warning'],
    ['was followed by a success 1 ms later', told([failed, event('CPS_EXPORT_SUCCESSFUL', NOW - 3 * HOUR + 1)]), 'ok'],
    ['came in the same moment as a success', told([failed, event('CPS_EXPORT_SUCCESSFUL', NOW - 3 * HOUR)]), 'failing warning'],
    ['came after the last success', told([event('CPS_EXPORT_SUCCESSFUL', NOW - DAY), failed]), 'failing warning'],
    ['was followed by the success of a copy', told([failed, event('CPS_COPY_SNAPSHOT_SUCCESSFUL', NOW)]), 'failing warning'],
    ['is about another cluster', told([{ ...failed, clusterId: 'c9', clusterName: 'ledger' }]), 'ok'],
    ['is of a sharded cluster', told([failed], { kind: 'sharded' }), 'failing warning'],
    ['is of a paused cluster', told([failed], { paused: known(true, NOW) }), 'failing warning'],
    ['is of an exempt cluster', told([failed], { tags: { 'restorewatch-exempt': 'a sandbox' } }), 'exempt'],
    ['is of a flex cluster', told([failed], { kind: 'flex', schedule: known(null, NOW) }), 'exempt'],
    ['is of a cluster of an hour', told([failed], { createdAt: known(NOW - HOUR, NOW) }), 'failing warning'],
    ['cannot be read', { project: { events: UNREAD } }, 'unknown'],
  ])('%s: $2', ([, look, verdict]) => expect(inWords(once(look).finding(check))).toBe(verdict));

  test('stays a warning while later events cannot be read, and ends with a success', () => {
    const monitor = watcher();
    monitor.look(told([failed]));
    expect(inWords(monitor.look({ at: NOW + HOUR, project: { events: UNREAD } }).finding(check))).toBe('failing warning');
    const success = told([event('CPS_EXPORT_SUCCESSFUL', NOW + HOUR)]);
    expect(inWords(monitor.look({ ...success, at: NOW + 2 * HOUR }).finding(check))).toBe('ok');
  });

  test('names no cluster: a warning on the project', () => {
    const { finding } = once(told([{ ...failed, clusterId: null, clusterName: null }]));
    expect(inWords(finding(check, null))).toBe('failing warning');
    expect(inWords(finding(check))).toBe('ok');
  });

  test('of a cluster that was deleted before the first check is about nothing that is left', () => {
    expect(once(told([{ ...failed, clusterId: null, clusterName: 'former' }])).finding(check, null)).toBeUndefined();
  });

  test('repeats: the first and the last time are told', () => {
    const events = [9, 6, 3].map((hours) => event('CPS_AUTO_EXPORT_FAILED', NOW - hours * HOUR));
    expect(once(told(events)).finding(check)?.summary).toBe(
      'an export of a snapshot failed at 2026-11-22T03:00:00Z, again at 2026-11-22T09:00:00Z, and none has succeeded since',
    );
  });
});
