import { emptyHead, type Head, type Run } from '../../lib/domain/incidents/head.ts';
import type { Delivery, Incident } from '../../lib/domain/incidents/incident.ts';
import { DAY, HOUR, iso, MINUTE, type Instant } from '../../lib/domain/time.ts';
import { clusterRow } from '../support/rows.ts';
import type { ClusterRow, RecordedFinding, RecordedView, WiderFinding } from '../../lib/domain/findings/recorded-view.ts';

export const NOW: Instant = Date.UTC(2026, 10, 22, 21, 30);

/** What runs have recorded, all of it told from this moment. */
export function recordedBefore(now: Instant) {
  return { ...runsBefore(now), ...viewsBefore(now), ...incidentsBefore(now) };
}

function runEnded(finishedAt: Instant, complete = true): Run {
  return { runId: 'r1', startedAt: finishedAt - MINUTE, finishedAt, complete };
}

function latestRun(now: Instant): Run {
  return runEnded(now - 20 * MINUTE);
}

function runsBefore(now: Instant) {
  /** A run that ended so long ago. */
  const run = (ago: number, complete = true): Run => runEnded(now - ago, complete);
  const latest = latestRun(now);
  const head = (said: Partial<Head> = {}): Head => ({ ...emptyHead(now - 90 * DAY), lastRun: latest, lastComplete: latest, ...said });
  return { run, head };
}

function viewsBefore(now: Instant) {
  const finding = (said: Partial<RecordedFinding>): RecordedFinding => {
    const usual = { check: 'backup-age', verdict: 'ok', severity: null, summary: 'The newest recovery point is 3 h old.' } as const;
    return { ...usual, evidence: [], since: now - 6 * HOUR, ...said };
  };
  const row = (name: string, said: Partial<ClusterRow> = {}): ClusterRow => {
    const window = { from: now - 7 * DAY, to: now - MINUTE, breaks: [] };
    const usual = { clusterId: `id-${name}`, window, newestRecoveryPoint: now - 3 * HOUR };
    return clusterRow(name, { ...usual, findings: [finding({ verdict: said.verdict ?? 'ok' })], ...said }, latestRun(now).startedAt);
  };
  const view = (clusters: readonly ClusterRow[], others: readonly WiderFinding[] = []): RecordedView => ({
    runId: 'r1',
    clusters,
    wider: others,
  });
  const wider = (name: string, said: Partial<RecordedFinding>): WiderFinding => ({
    ...finding(said),
    resource: { projectId: 'p1', projectName: name, clusterId: null, name },
  });
  return { finding, row, view, wider };
}

function incidentsBefore(now: Instant) {
  const incident = (said: Partial<Incident> = {}): Incident => {
    const resource = { projectId: 'p1', projectName: 'shop', clusterId: 'id-orders', name: 'orders' };
    const usual = { id: 'i1', check: 'backup-age', resource, severity: 'critical', priority: 'P0', state: 'open' } as const;
    const words = { summary: 'The newest recovery point is 30 h old.', action: 'Take an on-demand snapshot.' };
    const evidence = [['newest recovery point', iso(now - 30 * HOUR)]] as const;
    const open = { openedAt: now - 6 * HOUR, resolvedAt: null, resolution: null, startedAt: null, acknowledgement: null };
    return { ...usual, ...words, evidence, ...open, ...said };
  };
  const delivery = (said: Partial<Delivery> = {}): Delivery => {
    const nothing = { root: null, reroute: null, acceptedAt: null, nextTryAt: null, lastError: null, claim: null, receipt: null } as const;
    const usual = {
      key: 'k1',
      kind: 'trigger',
      channel: 'pagerduty',
      recipient: 0,
      priority: 'P0',
      incidents: ['i1'],
      state: 'owed',
    } as const;
    return { ...nothing, ...usual, attempts: 0, createdAt: now - HOUR, ambiguous: false, ...said };
  };
  return { incident, delivery };
}

export const { run, head, finding, row, view, wider, incident, delivery } = recordedBefore(NOW);
