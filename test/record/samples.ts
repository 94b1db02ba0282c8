import { createHash } from 'node:crypto';
import type { AuditDraft } from '../../lib/domain/audit/audit-entry.ts';
import { emptyHead, type Head } from '../../lib/domain/incidents/head.ts';
import type { EvidenceLine } from '../../lib/domain/recovery/evidence.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import type { PastIncident } from '../../lib/domain/incidents/past-incident.ts';
import type { LogRecord } from '../../lib/domain/recovery/log-record.ts';
import { DAY, HOUR, type Instant } from '../../lib/domain/time.ts';
import type { SwapRequest } from '../../lib/record/store.ts';

/** 22 November 2026, 12:00 UTC. */
export const NOW: Instant = Date.UTC(2026, 10, 22, 12);

export function headWith(id: string): Head {
  return { ...emptyHead(NOW), incidents: [incident(id, null)] };
}

export function incident(id: string, resolvedAt: Instant | null): Incident {
  return {
    id,
    check: 'backup-age',
    resource: { projectId: 'p', projectName: 'Übung', clusterId: 'c', name: 'prod' },
    severity: 'critical',
    priority: 'P0',
    state: resolvedAt === null ? 'open' : 'resolved',
    openedAt: NOW - DAY,
    resolvedAt,
    resolution: resolvedAt === null ? null : 'recovered',
    summary: 'last backup 26 h ago — “naïve”',
    evidence: [],
    action: 'look',
    startedAt: null,
    acknowledgement: null,
  };
}

/** An incident that ended then, as history keeps it. */
export function past(id: string, resolvedAt: Instant, change: Partial<Incident> = {}): PastIncident {
  return { incident: { ...incident(id, resolvedAt), ...change }, deliveries: [] };
}

export function swapOf(change: Partial<SwapRequest>): SwapRequest {
  return { expected: 0, writer: 'run-1', head: headWith('i-1'), adopt: [], drop: [], history: [], release: null, now: NOW, ...change };
}

export function act(about: string): AuditDraft {
  return { at: NOW, what: 'silence-made', by: 'dana', from: '192.0.2.1', about, details: { why: 'a test' } };
}

/** A restore test of an hour's length that ended then. */
export function record(id: string, endedAt: Instant, change: Partial<LogRecord> = {}): LogRecord {
  return {
    id,
    kind: 'restore-test',
    startedAt: endedAt - HOUR,
    endedAt,
    subject: 'orders (project Übung)',
    by: 'cron',
    verdict: 'passed',
    summary: 'Restored and validated — “naïve”.',
    measured: { rto: HOUR },
    evidence: [LINE],
    details: { point: 'snapshot s-1' },
    ...change,
  };
}

export const LINE: EvidenceLine = { what: 'documents', namespace: 'shop.orders', expected: '120', found: '120', verdict: 'passed' };

/** Lines that no packing makes small: 1.7 kB each. */
export function muchEvidence(lines: number): readonly EvidenceLine[] {
  return Array.from({ length: lines }, (_, index) => ({
    ...LINE,
    namespace: `shop.c${index}`,
    found: createHash('shake256', { outputLength: 1_300 }).update(`${index}`).digest('base64'),
    verdict: index % 10 === 3 ? ('failed' as const) : ('passed' as const),
  }));
}
