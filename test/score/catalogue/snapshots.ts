import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import type { Chapter, Fault } from '../fault.ts';
import { AGE_LIMIT, edit, edits, NEXT_CHECK, newest, unsettled } from './acts.ts';

const stops: readonly Fault[] = [
  {
    id: 'stopped',
    title: 'the schedule stops taking snapshots; the API says nothing else',
    source: '[D] docs/facts/atlas.md §8 row 8',
    start: ({ orders }) => void (orders.stalled = true),
    expect: [{ check: 'backup-age', severity: 'critical', about: 'orders', within: AGE_LIMIT }],
    lasts: 26 * HOUR,
    mend: ({ atlas, orders }) => atlas.mend(orders),
  },
  {
    id: 'stopped-while-next-is-promised',
    title: 'snapshots stop, while `nextSnapshot` goes on promising the next one in time',
    source: '[D] docs/facts/atlas.md §8 row 8, §4',
    setup: { orders: { every: DAY } },
    start: ({ orders }) => void (orders.stalled = true),
    expect: [{ check: 'backup-age', severity: 'critical', about: 'orders', within: AGE_LIMIT + 2 * HOUR }],
    lasts: 28 * HOUR,
  },
  {
    id: 'schedule-emptied',
    title: 'all policy items are deleted: `policyItems: []`, and `nextSnapshot` is absent',
    source: '[R] docs/facts/atlas.md §4',
    start: ({ atlas, orders }) => {
      orders.stalled = true;
      atlas.fault(
        /orders\/backup\/schedule/,
        edit((body) => ({ ...body, nextSnapshot: undefined, policies: [{ id: orders.id, policyItems: [] }] })),
      );
    },
    expect: [
      // The second check that finds it empty.
      { check: 'backup-policy', severity: 'critical', about: 'orders', within: 2 * HOUR },
      { check: 'backup-age', severity: 'critical', about: 'orders', within: AGE_LIMIT },
    ],
    lasts: 26 * HOUR,
  },
  {
    id: 'plan-changed',
    title: 'the schedule is changed to weekly snapshots alone',
    source: '[S] docs/facts/atlas.md §4',
    start: ({ atlas, orders }) => {
      orders.stalled = true;
      const weekly = { id: orders.id, frequencyType: 'weekly', frequencyInterval: 6, retentionUnit: 'weeks', retentionValue: 4 };
      atlas.fault(
        /orders\/backup\/schedule/,
        edit((body) => ({ ...body, policies: [{ id: orders.id, policyItems: [weekly] }] })),
      );
    },
    expect: [
      { check: 'backup-policy', severity: 'warning', about: 'orders', within: NEXT_CHECK },
      { check: 'backup-age', severity: 'critical', about: 'orders', within: AGE_LIMIT },
    ],
    lasts: 26 * HOUR,
  },
  {
    id: 'interval-missed',
    title: 'a six-hourly schedule without PITR misses its next snapshot: interval + grace is over',
    source: '[D] docs/facts/atlas.md §8 row 8',
    setup: { policy: { clusters: [{ cluster: 'orders', pitr: { wanted: false } }] }, orders: { pit: false } },
    start: ({ orders }) => void (orders.stalled = true),
    expect: [
      { check: 'rpo', severity: 'warning', about: 'orders', within: 8 * HOUR },
      // Plan 2.1: over twice the promise.
      { check: 'rpo', severity: 'critical', about: 'orders', within: 15 * HOUR },
    ],
    lasts: 15 * HOUR,
    mend: ({ orders }) => void (orders.stalled = false),
    endsWithin: 7 * HOUR,
  },
];

