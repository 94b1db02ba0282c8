import type { Head } from '../../../lib/domain/incidents/head.ts';
import type { Incident } from '../../../lib/domain/incidents/incident.ts';
import type { PastIncident } from '../../../lib/domain/incidents/past-incident.ts';
import { erasureDetails } from '../../../lib/domain/recovery/erasure.ts';
import type { LogRecord } from '../../../lib/domain/recovery/log-record.ts';
import type { AuditDraft } from '../../../lib/domain/audit/audit-entry.ts';
import { DAY, HOUR, iso, MINUTE, type Instant } from '../../../lib/domain/time.ts';
import type { Store } from '../../../lib/record/store.ts';
import { recordedBefore } from '../recorded.ts';

/** Names as long as Atlas would never have them, and one that is written from right to left. */
export const LONG_NAME = 'a-cluster-with-a-name-that-has-no-place-to-break-it'.repeat(4);
export const HEBREW = 'אשכול הזמנות';
const ARABIC = 'عنقود الطلبات '.repeat(14);
const SHOP = { projectId: 'p1', projectName: 'shop' };

/** A store that holds something for every list: open and past incidents, messages of every state, checks, gaps, acts, records and erasures. */
export async function recordLists(store: Store, now: Instant): Promise<void> {
  const { revision } = await store.readHead();
  const swap = { expected: revision, writer: 'test', adopt: [], drop: [], release: null, now };
  await store.swap({ ...swap, head: headOf(now), history: historyOf(now), records: recordsOf(now), trail: trailOf(now) });
}

function headOf(now: Instant): Head {
  const { incident, delivery, head } = recordedBefore(now);
  const [hebrew, long] = [HEBREW, LONG_NAME].map((name) => ({ ...SHOP, clusterId: `id-${name.slice(0, 3)}`, name }));
  const incidents = [
    incident({ id: 'open-1', openedAt: now - 3 * HOUR, ...(hebrew && { resource: hebrew }) }),
    incident({
      id: 'open-2',
      check: 'snapshot-size',
      severity: 'warning',
      priority: 'P1',
      openedAt: now - 2 * DAY,
      ...(long && { resource: long }),
    }),
    ended(incident({ id: 'lately', openedAt: now - 9 * HOUR }), now - HOUR),
  ];
  const message = { incidents: ['open-1'], createdAt: now - 3 * HOUR } as const;
  const deliveries = [
    delivery({ ...message, key: 'm1', state: 'accepted', attempts: 1, acceptedAt: now - 3 * HOUR + MINUTE }),
    delivery({
      ...message,
      key: 'm2',
      channel: 'sms',
      state: 'rejected',
      attempts: 4,
      nextTryAt: now + HOUR,
      lastError: `Twilio answered 400 ${LONG_NAME}`,
    }),
    delivery({
      ...message,
      key: 'm3',
      channel: 'email',
      kind: 'remind',
      state: 'owed',
      attempts: 2,
      nextTryAt: now + 5 * MINUTE,
      lastError: '451 try later',
    }),
    delivery({ ...message, key: 'm4', channel: 'slack', incidents: [], kind: 'digest', state: 'unknown', attempts: 1 }),
    delivery({ ...message, key: 'm5', channel: 'slack', incidents: ['open-2', 'open-1'], state: 'cancelled' }),
  ];
  const days = [{ day: iso(now - DAY).slice(0, 10), runs: 24, complete: 23, opened: 1, resolved: 1 }];
  const calls = { since: now - 10 * DAY, last: now - 20 * MINUTE, days: [[iso(now).slice(0, 10), 12]] as const };
  return { ...head(), incidents, deliveries, days, calls: { '*': calls, vercel: calls } };
}

function ended(incident: Incident, resolvedAt: Instant): Incident {
  const { openedAt } = incident;
  const acknowledgement = { by: 'dana', via: 'page', at: openedAt + 5 * MINUTE, until: openedAt + 4 * HOUR } as const;
  return { ...incident, state: 'resolved', resolvedAt, resolution: 'recovered', acknowledgement, trail: [acknowledgement] };
}

