import type { Finding } from '../../lib/domain/findings/finding.ts';
import type { ClusterRow, RestorableMoments } from '../../lib/domain/findings/recorded-view.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { NO_RECOVERY } from '../../lib/domain/recovery/restore-test.ts';
import { DAY, HOUR, type Instant, iso, MINUTE } from '../../lib/domain/time.ts';
import { recordedBefore } from '../app/recorded.ts';
import { proof } from '../support/recovery.ts';
import type { Recorded } from './recorded-state.ts';

type Resource = Finding['resource'];

function resourceOf({ projectId, projectName, clusterId, name }: ClusterRow): Resource {
  return { projectId, projectName, clusterId, name };
}

/** A cluster whose snapshots stopped so long before, with what says so. */
function stopped(now: Instant, name: string, ago: number): { readonly row: ClusterRow; readonly incident: Incident } {
  const { row: rowOf, finding, incident } = recordedBefore(now);
  const summary = `no snapshot for ${ago} h (limit 24 h)`;
  const failing = finding({ verdict: 'failing', severity: 'critical', summary });
  const row = rowOf(name, { verdict: 'failing', window: null, newestRecoveryPoint: now - ago * HOUR, findings: [failing] });
  const restorable: RestorableMoments = { ...row.restorable, window: row.window };
  const about = { id: `backup-age-${name}`, resource: resourceOf(row), summary: `${name}: ${summary}`, restorable };
  return { row, incident: incident({ ...about, startedAt: now - (ago - 24) * HOUR, openedAt: now - HOUR }) };
}

/** One cluster of ten has no recent snapshot; its restores were timed. */
export function oneP0(now: Instant): Recorded {
  const { head, view, row, delivery } = recordedBefore(now);
  const { row: orders, incident } = stopped(now, 'orders', 30);
  const tests = [14, 11, 12].map((minutes, index) =>
    proof({
      id: `t${index}`,
      source: { projectId: 'p1', projectName: 'shop', clusterId: 'id-orders', name: 'orders' },
      startedAt: now - (9 - index) * DAY,
      endedAt: now - (9 - index) * DAY + minutes * MINUTE,
      measured: { restore: 9 * MINUTE, validate: 2 * MINUTE, rto: minutes * MINUTE, rpo: 5 * MINUTE },
    }),
  );
  const others = ['billing', 'carts', 'catalogue', 'events', 'ledger', 'search', 'sessions', 'stock', 'users'].map((name) => row(name));
  const deliveries = [
    delivery({ state: 'accepted', attempts: 1, acceptedAt: now - HOUR, incidents: [incident.id] }),
    delivery({ key: 'k2', channel: 'sms', state: 'accepted', attempts: 1, acceptedAt: now - HOUR, incidents: [incident.id] }),
  ];
  return {
    head: head({ incidents: [incident], deliveries, recovery: { ...NO_RECOVERY, proofs: tests } }),
    view: view([orders, ...others]),
  };
}

/** Three incidents of one cluster, of which two page and one is told once. */
export function severalOfOne(now: Instant): Recorded {
  const { head, view } = oneP0(now);
  const [first] = head.incidents;
  if (first === undefined) throw new Error('the state of one P0 has no incident');
  const behind = { id: 'rpo-orders', check: 'rpo', summary: 'orders: the last 30 h of writes would be lost (limit 1 h)' } as const;
  const span = `${iso(now - 40 * HOUR)} to ${iso(now - 36 * HOUR)} (oplog behind, 4 h)`;
  const brokenSpan = { id: 'pitr-break-orders', check: 'pitr-break', severity: 'warning', priority: 'P1' } as const;
  const past = { summary: `orders: PITR cannot reach ${span}`, action: 'Nothing can mend it. Note it in your incident log.' };
  const incidents = [first, { ...first, ...behind }, { ...first, ...brokenSpan, ...past, startedAt: now - 40 * HOUR }];
  const deliveries = head.deliveries.map((delivery) => ({ ...delivery, incidents: incidents.map(({ id }) => id) }));
  return { head: { ...head, incidents, deliveries }, view };
}

/** Snapshots of twelve clusters stopped at once. */
export function storm(now: Instant): Recorded {
  const { head, view, row, delivery } = recordedBefore(now);
  const all = Array.from({ length: 12 }, (_, index) => stopped(now, `svc-${String(index + 1).padStart(2, '0')}-auth`, 26 + index));
  const ids = all.map(({ incident }) => incident.id);
  const sms = delivery({ key: 'k2', channel: 'sms', state: 'accepted', attempts: 1, acceptedAt: now - HOUR, incidents: ids });
  const pages = ids.map((id) => delivery({ key: `page ${id}`, state: 'accepted', attempts: 1, acceptedAt: now - HOUR, incidents: [id] }));
  return {
    head: head({ incidents: all.map(({ incident }) => incident), deliveries: [sms, ...pages] }),
    view: view([...all.map((one) => one.row), ...['billing', 'orders'].map((name) => row(name))]),
  };
}

/** Atlas refuses to be read: thirty clusters, each with what was last known. */
export function blind(now: Instant): Recorded {
  const { head, view, finding, incident, delivery, row: rowOf } = recordedBefore(now);
  const reason = 'listClusters: 403 IP_ADDRESS_NOT_ON_ACCESS_LIST';
  const rows = Array.from({ length: 30 }, (_, index) => {
    const row = rowOf(index === 0 ? 'orders' : `svc-${String(index + 1).padStart(2, '0')}`, {
      verdict: 'unknown',
      findings: [finding({ verdict: 'unknown', summary: reason })],
    });
    return { ...row, restorable: { ...row.restorable, readAt: now - 4 * HOUR } };
  });
  const resource = { projectId: 'p1', projectName: 'shop', clusterId: null, name: 'shop' };
  const one = incident({
    id: 'visibility-p1',
    check: 'visibility',
    resource,
    severity: 'warning',
    priority: 'P1',
    summary: `blind since ${iso(now - 4 * HOUR)}: ${reason}`,
    action: 'Put the address of this machine on the access list of the service account.',
    startedAt: now - 4 * HOUR,
    openedAt: now - 2 * HOUR,
    evidence: [['reason', reason]],
  });
  const sent = delivery({
    channel: 'slack',
    priority: 'P1',
    state: 'accepted',
    attempts: 1,
    acceptedAt: now - 2 * HOUR,
    incidents: [one.id],
  });
  return { head: head({ incidents: [one], deliveries: [sent] }), view: view(rows) };
}

/** Nothing is wrong any more. */
export function ended(now: Instant): Recorded {
  const { head, view, row } = recordedBefore(now);
  const { incident } = stopped(now, 'orders', 30);
  const over: Incident = {
    ...incident,
    state: 'resolved',
    resolvedAt: now - 20 * MINUTE,
    resolution: 'recovered: the newest is 25 min old',
  };
  return { head: head({ incidents: [over] }), view: view(['ledger', 'orders', 'sessions'].map((name) => row(name))) };
}
