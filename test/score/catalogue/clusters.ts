import { DAY, HOUR, iso, MINUTE } from '../../../lib/domain/time.ts';
import type { Chapter, Fault } from '../fault.ts';
import type { World } from '../world.ts';
import { AGE_LIMIT, edit, edits, NEXT_CHECK, newest } from './acts.ts';

const young: readonly Fault[] = [
  {
    id: 'young',
    title: 'a cluster is created: no snapshot yet, tiny oplog window',
    source: '[D] docs/facts/atlas.md §10 young clusters',
    start: ({ shop }) => void shop.addCluster('fresh', { age: 0, history: false }),
    expect: [],
    lasts: 9 * HOUR,
  },
  {
    id: 'young-never',
    title: 'a cluster is created and never gets its first snapshot',
    source: '[D] docs/facts/atlas.md §10 young clusters',
    start: ({ shop }) => void (shop.addCluster('fresh', { age: 0, history: false }).stalled = true),
    expect: [{ check: 'backup-age', severity: 'critical', about: 'fresh', within: 9 * HOUR }],
    lasts: 10 * HOUR,
  },
  {
    id: 'young-flex',
    title: 'a flex cluster is created: nothing for 24 h',
    source: '[D] docs/facts/atlas.md §10 young clusters, §2',
    start: ({ shop }) => void shop.addCluster('fresh', { kind: 'flex', age: 0, history: false }),
    expect: [],
    lasts: 27 * HOUR,
  },
  {
    id: 'young-flex-never',
    title: 'a flex cluster is created and never gets its daily snapshot',
    source: '[D] docs/facts/atlas.md §10 young clusters, §2',
    start: ({ shop }) => void (shop.addCluster('fresh', { kind: 'flex', age: 0, history: false }).stalled = true),
    expect: [{ check: 'backup-age', severity: 'critical', about: 'fresh', within: 27 * HOUR }],
    lasts: 28 * HOUR,
  },
];

const paused: readonly Fault[] = [
  {
    id: 'paused',
    title: 'the cluster is paused: backups and Atlas’s own alerts stop; its age is not held against it',
    source: '[D] docs/facts/atlas.md §10 paused',
    start: ({ orders }) => void (orders.paused = true),
    expect: [],
    lasts: 27 * HOUR,
  },
  {
    id: 'paused-ends-age',
    title: 'a cluster whose snapshots stopped is paused: the incident ends as paused',
    source: '[D] docs/facts/atlas.md §10 paused',
    start: ({ orders }) => void (orders.stalled = true),
    expect: [{ check: 'backup-age', severity: 'critical', about: 'orders', within: AGE_LIMIT }],
    lasts: 26 * HOUR,
    mend: ({ orders }) => void (orders.paused = true),
  },
  {
    id: 'paused-expiring',
    title: 'the last snapshot of a paused cluster will expire soon, and nothing replaces it',
    source: '[D] docs/facts/atlas.md §10 paused (snapshots expire normally)',
    setup: { before: longPaused },
    start: (world) => expireIn(world, 30 * HOUR),
    expect: [
      { check: 'backup-age', severity: 'warning', about: 'orders', within: NEXT_CHECK },
      { check: 'backup-age', severity: 'critical', about: 'orders', within: 7 * HOUR },
    ],
    besides: { 'snapshot-deleted': 'warning' },
    lasts: 8 * HOUR,
  },
  {
    id: 'paused-none-left',
    title: 'the last snapshot of a paused cluster has expired',
    source: '[D] docs/facts/atlas.md §10 paused',
    setup: { before: longPaused },
    start: (world) => expireIn(world, MINUTE),
    expect: [{ check: 'backup-age', severity: 'critical', about: 'orders', within: NEXT_CHECK }],
    besides: { 'snapshot-deleted': 'warning' },
    lasts: 2 * HOUR,
  },
  {
    id: 'resumed',
    title: 'a paused cluster is resumed: the pause is a break in its restore window',
    source: '[D] docs/facts/atlas.md §8 row 1, §10 (auto-resume at 30 days)',
    start: ({ orders }) => void (orders.paused = true),
    later: [[3 * HOUR, ({ orders }) => void (orders.paused = false)]],
    expect: [{ check: 'pitr-break', severity: 'warning', about: 'orders', within: 3 * HOUR + NEXT_CHECK }],
    lasts: 5 * HOUR,
  },
];

/** Paused for three days, with one snapshot left that lasts. */
function longPaused({ orders, time }: World): void {
  orders.paused = true;
  orders.snapshots = [newest(orders, time.now() - 3 * DAY, { expiresAt: time.now() + 30 * DAY })];
  orders.version += 1;
}

function expireIn({ orders, time }: World, left: number): void {
  orders.snapshots = orders.snapshots.map((one) => ({ ...one, expiresAt: time.now() + left }));
  orders.version += 1;
}

