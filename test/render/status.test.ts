import { describe, expect, test } from 'vitest';
import type { Run } from '../../lib/domain/incidents/head.ts';
import type { Verdict } from '../../lib/domain/findings/finding.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import type { ClusterRow, RecordedView } from '../../lib/domain/findings/recorded-view.ts';
import { standingsOf } from '../../lib/render/headline.ts';
import { worstFirst } from '../../lib/render/ranking.ts';
import { isStale, statusJson, type StatusRequest } from '../../lib/render/status.ts';
import { known } from '../../lib/domain/facts/fact.ts';
import { NOW, once, snapshot } from '../support/facts.ts';
import { accepted, delivery, head, incident, resolved } from '../support/incidents.ts';
import { clusterRow, rowWith } from '../support/rows.ts';

const request: StatusRequest = { now: NOW, checkInterval: HOUR, limit: 500, cursor: null };

function run(finishedAt: number, complete = true): Run {
  return { runId: 'run-1', startedAt: finishedAt - MINUTE, finishedAt, complete };
}

function row(name: string, verdict: Verdict = 'ok', changes: Partial<ClusterRow> = {}): ClusterRow {
  return clusterRow(name, { verdict, newestRecoveryPoint: null, ...changes });
}

function view(...clusters: readonly ClusterRow[]): RecordedView {
  return { runId: 'run-1', clusters, wider: [] };
}

describe('staleness: data', () => {
  test.for([
    ['is stale before the first run', head(), true],
    ['is stale before there is any state', null, true],
    ['is not stale one millisecond before two intervals are over', head({ lastComplete: run(NOW - 2 * HOUR + 1) }), false],
    ['is not stale at exactly two intervals', head({ lastComplete: run(NOW - 2 * HOUR) }), false],
    ['is stale one millisecond later', head({ lastComplete: run(NOW - 2 * HOUR - 1) }), true],
    ['is stale although an incomplete run followed', head({ lastComplete: run(NOW - 3 * HOUR), lastRun: run(NOW, false) }), true],
    ['is stale if no run was ever complete', head({ lastRun: run(NOW, false) }), true],
  ] as const)('%s', ([, state, stale]) => expect(isStale(state, NOW, HOUR)).toBe(stale));
});

