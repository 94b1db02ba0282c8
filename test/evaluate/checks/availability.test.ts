import { describe, expect, test } from 'vitest';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { AlertFacts, ClusterFacts, ProjectFacts } from '../../../lib/domain/facts/facts.ts';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { cluster, inWords, type Look, type Looked, NOW, once, UNREAD, watcher } from '../../support/facts.ts';

const check = 'availability';

function alert(changes: Partial<AlertFacts> = {}): AlertFacts {
  return { id: 'al', type: 'NO_PRIMARY', openedAt: NOW - 15 * MINUTE, clusterId: 'c1', clusterName: null, ...changes };
}

/** "orders" and the open alerts of its project. */
function alerted(alerts: readonly AlertFacts[], changes: Partial<ClusterFacts> = {}, at = NOW): Look {
  return { at, cluster: changes, project: { alerts: known(alerts, at) } };
}

/** As `alerted`, with "ledger" (c2) beside "orders". */
function beside(alerts: readonly AlertFacts[], changes: Partial<ClusterFacts> = {}): Partial<ProjectFacts> {
  return {
    alerts: known(alerts, NOW),
    dedicated: known([cluster(NOW, changes), cluster(NOW, { id: 'c2', name: 'ledger', ...changes })], NOW),
  };
}

function onProject(looked: Looked): string {
  return inWords(looked.finding(check, null));
}

describe('availability: Atlas’s alert NO_PRIMARY', () => {
  test.for<[string, Look, string]>([
    ['is not open', {}, 'ok'],
    ['is open for 10 min less 1 ms', alerted([alert({ openedAt: NOW - 10 * MINUTE + 1 })]), 'ok'],
    ['is open for exactly 10 min', alerted([alert({ openedAt: NOW - 10 * MINUTE })]), 'failing warning'],
    ['names the cluster by its name alone', alerted([alert({ clusterId: null, clusterName: 'orders' })]), 'failing warning'],
    ['is about another cluster', alerted([alert({ clusterId: 'c9' })]), 'ok'],
    ['is another alert', alerted([alert({ type: 'REPLICATION_OPLOG_WINDOW_RUNNING_OUT' })]), 'ok'],
    [
      'is open for one of two shards since long, and for the other since a minute',
      alerted([alert({ openedAt: NOW - MINUTE }), alert()]),
      'failing warning',
    ],
    ['is about a cluster that Atlas is updating', alerted([alert()], { updating: true }), 'ok'],
    ['is about a paused cluster', alerted([alert()], { paused: known(true, NOW) }), 'exempt'],
    ['is about an exempt cluster', alerted([alert()], { tags: { 'restorewatch-exempt': 'a sandbox' } }), 'exempt'],
    ['is about a sharded cluster', alerted([alert()], { kind: 'sharded' }), 'failing warning'],
    ['is about a flex cluster', alerted([alert()], { kind: 'flex', schedule: known(null, NOW) }), 'exempt'],
    ['is about a cluster of an hour', alerted([alert()], { createdAt: known(NOW - HOUR, NOW) }), 'failing warning'],
    ['cannot be read', { project: { alerts: UNREAD } }, 'unknown'],
  ])('%s: $2', ([, look, verdict]) => expect(inWords(once(look).finding(check))).toBe(verdict));

  test('says since when', () => {
    expect(once(alerted([alert()])).finding(check)).toMatchObject({
      summary:
        'Atlas’s alert NO_PRIMARY is open since 2026-11-22T11:45:00Z: the replica set has no primary, so that nothing can be written',
      startedAt: NOW - 15 * MINUTE,
    });
  });

  test('that is open stays a warning when Atlas begins to update the cluster, and ends when Atlas closes it', () => {
    const monitor = watcher();
    const at = (minutes: number): number => NOW + minutes * MINUTE;
    monitor.look(alerted([alert()]));
    expect(inWords(monitor.look(alerted([alert()], { updating: true }, at(60))).finding(check))).toBe('failing warning');
    expect(inWords(monitor.look({ at: at(120), project: { alerts: UNREAD } }).finding(check))).toBe('unknown');
    expect(inWords(monitor.look(alerted([alert()], { updating: true }, at(180))).finding(check))).toBe('failing warning');
    expect(inWords(monitor.look(alerted([], {}, at(240))).finding(check))).toBe('ok');
  });
});

describe('availability: an alert that names none of the clusters', () => {
  const nameless = alert({ clusterId: null });

  test.for<[string, Look, string]>([
    ['is a warning on the project', { project: beside([nameless]) }, 'failing warning'],
    ['by an id that is not listed is a warning on the project', { project: beside([alert({ clusterId: 'c9' })]) }, 'failing warning'],
    [
      'and is 10 min less 1 ms old is nothing',
      { project: beside([alert({ clusterId: null, openedAt: NOW - 10 * MINUTE + 1 })]) },
      'nothing',
    ],
    ['where every cluster is paused is nothing', { project: beside([nameless], { paused: known(true, NOW) }) }, 'nothing'],
    ['where Atlas is updating every cluster is nothing', { project: beside([nameless], { updating: true }) }, 'nothing'],
    ['where every cluster is exempt is nothing', { project: beside([nameless], { tags: { 'restorewatch-exempt': 'toys' } }) }, 'nothing'],
  ])('%s', ([, look, verdict]) => expect(onProject(once(look))).toBe(verdict));

  test('stays while the alerts cannot be read, and ends when Atlas closes it', () => {
    const monitor = watcher();
    expect(onProject(monitor.look({ project: beside([nameless]) }))).toBe('failing warning');
    expect(onProject(monitor.look({ at: NOW + HOUR, project: { alerts: UNREAD } }))).toBe('unknown');
    expect(onProject(monitor.look({ at: NOW + 2 * HOUR }))).toBe('ok');
  });
});
