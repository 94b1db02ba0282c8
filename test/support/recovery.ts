import type { EvidenceLine } from '../../lib/domain/recovery/evidence.ts';
import type { Snapshot } from '../../lib/domain/facts/facts.ts';
import type { RestorePlan } from '../../lib/domain/policy/recovery-plan.ts';
import type { Proof } from '../../lib/domain/recovery/restore-test.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import type { LiveCluster } from '../../lib/domain/recovery/atlas-recovery.ts';
import { NOW } from './facts.ts';

/** A source as Atlas has it: hand-made, as everything here. */
export function liveCluster(changes: Partial<LiveCluster> = {}): LiveCluster {
  return {
    projectId: 'p1',
    projectName: 'shop',
    clusterId: 'c-orders',
    name: 'orders',
    kind: 'replicaSet',
    stateName: 'IDLE',
    paused: false,
    tags: {},
    majorVersion: '8.0',
    shards: 1,
    configServer: null,
    pitEnabled: true,
    restoreWindowDays: 7,
    hosts: ['orders.example.net'],
    regions: [{ provider: 'AWS', region: 'EU_CENTRAL_1' }],
    ...changes,
  };
}

export function sandbox(changes: Partial<LiveCluster> = {}): LiveCluster {
  return liveCluster({
    projectId: 'p9',
    projectName: 'drills',
    clusterId: 'c-sandbox',
    name: 'sandbox',
    tags: { restorewatch: 'sandbox' },
    hosts: ['sandbox.example.net'],
    ...changes,
  });
}

export function restorePlan(changes: Partial<RestorePlan> = {}): RestorePlan {
  const span = { choose: 30 * MINUTE, request: 30 * MINUTE, restore: 12 * HOUR, validate: 4 * HOUR, search: 4 * HOUR, clean: 30 * MINUTE };
  return {
    name: 'weekly',
    sources: [{ project: 'shop', cluster: 'orders', uri: null }],
    target: { project: 'drills', cluster: 'sandbox', uri: null },
    every: 7 * DAY,
    grace: DAY,
    points: ['latest', 'snapshot', 'moment'],
    afterwards: 'keep',
    deadlines: span,
    databases: null,
    isSearchRequired: false,
    validation: { tolerance: 0.05, sample: 20, timeFields: {}, assertions: [] },
    ...changes,
  };
}

export function proof(changes: Partial<Proof> = {}): Proof {
  return {
    id: 'restore-test-weekly-1',
    plan: 'weekly',
    source: { projectId: 'p1', projectName: 'shop', clusterId: 'c-orders', name: 'orders' },
    point: { kind: 'snapshot', snapshotId: 's1', at: NOW - 2 * HOUR, expiresAt: NOW + 30 * DAY },
    startedAt: NOW - HOUR,
    restoredAt: NOW - 35 * MINUTE,
    endedAt: NOW - 30 * MINUTE,
    verdict: 'passed',
    why: null,
    worst: [],
    measured: { restore: 4 * MINUTE, validate: MINUTE, rto: 5 * MINUTE, rpo: 10 * MINUTE },
    ...changes,
  };
}

export function snapshot(id: string, changes: Partial<Snapshot> = {}): Snapshot {
  const at = NOW - 3 * HOUR;
  return {
    id,
    status: 'completed',
    type: 'scheduled',
    requestedAt: at,
    createdAt: at,
    expiresAt: NOW + 7 * DAY,
    sizeBytes: 10,
    ...changes,
  };
}

export function line(verdict: EvidenceLine['verdict'], changes: Partial<EvidenceLine> = {}): EvidenceLine {
  return { what: 'documents', namespace: 'shop.orders', expected: '120', found: verdict === 'passed' ? '120' : '108', verdict, ...changes };
}
