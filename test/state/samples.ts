import { emptyHead, type Head } from '../../lib/domain/head.ts';
import type { Incident } from '../../lib/domain/incident.ts';
import { DAY, type Instant } from '../../lib/domain/time.ts';
import type { SwapRequest } from '../../lib/state/store.ts';

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

export function swapOf(change: Partial<SwapRequest>): SwapRequest {
  return { expected: 0, writer: 'run-1', head: headWith('i-1'), adopt: [], drop: [], history: [], release: null, now: NOW, ...change };
}