/** One incident a day for 120 days, the newest ten days ago. */
function historyOf(now: Instant): readonly PastIncident[] {
  const { incident, delivery } = recordedBefore(now);
  return Array.from({ length: 120 }, (_, index) => {
    const openedAt = now - (10 + index) * DAY;
    const priority = index % 10 === 0 ? 'P1' : 'P0';
    const id = `past-${String(index).padStart(3, '0')}`;
    const notes = index === 0 ? [{ id: 'n1', at: openedAt + HOUR, by: 'dana', text: 'the disk was full' }] : [];
    const said = incident({ id, openedAt, priority, check: index % 10 === 0 ? 'rpo' : 'backup-age', notes });
    const sent = delivery({
      key: `trigger/pagerduty/0/${id}`,
      incidents: [id],
      state: 'accepted',
      createdAt: openedAt,
      acceptedAt: openedAt + MINUTE,
      attempts: 1,
    });
    return { incident: ended(said, openedAt + 2 * HOUR), deliveries: [sent] };
  });
}

function trailOf(now: Instant): readonly AuditDraft[] {
  const run = (at: Instant, details: AuditDraft['details']): AuditDraft => ({
    at,
    what: 'run',
    by: 'cron',
    from: null,
    about: `run-${at}`,
    details: { startedAt: iso(at), finishedAt: iso(at + 40_000), complete: 'yes', ...details },
    data: '{"whole":false,"clusters":[{"id":"c1"}],"gone":[],"wider":{}}',
  });
  const act = (at: Instant, what: AuditDraft['what'], by: string | null): AuditDraft => ({
    at,
    what,
    by,
    from: null,
    about: HEBREW,
    details: { why: ARABIC },
  });
  return [
    run(now - 9 * HOUR, {}),
    {
      at: now - 5 * HOUR,
      what: 'gap',
      by: 'cron',
      from: null,
      about: null,
      details: { from: iso(now - 8 * HOUR - 10 * MINUTE), to: iso(now - 5 * HOUR) },
    },
    run(now - 5 * HOUR, { clusters: '12', unknown: '0' }),
    run(now - 4 * HOUR, {
      complete: 'no',
      trigger: 'vercel',
      clusters: '12',
      unknown: '2',
      'unknown of': `project shop, ${HEBREW} (shop)`,
    }),
    act(now - 3 * HOUR, 'silence-made', 'dana'),
    act(now - 2 * HOUR, 'resend', 'Rob'),
    ...Array.from({ length: 60 }, (_, index) => act(now - HOUR + index * 1_000, 'note', 'dana')),
  ];
}

function recordsOf(now: Instant): readonly LogRecord[] {
  const record = (id: string, said: Partial<LogRecord>): LogRecord => ({
    id,
    kind: 'restore-test',
    startedAt: now - 2 * HOUR,
    endedAt: now - HOUR,
    subject: 'orders (project shop)',
    by: 'cron',
    verdict: 'passed',
    summary: 'Restored and validated.',
    measured: { rto: HOUR },
    evidence: [],
    details: {},
    ...said,
  });
  const clusters = [{ project: 'shop', projectId: 'p1', cluster: 'orders', clusterId: 'c1' }];
  const erasure = {
    reference: 'PRIV-123',
    erasedAt: now - 3 * DAY,
    by: 'dana',
    clusters,
    namespaces: ['shop.users'],
    leaves: 'nobody knows when',
  };
  return [
    record('t1', {}),
    record('t2', { subject: `${LONG_NAME} (project ${ARABIC})`, kind: 'drill' }),
    record('e1', {
      kind: 'erasure',
      subject: 'PRIV-123',
      verdict: 'noted',
      measured: {},
      endedAt: now - 3 * DAY,
      details: erasureDetails(erasure),
    }),
    record('r1', { kind: 'restore', details: { point: `snapshot of ${iso(now - 4 * DAY)}` } }),
  ];
}