const spoilt: readonly Fault[] = [
  {
    id: 'failed',
    title: 'a snapshot fails; the listing says `failed`, without a reason',
    source: '[S] docs/facts/atlas.md §3',
    start: ({ atlas, orders }) => atlas.failSnapshot(orders),
    expect: [{ check: 'snapshot-failed', severity: 'warning', about: 'orders', within: NEXT_CHECK }],
    lasts: 2 * HOUR,
    mend: ({ atlas, orders }) => atlas.mend(orders),
  },
  {
    id: 'failed-event-alone',
    title: 'CPS_SNAPSHOT_FAILED comes, and the listing drops the failed snapshot',
    source: '[S] docs/facts/atlas.md §6',
    start: ({ shop, orders }) => void shop.addEvent('CPS_SNAPSHOT_FAILED', MINUTE, { clusterId: orders.id, clusterName: 'orders' }),
    expect: [{ check: 'snapshot-failed', severity: 'warning', about: 'orders', within: NEXT_CHECK }],
    lasts: 2 * HOUR,
    mend: ({ atlas, orders }) => atlas.mend(orders),
  },
  {
    id: 'running-for-ever',
    title: 'a snapshot stays `inProgress` for hours, three times as long as any before',
    source: '[R] docs/facts/atlas.md §3',
    start: ({ orders, time }) => void orders.add(unsettled(orders, time.now())),
    expect: [{ check: 'snapshot-failed', severity: 'warning', about: 'orders', within: 2 * HOUR + NEXT_CHECK }],
    lasts: 4 * HOUR,
  },
  {
    id: 'on-demand-queued-for-ever',
    title: 'an on-demand snapshot stays unfinished, and the schedule waits behind it',
    source: '[D] docs/facts/atlas.md §1 (UNFINISHED_ON_DEMAND_SNAPSHOT)',
    start: ({ orders, time }) => {
      orders.stalled = true;
      orders.add({ ...unsettled(orders, time.now()), type: 'onDemand', frequency: 'ondemand' });
    },
    expect: [
      { check: 'snapshot-failed', severity: 'warning', about: 'orders', within: 2 * HOUR + NEXT_CHECK },
      { check: 'backup-age', severity: 'critical', about: 'orders', within: AGE_LIMIT + HOUR },
    ],
    lasts: 27 * HOUR,
  },
  {
    id: 'vanished-snapshot',
    title: 'the newest snapshots are deleted by hand; the older ones stay',
    source: '[S] docs/facts/atlas.md §6 (CPS_SNAPSHOT_DELETED_AUDIT)',
    start: ({ orders, time }) => {
      orders.snapshots = orders.snapshots.filter((one) => one.createdAt < time.now() - 25 * HOUR);
      orders.stalled = true;
      orders.version += 1;
    },
    expect: [
      { check: 'backup-age', severity: 'critical', about: 'orders', within: NEXT_CHECK },
      { check: 'snapshot-deleted', severity: 'warning', about: 'orders', within: NEXT_CHECK },
    ],
    besides: { disagreement: 'info' },
    lasts: 2 * HOUR,
  },
  {
    id: 'all-snapshots-gone',
    title: 'every snapshot is gone, the cluster and its schedule are not',
    source: '[D] docs/facts/atlas.md §10 (terminating or disabling deletes at once)',
    start: ({ orders }) => {
      orders.snapshots = [];
      orders.stalled = true;
      orders.version += 1;
    },
    expect: [
      { check: 'backup-age', severity: 'critical', about: 'orders', within: NEXT_CHECK },
      { check: 'snapshot-deleted', severity: 'critical', about: 'orders', within: NEXT_CHECK },
    ],
    besides: { disagreement: 'info' },
    lasts: 2 * HOUR,
  },
  {
    id: 'expired-all',
    title: 'retention is shortened after the fact: what is left has expired',
    source: '[S] docs/facts/atlas.md §4 (`updateSnapshots`), §6 (CPS_SNAPSHOT_RETENTION_MODIFIED_AUDIT)',
    start: ({ orders, time, atlas }) => {
      orders.stalled = true;
      const expired = new Date(time.now() - MINUTE).toISOString();
      atlas.fault(
        /orders\/backup\/snapshots/,
        edits((one) => ({ ...one, expiresAt: expired })),
      );
    },
    expect: [
      { check: 'backup-age', severity: 'critical', about: 'orders', within: NEXT_CHECK },
      { check: 'snapshot-deleted', severity: 'warning', about: 'orders', within: NEXT_CHECK },
    ],
    besides: { disagreement: 'info' },
    lasts: 2 * HOUR,
  },
];

const sizes: readonly Fault[] = [
  {
    id: 'shrunk',
    title: 'the newest snapshot is 60 % smaller',
    source: '[R] docs/facts/atlas.md §3 (`storageSizeBytes` is a full size)',
    start: ({ atlas, orders }) => atlas.resize(orders, 0.4),
    expect: [{ check: 'snapshot-size', severity: 'warning', about: 'orders', within: NEXT_CHECK }],
    lasts: 2 * HOUR,
    mend: ({ atlas, orders }) => atlas.mend(orders),
  },
  {
    id: 'grown',
    title: 'the newest snapshot is four times as large',
    source: '[R] docs/facts/atlas.md §3',
    start: ({ atlas, orders }) => atlas.resize(orders, 4),
    expect: [{ check: 'snapshot-size', severity: 'warning', about: 'orders', within: NEXT_CHECK }],
    lasts: 2 * HOUR,
    mend: ({ atlas, orders }) => atlas.mend(orders),
  },
  {
    id: 'almost-empty',
    title: 'a small cluster falls to the floor of some 1.55 GB: its data are gone',
    source: '[R] docs/facts/atlas.md §3 (floor of 1,535,365,120 bytes)',
    setup: { orders: { sizeBytes: 2_300_000_000 } },
    start: ({ orders, time }) => void orders.add(newest(orders, time.now(), { sizeBytes: 1_550_000_000 })),
    expect: [{ check: 'snapshot-size', severity: 'warning', about: 'orders', within: NEXT_CHECK }],
    lasts: 2 * HOUR,
  },
  {
    id: 'shrunk-in-steps',
    title: 'three snapshots in a row lose 30 % each: no step is over 50 %, the week’s median is',
    source: '[R] docs/facts/atlas.md §3',
    start: ({ orders }) => shrinkTo(orders, 0.7),
    later: [
      [6 * HOUR, ({ orders }) => shrinkTo(orders, 0.49)],
      [12 * HOUR, ({ orders }) => shrinkTo(orders, 0.34)],
    ],
    expect: [{ check: 'snapshot-size', severity: 'warning', about: 'orders', within: 13 * HOUR }],
    lasts: 14 * HOUR,
  },
  {
    id: 'size-zero',
    title: 'a completed snapshot reports size 0: a failed reading, not a size',
    source: '[R] docs/facts/atlas.md §3 (size 0 until completed)',
    start: ({ orders, time }) => void orders.add(newest(orders, time.now(), { sizeBytes: 0 })),
    expect: [],
    lasts: HOUR,
  },
];

function shrinkTo(orders: Parameters<typeof newest>[0], factor: number): void {
  orders.sizeBytes = Math.round(100_000_000_000 * factor);
}

export const SNAPSHOTS: Chapter = { heading: 'Snapshots', faults: [...stops, ...spoilt, ...sizes] };
