import type { Notification } from '../../lib/deliver/attempt/channel.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import type { RestorableMoments } from '../../lib/domain/findings/recorded-view.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';

export const NOW = Date.parse('2026-11-22T10:00:00Z');

/** PITR reached to the check ten minutes ago, on a base that is 30 h old; a break of three hours lies in the window. */
export const RESTORABLE: RestorableMoments = {
  until: { at: NOW - 10 * MINUTE, by: 'pitr', base: NOW - 30 * HOUR, baseExpiresAt: Date.parse('2026-12-04T04:00:00Z') },
  window: {
    from: NOW - 7 * DAY,
    to: NOW - 10 * MINUTE,
    breaks: [{ from: NOW - 50 * HOUR, to: NOW - 47 * HOUR, cause: 'oplog behind' }],
  },
  readAt: NOW - 10 * MINUTE,
  mayReachFurther: false,
};

/** An open P0 on orders in shop, opened ten minutes ago, six hours after its trouble began. */
export function incidentOf(changes: Partial<Incident> = {}): Incident {
  return {
    id: 'backup-age-orders-1',
    check: 'backup-age',
    resource: { projectId: '65aa00000000000000000001', projectName: 'shop', clusterId: '65bb00000000000000000001', name: 'orders' },
    severity: 'critical',
    priority: 'P0',
    state: 'open',
    openedAt: NOW - 10 * MINUTE,
    resolvedAt: null,
    resolution: null,
    summary: 'no snapshot for 30 h (limit 24 h), the base expires 2026-12-04T04:00:00Z',
    evidence: [
      ['schedule', 'every 6 h'],
      ['limit', '24 h'],
    ],
    restorable: RESTORABLE,
    action: 'Take an on-demand snapshot of orders now.',
    startedAt: NOW - 6 * HOUR,
    acknowledgement: null,
    ...changes,
  };
}

export function resolvedIncident(changes: Partial<Incident> = {}): Incident {
  return incidentOf({ state: 'resolved', resolvedAt: NOW - MINUTE, resolution: 'recovered', ...changes });
}

type Root = NonNullable<Notification['root']>;
/** A root tells of the notification's own incidents unless told otherwise. */
export type NotificationChanges = Partial<Omit<Notification, 'root'>> & {
  readonly root?: (Omit<Root, 'incidents'> & Partial<Pick<Root, 'incidents'>>) | null;
};

export function notificationOf({ root, ...changes }: NotificationChanges = {}): Notification {
  const incidents = changes.incidents ?? [incidentOf()];
  return {
    key: 'delivery-1',
    kind: 'trigger',
    priority: 'P0',
    incidents,
    reroute: null,
    root: root ? { ...root, incidents: root.incidents ?? incidents } : null,
    ambiguous: false,
    recipient: 0,
    statusUrl: 'https://status.example.com',
    canAcknowledge: true,
    now: NOW,
    ...changes,
  };
}

/** As many clusters of shop as asked for, all without a fresh backup. */
export function stormOf(count: number, change: (index: number) => Partial<Incident> = () => ({})): readonly Incident[] {
  return Array.from({ length: count }, (_, index) => {
    const resource = {
      projectId: '65aa00000000000000000001',
      projectName: 'shop',
      clusterId: `65bb${index}`,
      name: `cluster-${index + 1}`,
    };
    return incidentOf({ id: `backup-age-${index + 1}`, resource, ...change(index) });
  });
}

/** A name that tries everything: HTML, Slack's commands, a header of its own, invisible and reversing marks, half a surrogate. */
export const HOSTILE = 'x<img src=x onerror=alert(1)><!channel> &amp; "q"\r\nBcc: eve@example.com\u202Egnp\u200B\u0000\uD800';

export function hostileIncident(): Incident {
  return incidentOf({
    resource: { projectId: '65aa', projectName: HOSTILE, clusterId: '65bb', name: HOSTILE },
    summary: `${HOSTILE} is old`,
    evidence: [[HOSTILE, HOSTILE]],
    action: HOSTILE,
  });
}
