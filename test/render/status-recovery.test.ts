import { describe, expect, test } from 'vitest';
import { emptyHead } from '../../lib/domain/incidents/head.ts';
import { NO_RECOVERY } from '../../lib/domain/recovery/restore-test.ts';
import { PRIORITY_OF } from '../../lib/domain/policy/policy.ts';
import { HOUR, iso } from '../../lib/domain/time.ts';
import { pageModel } from '../../lib/render/first-page/page-model.ts';
import { statusJson } from '../../lib/render/status.ts';
import { incident } from '../support/incidents.ts';
import { NOW } from '../support/facts.ts';
import { proof } from '../support/recovery.ts';
import { clusterRow } from '../support/rows.ts';

const row = clusterRow('orders', { clusterId: 'c-orders' });
const view = { runId: 'r', clusters: [row], wider: [] };
const run = { runId: 'r', startedAt: NOW, finishedAt: NOW, complete: true };
const request = { now: NOW, checkInterval: HOUR, limit: 10, cursor: null, channels: ['email'] as const };
const resource = { projectId: 'p1', projectName: 'shop', clusterId: 'c-orders', name: 'orders' };

function headWith(severity: 'critical' | 'warning' | 'info', state: 'open' | 'resolved' = 'open') {
  const failed = {
    ...incident('i1', { check: 'restore-test', severity, resource, priority: PRIORITY_OF[severity] }),
    state,
    summary: 'the restore test failed',
  };
  return { ...emptyHead(NOW), lastRun: run, lastComplete: run, incidents: [failed], recovery: { ...NO_RECOVERY, proofs: [proof()] } };
}

describe('a cluster whose restore test failed', () => {
  test.for([
    ['critical', 'open', 'failing'],
    ['warning', 'open', 'failing'],
    ['info', 'open', 'ok'],
    ['critical', 'resolved', 'ok'],
  ] as const)('with severity %s and %s is %s, on the page as in the JSON', ([severity, state, verdict]) => {
    const head = headWith(severity, state);
    expect(statusJson(head, view, request).clusters[0]).toMatchObject({ verdict });
    expect(pageModel(head, view, request).status.headline[verdict === 'ok' ? 'kept' : 'atRisk']).toBe(1);
  });

  test('has the reason in its row', () =>
    expect(statusJson(headWith('critical'), view, request).clusters[0]?.findings).toMatchObject([
      { check: 'restore-test', priority: 'P0', summary: 'the restore test failed' },
    ]));
});

test('what is exempt stays exempt', () => {
  const exempt = { ...view, clusters: [{ ...row, verdict: 'exempt' as const }] };
  expect(statusJson(headWith('critical'), exempt, request).clusters[0]?.verdict).toBe('exempt');
});

test('the JSON says what was last proven, when, how fast, and until when it lasts', () => {
  const [source] = statusJson(headWith('critical'), view, request).recovery.sources;
  expect(source).toMatchObject({
    name: 'orders',
    proven: { verdict: 'passed', point: { kind: 'snapshot', at: iso(NOW - 2 * HOUR) }, measured: { rto: 300_000 } },
  });
});
