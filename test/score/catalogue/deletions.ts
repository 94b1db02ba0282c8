import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import type { EmulatedCluster } from '../../emulators/atlas-model.ts';
import type { Chapter, Fault } from '../fault.ts';
import type { World } from '../world.ts';
import { edits, NEXT_CHECK } from './acts.ts';

const AUDIT = '[S] docs/facts/atlas.md §6 (CPS_SNAPSHOT_DELETED_AUDIT)';

/** Deletes the cluster's oldest snapshots that are kept for weeks yet. */
function deleteOldest(cluster: EmulatedCluster, count: number): void {
  const kept = cluster.snapshots.filter(({ expiresAt, createdAt }) => expiresAt - createdAt >= 20 * DAY);
  const gone = new Set(kept.slice(-count - 2, -2));
  cluster.snapshots = cluster.snapshots.filter((one) => !gone.has(one));
  cluster.version += 1;
}

/** Leaves the newest ones. */
function leave(cluster: EmulatedCluster, count: number): void {
  cluster.snapshots = cluster.snapshots.slice(-count);
  cluster.version += 1;
}

function addOnDemand({ orders, time }: World): void {
  for (const hours of [3, 5, 8])
    orders.add(orders.snapshot(time.now() - hours * HOUR, { type: 'onDemand', frequency: 'ondemand', expiresAt: time.now() + 90 * DAY }));
}

function deleteOnDemand({ orders }: World): void {
  orders.snapshots = orders.snapshots.filter(({ type }) => type !== 'onDemand');
  orders.version += 1;
}

const warning = { check: 'snapshot-deleted', severity: 'warning', about: 'orders', within: NEXT_CHECK } as const;
const critical = { ...warning, severity: 'critical' } as const;

const lost: readonly Fault[] = [
  {
    id: 'points-deleted',
    title: 'two daily snapshots of weeks ago are deleted by hand; the newest are all there',
    source: AUDIT,
    start: ({ orders }) => deleteOldest(orders, 2),
    expect: [warning],
    lasts: 3 * HOUR,
  },
  {
    id: 'most-points-deleted',
    title: 'all snapshots but the newest five are deleted',
    source: AUDIT,
    start: ({ orders }) => leave(orders, 5),
    expect: [critical],
    lasts: 3 * HOUR,
  },
  {
    id: 'most-points-of-shards-deleted',
    title: 'all snapshots of a sharded cluster but the newest five are deleted',
    source: AUDIT,
    setup: { orders: { kind: 'sharded' } },
    start: ({ orders }) => leave(orders, 5),
    expect: [critical],
    lasts: 3 * HOUR,
  },
  {
    id: 'points-deleted-unanswered',
    title: 'two snapshots are deleted, and Atlas answers no question about one snapshot: the second list decides',
    source: '[X] docs/facts/atlas.md §9 (a 500 on one endpoint)',
    start: ({ atlas, orders }) => {
      atlas.fault(/backup\/snapshots\/[0-9a-f]{24}/, { kind: 'status', status: 500 });
      deleteOldest(orders, 2);
    },
    expect: [{ ...warning, within: 2 * HOUR }],
    lasts: 4 * HOUR,
  },
  {
    id: 'points-deleted-in-two-steps',
    title: 'first two snapshots are deleted, some hours later nearly all: one incident that rises',
    source: AUDIT,
    start: ({ orders }) => deleteOldest(orders, 2),
    later: [[5 * HOUR, ({ orders }) => leave(orders, 5)]],
    expect: [warning, { ...critical, within: 6 * HOUR }],
    lasts: 7 * HOUR,
  },
  {
    id: 'expiries-brought-forward',
    title: 'the expiry of every snapshot is brought forward by three days',
    source: '[S] docs/facts/atlas.md §6 (CPS_SNAPSHOT_RETENTION_MODIFIED_AUDIT)',
    start: ({ orders }) => {
      orders.snapshots = orders.snapshots.map((one) => ({ ...one, expiresAt: one.expiresAt - 3 * DAY }));
      orders.version += 1;
    },
    expect: [warning],
    lasts: 3 * HOUR,
  },
  {
    id: 'points-deleted-and-over',
    title: 'two snapshots are deleted, and nothing further happens for three days',
    source: '[D] docs/contract.md, clause 10',
    start: ({ orders }) => deleteOldest(orders, 2),
    expect: [{ ...warning, ends: true }],
    lasts: 75 * HOUR,
  },
  {
    id: 'kept-on-demand-deleted',
    title: 'on-demand snapshots that policy keeps are deleted',
    source: AUDIT,
    setup: { policy: { onDemand: 'kept' }, before: addOnDemand },
    start: deleteOnDemand,
    expect: [warning],
    lasts: 3 * HOUR,
  },
];

const quiet: readonly Fault[] = [
  {
    id: 'on-demand-deleted',
    title: 'scripts delete the on-demand snapshots that they made',
    source: AUDIT,
    setup: { before: addOnDemand },
    start: deleteOnDemand,
    expect: [],
    lasts: 3 * HOUR,
  },
  {
    id: 'page-lost-once',
    title: 'one list lacks half of the snapshots, and the next has them again',
    source: '[I] docs/facts/atlas.md §1 (pages are read one after the other)',
    start: ({ atlas }) =>
      atlas.fault(
        /orders\/backup\/snapshots\?/,
        edits((entry, index) => (index % 2 === 0 ? entry : null)),
      ),
    later: [[HOUR, ({ atlas }) => atlas.heal()]],
    expect: [],
    lasts: 3 * HOUR,
  },
  {
    id: 'expiries-some-hours-early',
    title: 'Atlas deletes snapshots eleven hours before the expiry that it told',
    source: '[I] docs/facts/atlas.md §3',
    start: ({ orders, time }) => {
      orders.snapshots = orders.snapshots.filter(({ expiresAt }) => expiresAt > time.now() + 11 * HOUR + 50 * MINUTE);
      orders.version += 1;
    },
    expect: [],
    lasts: 3 * HOUR,
  },
  {
    id: 'expiries-put-off',
    title: 'daily snapshots become weekly ones, and are kept for weeks longer',
    source: '[D] docs/facts/atlas.md §3 (labelled with the longest retention)',
    start: ({ orders }) => {
      orders.snapshots = orders.snapshots.map((one) => ({ ...one, expiresAt: one.expiresAt + 28 * DAY }));
      orders.version += 1;
    },
    expect: [],
    lasts: 3 * HOUR,
  },
];

export const DELETIONS: Chapter = { heading: 'Deleted snapshots', faults: [...lost, ...quiet] };
