import { EMPTY_MEMORY } from '../../lib/domain/memory/memory.ts';
import { DAY, HOUR, MINUTE, type Instant } from '../../lib/domain/time.ts';
import { emptyHead, type Head } from '../../lib/domain/incidents/head.ts';
import { NO_RECOVERY } from '../../lib/domain/recovery/restore-test.ts';
import type { RecordedView } from '../../lib/domain/findings/recorded-view.ts';
import { beginTest } from '../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { writePacked } from '../../lib/record/blobs/packed-blobs.ts';
import { openSqliteStore } from '../../lib/record/sqlite/sqlite.ts';
import { afterMidnight } from './after-midnight.ts';
import { recordedBefore } from '../app/recorded.ts';
import { record as logRecord } from '../record/samples.ts';
import { line, proof, restorePlan } from '../support/recovery.ts';

export type Recorded = { readonly head: Head; readonly view: RecordedView };

const HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}';
const LONG = 'a-cluster-with-a-name-that-no-window-is-wide-enough-for-and-that-has-no-place-to-break-it';

let written = 0;

/** Puts what a run would have recorded into the state file, as a run does. */
export async function record(path: string, { head, view }: Recorded): Promise<void> {
  const store = openSqliteStore(path);
  written += 1;
  const [{ names: memoryBlobs }, { names: viewBlobs }] = await writePacked(store, `recorded-${written}`, [EMPTY_MEMORY, view]);
  const { revision } = await store.readHead();
  const names = [...memoryBlobs, ...viewBlobs];
  const swap = { expected: revision, writer: 'test', adopt: names, drop: [], history: [], release: null, now: afterMidnight() };
  await store.swap({ ...swap, head: { ...head, memoryBlobs, viewBlobs } });
  await store.close();
}

/** Adds a restore test to the log of records. */
export async function recordTest(path: string, id: string, now: Instant): Promise<void> {
  const store = openSqliteStore(path);
  const { revision, head } = await store.readHead();
  const swap = { expected: revision, writer: 'test', adopt: [], drop: [], history: [], release: null, now };
  await store.swap({ ...swap, head: head ?? emptyHead(now), records: [logRecord(id, now)] });
  await store.close();
}

/** Everything a page can hold at once: each verdict, breaks, every kind of delivery, names that are too long or mean harm. */
export function mixture(now: Instant): Recorded {
  const { head, view } = recordedBefore(now);
  return { head: head({ incidents: incidents(now), deliveries: deliveries(now) }), view: view(rows(now), wider(now)) };
}

/** As `mixture`, but the last run, which ended 20 minutes before, is long past. */
export function stale(now: Instant): Recorded {
  return mixture(now - 9 * HOUR + 20 * MINUTE);
}

/** The last run was cut off by its budget. */
export function partial(now: Instant): Recorded {
  const { head, view, row, run } = recordedBefore(now);
  const unread = row('events', { verdict: 'unknown', findings: [] });
  return { head: head({ lastRun: run(MINUTE, false) }), view: view([row('orders'), unread]) };
}

/** Nothing is wrong anywhere. */
export function healthy(now: Instant): Recorded {
  const { head, view, row } = recordedBefore(now);
  return { head: head(), view: view(['ledger', 'orders', 'sessions'].map((name) => row(name))) };
}

/** Restore tests of every outcome, one under way, one refused, a drill, a follow-up and an assertion that does not hold. */
export function proving(now: Instant): Recorded {
  const { head, view, row } = recordedBefore(now);
  const source = (name: string) => ({ projectId: 'p1', projectName: 'shop', clusterId: `c-${name}`, name });
  const failed = proof({
    id: 'b',
    source: source('ledger'),
    verdict: 'failed',
    why: HOSTILE,
    startedAt: now - 3 * HOUR,
    endedAt: now - 2 * HOUR,
  });
  const begun = beginTest(head(), restorePlan({ name: LONG }), { id: 'c', now: now - HOUR });
  const follow = { id: 'follow-up-1', drill: 'd', text: `raise the tier ${LONG}`, since: now - DAY, due: now + DAY };
  const ended = {
    id: 'd',
    plan: 'monthly',
    scenario: 'primary-failure',
    at: now - DAY,
    verdict: 'passed',
    summary: 'no write was accepted for 4 s',
  } as const;
  const recovery = {
    ...(begun.recovery ?? NO_RECOVERY),
    proofs: [proof({ source: source('orders'), startedAt: now - 2 * DAY, endedAt: now - DAY }), failed],
    refusals: {
      'nightly|shop/ledger': {
        at: now - HOUR,
        why: 'the target sandbox is busy (UPDATING): it must be IDLE',
        plan: 'nightly',
        source: { project: 'shop', cluster: 'ledger' },
      },
    },
    drills: { active: [], refusals: {}, ended: [ended], followUps: [follow] },
    integrity: { at: now - HOUR, lines: [line('failed', { what: 'assertion' })], lastHeld: {} },
  };
  return { head: { ...begun, recovery }, view: view(['ledger', 'orders'].map((name) => row(name))) };
}

