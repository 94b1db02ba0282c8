import { failing, type Finding, type Resource } from '../../lib/domain/findings/finding.ts';
import { emptyHead, type Head } from '../../lib/domain/incidents/head.ts';
import type { Delivery, Incident } from '../../lib/domain/incidents/incident.ts';
import { type ChannelId, PRIORITY_OF, type Severity } from '../../lib/domain/policy/policy.ts';
import { NOW } from './facts.ts';

export function resource(clusterId: string | null = 'c1'): Resource {
  return { projectId: 'p1', projectName: 'shop', clusterId, name: clusterId ?? 'shop' };
}

/** Open and critical, about cluster "c1", unless `changes` says otherwise. */
export function incident(id: string, changes: Partial<Incident> = {}): Incident {
  const severity: Severity = changes.severity ?? 'critical';
  return {
    id,
    check: 'backup-age',
    resource: resource(),
    severity,
    priority: PRIORITY_OF[severity],
    state: 'open',
    openedAt: NOW,
    resolvedAt: null,
    resolution: null,
    summary: 'newest recovery point is 30 h old',
    evidence: [],
    action: 'Take a snapshot.',
    startedAt: null,
    acknowledgement: null,
    ...changes,
  };
}

export function resolved(id: string, changes: Partial<Incident> = {}): Incident {
  return incident(id, { state: 'resolved', resolvedAt: NOW, resolution: 'recovered', ...changes });
}

export function bad(changes: Partial<Finding> = {}): Finding {
  const about = { check: 'backup-age', resource: resource(), summary: 'old', severity: 'critical', action: 'Take a snapshot.' } as const;
  return { ...failing(about), ...changes };
}

/** An owed trigger of P0, unless `changes` says otherwise. */
export function delivery(channel: ChannelId, incidents: readonly string[], changes: Partial<Delivery> = {}): Delivery {
  return {
    key: `${changes.kind ?? 'trigger'}/${channel}/0/${incidents.join('+')}`,
    kind: 'trigger',
    channel,
    recipient: 0,
    priority: 'P0',
    incidents,
    root: null,
    reroute: null,
    state: 'owed',
    attempts: 0,
    createdAt: NOW,
    acceptedAt: null,
    nextTryAt: NOW,
    lastError: null,
    ambiguous: false,
    claim: null,
    receipt: null,
    ...changes,
  };
}

export function accepted(channel: ChannelId, incidents: readonly string[], changes: Partial<Delivery> = {}): Delivery {
  return delivery(channel, incidents, { state: 'accepted', attempts: 1, acceptedAt: NOW, nextTryAt: null, ...changes });
}

export function head(changes: Partial<Head> = {}): Head {
  return { ...emptyHead(NOW), ...changes };
}

/** "trigger pagerduty a", "resolve slack a,b", …, sorted. */
export function spelled(deliveries: readonly Delivery[]): readonly string[] {
  return deliveries.map(({ kind, channel, incidents }) => `${kind} ${channel} ${incidents.join(',')}`).toSorted();
}