const tiers: readonly Fault[] = [
  {
    id: 'deleting-backups-off',
    title: 'a cluster is being deleted, and Atlas says already that its backups are off',
    source: '[S] docs/facts/atlas.md §2 (`stateName`); docs/contract.md, clause 10',
    start: ({ orders }) => void Object.assign(orders, { stateName: 'DELETING', backup: false, pit: false }),
    expect: [],
    lasts: 3 * HOUR,
  },
  {
    id: 'backups-off',
    title: 'Cloud Backup is disabled, which deletes the snapshots at once',
    source: '[D] docs/facts/atlas.md §10 (terminating or disabling), §8 row 1',
    start: ({ orders }) => {
      orders.backup = false;
      orders.pit = false;
      orders.snapshots = [];
      orders.version += 1;
    },
    expect: [{ check: 'backup-off', severity: 'critical', about: 'orders', within: NEXT_CHECK }],
    lasts: 2 * HOUR,
  },
  {
    id: 'backups-off-retained',
    title: 'Cloud Backup is disabled, its snapshots retained',
    source: '[D] docs/facts/atlas.md §10',
    start: ({ orders }) => void Object.assign(orders, { backup: false, pit: false }),
    expect: [{ check: 'backup-off', severity: 'critical', about: 'orders', within: NEXT_CHECK }],
    lasts: 2 * HOUR,
    mend: ({ orders }) => void Object.assign(orders, { backup: true, pit: true }),
    endsWithin: 2 * HOUR,
    besides: { 'pitr-break': 'warning' },
  },
  {
    id: 'flex-backups-off',
    title: 'a flex cluster’s backups are disabled',
    source: '[S] docs/facts/atlas.md §2, §10 (`backupEnabled` covers tenant backup)',
    setup: { clusters: { small: { kind: 'flex' } } },
    start: ({ cluster }) => void (cluster('small').backup = false),
    expect: [{ check: 'backup-off', severity: 'critical', about: 'small', within: NEXT_CHECK }],
    lasts: 2 * HOUR,
  },
  {
    id: 'flex-stopped',
    title: 'a flex cluster’s daily snapshot does not come',
    source: '[R] docs/facts/atlas.md §2',
    setup: { clusters: { small: { kind: 'flex' } } },
    start: ({ cluster }) => void (cluster('small').stalled = true),
    expect: [{ check: 'backup-age', severity: 'critical', about: 'small', within: AGE_LIMIT + 2 * HOUR }],
    lasts: 28 * HOUR,
  },
  {
    id: 'm0',
    title: 'an M0 appears: it has no backups at all, `backupEnabled: false` and no schedule',
    source: '[R] docs/facts/atlas.md §10, §2',
    start: ({ shop }) => void shop.addCluster('toy', { kind: 'free' }),
    expect: [{ check: 'backup-off', severity: 'info', about: 'shop', within: NEXT_CHECK }],
    lasts: 2 * HOUR,
  },
  {
    id: 'm0-exempt',
    title: 'an M0 with the exemption’s tag and a reason appears',
    source: '[R] docs/facts/atlas.md §10, §2',
    start: ({ shop }) => void shop.addCluster('toy', { kind: 'free', tags: { 'restorewatch-exempt': 'a playground' } }),
    expect: [],
    lasts: 2 * HOUR,
  },
  {
    id: 'nvme',
    title: 'an NVMe cluster: its only hourly interval is 12, and it takes its snapshots',
    source: '[D] docs/facts/atlas.md §10 NVMe',
    start: ({ shop }) => void shop.addCluster('fast', { every: 12 * HOUR, tier: 'M40_NVME' }),
    expect: [],
    lasts: 26 * HOUR,
  },
  {
    id: 'nvme-stopped',
    title: 'an NVMe cluster’s twelve-hourly snapshots stop',
    source: '[D] docs/facts/atlas.md §10 NVMe',
    setup: { clusters: { fast: { every: 12 * HOUR, tier: 'M40_NVME' } } },
    start: ({ cluster }) => void (cluster('fast').stalled = true),
    expect: [{ check: 'backup-age', severity: 'critical', about: 'fast', within: AGE_LIMIT }],
    lasts: 26 * HOUR,
  },
  {
    id: 'system-cluster',
    title: 'an internal system cluster without backups is listed',
    source: '[S] docs/facts/atlas.md §2 (`internalClusterRole`)',
    start: ({ shop }) => void shop.addCluster('shadow', { role: 'INTERNAL_SHADOW_CLUSTER', backup: false }),
    expect: [],
    lasts: 2 * HOUR,
  },
];