/** More clusters than one page holds. */
export function many(now: Instant): Recorded {
  const { head, view, row } = recordedBefore(now);
  return { head: head(), view: view(Array.from({ length: 230 }, (_, index) => row(`cluster-${String(index).padStart(3, '0')}`))) };
}

function rows(now: Instant): RecordedView['clusters'] {
  const { row, finding } = recordedBefore(now);
  const critical = finding({ verdict: 'failing', severity: 'critical', summary: 'The newest recovery point is 30 h old.' });
  const size = finding({
    check: 'snapshot-size',
    verdict: 'failing',
    severity: 'warning',
    summary: 'The newest snapshot is 55 % smaller.',
  });
  const blind = finding({ verdict: 'unknown', summary: 'listSnapshots events: 403 IP_ADDRESS_NOT_ON_ACCESS_LIST' });
  const hole = { from: now - 31 * HOUR, to: now - 29 * HOUR, cause: 'the oplog fell behind' };
  return [
    row('orders', { verdict: 'failing', findings: [critical, size], window: null, newestRecoveryPoint: now - 30 * HOUR }),
    row('catalogue', { window: { from: now - 7 * DAY, to: now - MINUTE, breaks: [hole] } }),
    row('events', { kind: 'sharded', verdict: 'unknown', window: null, findings: [blind] }),
    row('prototype', { kind: 'flex', window: null, projectName: 'playground' }),
    row('tutorial', { kind: 'free', verdict: 'exempt', window: null, newestRecoveryPoint: null }),
    row(HOSTILE, { clusterId: 'hostile', projectName: HOSTILE, verdict: 'failing', findings: [{ ...size, summary: HOSTILE }] }),
    row(LONG, { projectName: LONG }),
  ];
}

function wider(now: Instant): RecordedView['wider'] {
  const { wider: about } = recordedBefore(now);
  const pending = about('billing', { check: 'visibility', verdict: 'unknown', summary: 'listEvents: 503' });
  const free = about('playground', { check: 'backup-off', verdict: 'failing', severity: 'info', summary: 'M0 has no backups.' });
  return [pending, free];
}

function incidents(now: Instant): Head['incidents'] {
  const { incident } = recordedBefore(now);
  const action = `Read ${LONG}${LONG}.`;
  return [
    incident(),
    incident({
      id: 'i2',
      check: 'snapshot-size',
      severity: 'warning',
      priority: 'P1',
      summary: HOSTILE,
      action,
      evidence: [[HOSTILE, LONG]],
    }),
    incident({ id: 'i3', check: 'pitr-break', severity: 'info', priority: 'P2', state: 'acknowledged' }),
    incident({
      id: 'i4',
      check: 'snapshot-failed',
      state: 'resolved',
      resolvedAt: now - HOUR,
      resolution: 'recovered: the newest is 1 h old',
    }),
  ];
}

function deliveries(now: Instant): Head['deliveries'] {
  const { delivery } = recordedBefore(now);
  return [
    delivery({ state: 'accepted', attempts: 1, acceptedAt: now - 5 * HOUR }),
    delivery({ key: 'k2', channel: 'sms', attempts: 2, nextTryAt: now + 6 * MINUTE, lastError: 'Twilio answered 503' }),
    delivery({ key: 'k3', channel: 'slack', state: 'rejected', attempts: 1, lastError: 'Slack: channel_not_found', incidents: ['i2'] }),
    delivery({
      key: 'k4',
      channel: 'email',
      state: 'unknown',
      attempts: 1,
      nextTryAt: now + MINUTE,
      lastError: HOSTILE,
      incidents: ['i2', 'i4'],
    }),
  ];
}
