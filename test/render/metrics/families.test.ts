import { describe, expect, it, test } from 'vitest';
import type { ClusterRow } from '../../../lib/domain/findings/recorded-view.ts';
import { HOUR, SECOND } from '../../../lib/domain/time.ts';
import { CHECK_IDS } from '../../../lib/evaluate/checks/registry.ts';
import { metricFamilies, type MetricsRequest } from '../../../lib/render/metrics/families.ts';
import { NOW } from '../../support/facts.ts';
import { delivery, head, incident, resolved } from '../../support/incidents.ts';
import { clusterRow, rowWith } from '../../support/rows.ts';

const REQUEST: MetricsRequest = { now: NOW, checkInterval: HOUR, channels: ['slack', 'email'], perCluster: 'auto' };
const RUN = { runId: 'run-1', startedAt: NOW - HOUR, finishedAt: NOW - HOUR, complete: true };

type State = Parameters<typeof metricFamilies>[0];

function values(state: State, rows: readonly ClusterRow[], changes: Partial<MetricsRequest> = {}): ReadonlyMap<string, number> {
  const view = { runId: 'run-1', clusters: rows, wider: [] };
  const families = metricFamilies(state, view, { ...REQUEST, ...changes });
  const named = families.flatMap(({ name, samples }) =>
    samples.map(
      ({ labels, value }) => [[name, ...Object.entries(labels).map(([label, text]) => `${label}=${text}`)].join(' '), value] as const,
    ),
  );
  expect(new Set(named.map(([name]) => name)).size).toBe(named.length);
  return new Map(named);
}

describe('metrics of the run', () => {
  it('says when the last check and the last complete one began, in seconds', () => {
    const found = values(head({ lastRun: { ...RUN, startedAt: NOW, complete: false }, lastComplete: RUN }), []);
    expect(found.get('restorewatch_last_run_timestamp_seconds')).toBe(NOW / SECOND);
    expect(found.get('restorewatch_last_complete_run_timestamp_seconds')).toBe((NOW - HOUR) / SECOND);
    expect(found.get('restorewatch_stale')).toBe(0);
  });

  it('says 0 for what never happened, and is stale, so that an alert on its age rings', () => {
    const found = values(null, []);
    expect(found.get('restorewatch_last_complete_run_timestamp_seconds')).toBe(0);
    expect(found.get('restorewatch_stale')).toBe(1);
  });

  test.for([
    ['passed', (NOW - HOUR) / SECOND],
    ['failed', 0],
    ['running', 0],
  ] as const)('a proof of the alert path that %s is proven at %d', ([verdict, at]) => {
    const proof = { startedAt: NOW - 2 * HOUR, endedAt: NOW - HOUR, incidents: [], verdict, detail: '' };
    expect(values(head({ proof }), []).get('restorewatch_alert_path_proven_timestamp_seconds')).toBe(at);
  });
});

describe('metrics of incidents and deliveries', () => {
  it('count what is open by check and priority, acknowledged too, and not what is resolved', () => {
    const open = [
      incident('i1', { check: 'backup-age', priority: 'P0' }),
      incident('i2', { check: 'backup-age', priority: 'P0', state: 'acknowledged' }),
    ];
    const found = values(head({ incidents: [...open, resolved('i3', { check: 'backup-age', priority: 'P0' })] }), []);
    expect(found.get('restorewatch_incidents_open check=backup-age priority=P0')).toBe(2);
  });

  it('have a series for every check and priority, of which there may be none', () => {
    const found = values(head(), []);
    for (const check of CHECK_IDS)
      for (const priority of ['P0', 'P1', 'P2'])
        expect(found.get(`restorewatch_incidents_open check=${check} priority=${priority}`)).toBe(0);
  });

  it('count the messages that no provider has taken, for each channel that is configured and for others that owe some', () => {
    const owed = [delivery('sms', ['i1']), delivery('sms', ['i2']), delivery('slack', ['i3'], { state: 'accepted', nextTryAt: null })];
    const found = values(head({ deliveries: owed }), []);
    expect(found.get('restorewatch_deliveries_owed channel=sms')).toBe(2);
    expect(found.get('restorewatch_deliveries_owed channel=slack')).toBe(0);
    expect(found.get('restorewatch_deliveries_owed channel=email')).toBe(0);
  });
});

describe('metrics of clusters', () => {
  it('count them by how they stand to their promise', () => {
    const found = values(head({ lastRun: { ...RUN, startedAt: NOW } }), [clusterRow('a'), rowWith('failing', 'b'), rowWith('exempt', 'c')]);
    expect(found.get('restorewatch_clusters standing=kept')).toBe(1);
    expect(found.get('restorewatch_clusters standing=atRisk')).toBe(1);
    expect(found.get('restorewatch_clusters standing=exempt')).toBe(1);
    expect(found.get('restorewatch_clusters_proven')).toBe(0);
  });

  it('give the one verdict of each cluster 1 and the others 0', () => {
    const found = values(head(), [rowWith('failing', 'orders')]);
    const of = (verdict: string) =>
      found.get(`restorewatch_cluster_verdict project=shop cluster=orders cluster_id=orders verdict=${verdict}`);
    expect([of('ok'), of('failing'), of('unknown'), of('exempt')]).toEqual([0, 1, 0, 0]);
  });

  it('have no time for a cluster that cannot be restored', () => {
    const found = [...values(head(), [clusterRow('orders', { newestRecoveryPoint: null })]).keys()];
    expect(found.filter((name) => /newest_recovery_point|restorable_until/.test(name))).toEqual([]);
  });

  it('say the newest recovery point and the moment to which a cluster can be restored', () => {
    const window = { from: NOW - 24 * HOUR, to: NOW, breaks: [] };
    const found = values(head(), [clusterRow('orders', { window })]);
    const labels = 'project=shop cluster=orders cluster_id=orders';
    expect(found.get(`restorewatch_cluster_newest_recovery_point_timestamp_seconds ${labels}`)).toBe((NOW - HOUR) / SECOND);
    expect(found.get(`restorewatch_cluster_restorable_until_timestamp_seconds ${labels}`)).toBe(NOW / SECOND);
  });

  test.for([
    ['auto', 1_000, true],
    ['auto', 1_001, false],
    ['on', 1_001, true],
    ['off', 1, false],
  ] as const)('METRICS_CLUSTERS=%s with %d clusters: their own series are there: %s', ([perCluster, count, there]) => {
    const rows = Array.from({ length: count }, (_, n) => clusterRow(`c${n}`));
    expect(values(head(), rows, { perCluster }).has('restorewatch_cluster_verdict project=shop cluster=c0 cluster_id=c0 verdict=ok')).toBe(
      there,
    );
  });
});