const gone: readonly Fault[] = [
  {
    id: 'deleted',
    title: 'a user terminates the cluster: its snapshots go with it, and events tell who',
    source: '[D] docs/facts/atlas.md §10 (terminating), §6',
    start: ({ atlas, orders }) => atlas.remove(orders, { byUser: 'dana@example.com' }),
    expect: [{ check: 'cluster-gone', severity: 'warning', about: 'orders', within: NEXT_CHECK }],
    lasts: 3 * HOUR,
  },
  {
    id: 'deleted-retained',
    title: 'a user terminates the cluster and retains its backups',
    source: '[D] docs/facts/atlas.md §10 (unless retained), §2',
    start: ({ atlas, orders }) => atlas.remove(orders, { byUser: 'dana@example.com', retainBackups: true }),
    expect: [{ check: 'cluster-gone', severity: 'warning', about: 'orders', within: NEXT_CHECK }],
    lasts: 3 * HOUR,
    proof: async (world) =>
      (await world.head())?.incidents.some(({ summary }) => /backups left: \d+ snapshot/.test(summary))
        ? null
        : 'nobody was told which backups are left',
  },
  {
    id: 'vanished',
    title: 'the cluster vanishes from the listing, and no event says why',
    source: '[I] docs/facts/atlas.md §2',
    start: ({ atlas, orders }) => atlas.remove(orders, { byUser: null }),
    expect: [{ check: 'visibility', severity: 'warning', about: 'orders', within: HOUR + NEXT_CHECK }],
    lasts: 3 * HOUR,
    mend: ({ atlas, orders }) => atlas.mend(orders),
  },
  {
    id: 'renamed-anew',
    title: 'a cluster is deleted and another of the same name made: its past is not the new one’s',
    source: '[S] docs/facts/atlas.md §2 (ids identify)',
    start: ({ atlas, orders, shop }) => {
      atlas.remove(orders, { byUser: 'dana@example.com' });
      shop.clusters = shop.clusters.filter((cluster) => cluster !== orders);
      shop.addCluster('orders', { age: 0, history: false });
    },
    expect: [{ check: 'cluster-gone', severity: 'warning', about: 'orders', within: NEXT_CHECK }],
    lasts: 3 * HOUR,
  },
];

const kinds: readonly Fault[] = [
  {
    id: 'fallback-only',
    title: 'only fallback snapshots complete: they may be inconsistent',
    source: '[S] docs/facts/atlas.md §10 fallback',
    start: ({ atlas, orders, time }) => {
      orders.stalled = true;
      // Atlas tells of them by a type of their own (docs/facts/atlas.md §6).
      const begun = time.now();
      atlas.fault(
        /\/events/,
        edits((one) =>
          one['clusterName'] === 'orders' && Date.parse(String(one['created'])) > begun
            ? { ...one, eventTypeName: 'CPS_SNAPSHOT_FALLBACK_SUCCESSFUL' }
            : one,
        ),
      );
    },
    later: [6, 12, 18].map(
      (hours) => [hours * HOUR, ({ orders, time }: World) => void orders.add(newest(orders, time.now(), { type: 'fallback' }))] as const,
    ),
    expect: [{ check: 'backup-age', severity: 'critical', about: 'orders', within: AGE_LIMIT }],
    lasts: 26 * HOUR,
  },
  {
    id: 'sharded-stopped',
    title: 'a sharded cluster’s snapshots stop, while single shards’ snapshots, useless alone, go on in the other list',
    source: '[D] docs/facts/atlas.md §10 sharded',
    setup: { clusters: { wide: { kind: 'sharded' } } },
    start: ({ atlas, cluster }) => {
      cluster('wide').stalled = true;
      atlas.fault(
        /wide\/backup\/snapshots\?/,
        edit((body) => ({ ...body, results: [shardSnapshot(cluster('wide').id)] })),
      );
    },
    expect: [{ check: 'backup-age', severity: 'critical', about: 'wide', within: AGE_LIMIT }],
    lasts: 26 * HOUR,
  },
  {
    id: 'shard-added-and-stopped',
    title: 'a shard is added, after which old snapshots cannot be restored to the cluster, and no new one comes',
    source: '[D] docs/facts/atlas.md §8 row 7',
    setup: { clusters: { wide: { kind: 'sharded' } } },
    start: ({ cluster }) => void Object.assign(cluster('wide'), { stalled: true, shards: 3 }),
    expect: [{ check: 'backup-age', severity: 'critical', about: 'wide', within: AGE_LIMIT }],
    lasts: 26 * HOUR,
  },
  {
    id: 'weekly-label',
    title: 'the due daily snapshot appears under the label weekly: the longest retention wins',
    source: '[D] docs/facts/atlas.md §3 (overlapping policy items)',
    setup: { orders: { every: DAY } },
    start: ({ atlas }) =>
      atlas.fault(/orders\/backup\/snapshots/, { kind: 'edit', edit: (answer) => ({ ...answer, body: relabelled(answer.body) }) }),
    expect: [],
    lasts: 28 * HOUR,
  },
];

function shardSnapshot(id: string): Readonly<Record<string, unknown>> {
  return {
    id,
    status: 'completed',
    snapshotType: 'scheduled',
    createdAt: iso(Date.UTC(2026, 9, 6, 10)),
    expiresAt: iso(Date.UTC(2026, 9, 20)),
    storageSizeBytes: 1e11,
  };
}

function relabelled(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll('"frequencyType":"daily"', '"frequencyType":"weekly"'));
}

export const CLUSTERS: Chapter = {
  heading: 'Clusters of every kind (docs/facts/atlas.md §10)',
  faults: [...young, ...paused, ...tiers, ...gone, ...kinds],
};