describe('/api/status', () => {
  test('before the first run is empty, and stale', () =>
    expect(statusJson(null, null, request)).toMatchObject({
      generatedAt: '2026-11-22T12:00:00Z',
      lastRun: null,
      stale: true,
      next: null,
      clusters: [],
      incidents: [],
      findings: [],
      headline: { kept: 0, atRisk: 0, cannot: 0, unknown: 0, exempt: 0, proven: 0 },
    }));

  test('names the last run, complete or not', () =>
    expect(statusJson(head({ lastRun: run(NOW, false) }), view(), request).lastRun).toEqual({
      runId: 'run-1',
      startedAt: '2026-11-22T11:59:00Z',
      finishedAt: '2026-11-22T12:00:00Z',
      complete: false,
    }));

  test('gives a cluster its window, newest recovery point and findings', () => {
    const { row: shown } = once({ cluster: { snapshots: known([snapshot(NOW - 30 * HOUR)], NOW) } });
    const [cluster] = statusJson(head(), view(shown()), request).clusters;
    expect(cluster).toMatchObject({
      projectId: 'p1',
      projectName: 'shop',
      clusterId: 'c1',
      name: 'orders',
      kind: 'replicaSet',
      verdict: 'failing',
      window: { from: '2026-11-21T06:00:00Z', to: '2026-11-22T12:00:00Z', breaks: [] },
      newestRecoveryPoint: '2026-11-21T06:00:00Z',
    });
    expect(cluster?.findings.find(({ check }) => check === 'backup-age')).toMatchObject({
      verdict: 'failing',
      severity: 'critical',
      priority: 'P0',
      since: '2026-11-22T06:00:00Z',
    });
    expect(cluster?.findings.find(({ check }) => check === 'pitr-gap')).toMatchObject({ verdict: 'ok', severity: null, priority: null });
  });

  test('gives an incident its deliveries, with what is owed and why', () => {
    const owed = delivery('sms', ['a'], { attempts: 2, lastError: 'Twilio answered 503', nextTryAt: NOW + MINUTE });
    const [shown] = statusJson(
      head({ incidents: [incident('a')], deliveries: [accepted('pagerduty', ['a']), owed] }),
      null,
      request,
    ).incidents;
    expect(shown).toMatchObject({
      id: 'a',
      check: 'backup-age',
      resource: { projectId: 'p1', clusterId: 'c1', name: 'c1' },
      severity: 'critical',
      priority: 'P0',
      state: 'open',
      team: null,
      openedAt: '2026-11-22T12:00:00Z',
      resolvedAt: null,
    });
    expect(shown?.deliveries).toEqual([
      {
        key: 'trigger/pagerduty/0/a',
        channel: 'pagerduty',
        kind: 'trigger',
        state: 'accepted',
        attempts: 1,
        acceptedAt: '2026-11-22T12:00:00Z',
        nextTryAt: null,
        lastError: null,
      },
      {
        key: 'trigger/sms/0/a',
        channel: 'sms',
        kind: 'trigger',
        state: 'owed',
        attempts: 2,
        acceptedAt: null,
        nextTryAt: '2026-11-22T12:01:00Z',
        lastError: 'Twilio answered 503',
      },
    ]);
  });

  test.for([
    ['that is open', incident('a', { openedAt: NOW - 90 * DAY }), [], 1],
    ['that ended one millisecond less than a day ago', resolved('a', { resolvedAt: NOW - DAY + 1 }), [], 1],
    ['no more once it ended a day ago', resolved('a', { resolvedAt: NOW - DAY }), [], 0],
    [
      'that ended long ago while its resolve is owed',
      resolved('a', { resolvedAt: NOW - 3 * DAY }),
      [delivery('slack', ['a'], { kind: 'resolve' })],
      1,
    ],
  ] as const)('lists an incident %s', ([, one, deliveries, count]) =>
    expect(statusJson(head({ incidents: [one], deliveries }), null, request).incidents).toHaveLength(count),
  );
});

describe('the clusters of /api/status are listed', () => {
  const at = NOW - HOUR;
  const rows = [
    row('b', 'ok', { newestRecoveryPoint: at }),
    row('a', 'ok', { newestRecoveryPoint: at }),
    row('z', 'exempt'),
    rowWith('unknown', 'm'),
    rowWith('failing', 'w', { newestRecoveryPoint: at }),
    urgent('x', at),
    urgent('y', NOW - 2 * DAY),
  ];
  const ORDER = ['y', 'x', 'w', 'm', 'a', 'b', 'z'];

  function urgent(name: string, newestRecoveryPoint: number): ClusterRow {
    const { findings, ...one } = rowWith('failing', name, { newestRecoveryPoint });
    return { ...one, findings: findings.map((finding) => ({ ...finding, severity: 'critical' as const })) };
  }

  test('by standing, what cannot be restored first, of what is at risk a P0 first, then by name', () =>
    expect(worstFirst(rows, standingsOf(head({ lastRun: run(NOW) }), rows)).map(({ name }) => name)).toEqual(ORDER));

  test('in pages that together are all of them, each once', () => {
    const names: string[] = [];
    for (let cursor: string | null = '0'; cursor !== null;) {
      const page = statusJson(head({ lastRun: run(NOW) }), view(...rows), { ...request, limit: 2, cursor });
      expect(page.clusters.length).toBeLessThanOrEqual(2);
      names.push(...page.clusters.map(({ name }) => name));
      cursor = page.next;
    }
    expect(names).toEqual(ORDER);
  });

  test.for<[string, string | null, number]>([
    ['as none for a cursor beyond the end', '99', 0],
    ['from the beginning without a cursor', null, 7],
    ['from the beginning for a cursor of nonsense', '-1; drop', 7],
  ])('%s', ([, cursor, count]) => expect(statusJson(head(), view(...rows), { ...request, cursor }).clusters).toHaveLength(count));
});
