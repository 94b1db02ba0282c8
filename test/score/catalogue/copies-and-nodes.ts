import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import type { Act, Chapter, Expected, Fault } from '../fault.ts';
import type { World } from '../world.ts';
import { NEXT_CHECK, newest } from './acts.ts';

const REGION = 'EU_WEST_1';

function event(type: string, about: 'orders' | 'nobody' = 'orders', ago = 0): Act {
  return ({ shop, orders }) =>
    void shop.addEvent(
      type,
      ago,
      about === 'orders' ? { clusterId: orders.id, clusterName: orders.name } : { username: 'intern@example.com' },
    );
}

function warning(check: string, within: number, about = 'orders'): Expected {
  return { check, severity: 'warning', about, within };
}

const COPIED = { orders: { copyTo: REGION } };
const copyFailed = warning('snapshot-copy', 6 * HOUR + NEXT_CHECK);

const copies: readonly Fault[] = [
  {
    id: 'copy-failed',
    title: 'a copy of a snapshot to another region fails, and none succeeds within six hours',
    source: '[S] docs/facts/atlas.md §6 (CPS_COPY_*)',
    setup: COPIED,
    start: event('CPS_COPY_SNAPSHOT_FAILED'),
    expect: [copyFailed],
    lasts: 8 * HOUR,
    mend: event('CPS_COPY_SNAPSHOT_SUCCESSFUL'),
  },
  {
    id: 'copy-made-good',
    title: 'a copy fails, and the next one succeeds five hours later',
    source: '[S] docs/facts/atlas.md §6 (CPS_COPY_*)',
    setup: COPIED,
    start: event('CPS_COPY_SNAPSHOT_FAILED'),
    later: [[5 * HOUR, event('CPS_COPY_SNAPSHOT_SUCCESSFUL')]],
    expect: [],
    lasts: 9 * HOUR,
  },
  {
    id: 'copy-sharded',
    title: 'a copy of a sharded cluster fails, of which the listing shows no copies at all',
    source: '[S] docs/facts/atlas.md §3, §6',
    setup: { orders: { kind: 'sharded', copyTo: REGION } },
    start: event('CPS_COPY_SNAPSHOT_FAILED'),
    expect: [copyFailed],
    lasts: 8 * HOUR,
    mend: event('CPS_COPY_SNAPSHOT_SUCCESSFUL'),
  },
  {
    id: 'copy-without-cluster',
    title: 'a copy fails, and the event names no cluster',
    source: '[S] docs/facts/atlas.md §6 (the default view has no cluster field)',
    setup: COPIED,
    start: event('CPS_COPY_SNAPSHOT_FAILED', 'nobody'),
    expect: [warning('snapshot-copy', 6 * HOUR + NEXT_CHECK, 'shop')],
    lasts: 8 * HOUR,
    mend: event('CPS_COPY_SNAPSHOT_SUCCESSFUL', 'nobody'),
  },
  {
    id: 'copy-missing',
    title: 'snapshots go on, and none reaches the other region any more; no event says so',
    source: '[S] docs/facts/atlas.md §10 copies',
    setup: COPIED,
    start: ({ orders }) => void (orders.copying = false),
    expect: [warning('snapshot-copy', 6 * HOUR + 30 * HOUR + NEXT_CHECK)],
    lasts: 38 * HOUR,
    mend: ({ orders, time }) => void orders.add(newest(orders, time.now(), { copies: [REGION] })),
  },
  {
    id: 'copy-region-added',
    title: 'copies to a region are set up: the snapshots from before are not copied, and need not be',
    source: '[S] docs/facts/atlas.md §4 (`copySettings`)',
    start: ({ orders }) => void (orders.copyTo = REGION),
    expect: [],
    lasts: 40 * HOUR,
  },
  {
    id: 'copy-switched-off',
    title: 'a copy fails, and copies are taken out of the backup policy',
    source: '[S] docs/facts/atlas.md §4, §6',
    setup: COPIED,
    start: event('CPS_COPY_SNAPSHOT_FAILED'),
    expect: [copyFailed],
    lasts: 8 * HOUR,
    mend: ({ orders }) => void (orders.copyTo = null),
  },
];

const exports: readonly Fault[] = [
  ...(['CPS_EXPORT_FAILED', 'CPS_AUTO_EXPORT_FAILED'] as const).map((type): Fault => ({
    id: type === 'CPS_EXPORT_FAILED' ? 'export-failed' : 'export-by-schedule-failed',
    title: `an export of a snapshot to a bucket fails (${type})`,
    source: '[S] docs/facts/atlas.md §4, §6',
    start: event(type),
    expect: [warning('snapshot-export', NEXT_CHECK)],
    lasts: 3 * HOUR,
    mend: event('CPS_EXPORT_SUCCESSFUL'),
  })),
  {
    id: 'export-shown-late',
    title: 'an export fails, and Atlas shows it seven hours late',
    source: '[S] docs/facts/atlas.md §6',
    start: event('CPS_EXPORT_FAILED', 'orders', 7 * HOUR),
    expect: [warning('snapshot-export', NEXT_CHECK)],
    lasts: 3 * HOUR,
  },
  {
    id: 'export-without-cluster',
    title: 'an export fails, and the event names no cluster',
    source: '[S] docs/facts/atlas.md §6 (the default view has no cluster field)',
    start: event('CPS_AUTO_EXPORT_FAILED', 'nobody'),
    expect: [warning('snapshot-export', NEXT_CHECK, 'shop')],
    lasts: 3 * HOUR,
    mend: event('CPS_EXPORT_SUCCESSFUL', 'nobody'),
  },
  {
    id: 'export-repeated',
    title: 'an export fails, and is repeated with success before the next check',
    source: '[S] docs/facts/atlas.md §6',
    start: event('CPS_EXPORT_FAILED'),
    later: [[20 * MINUTE, event('CPS_EXPORT_SUCCESSFUL')]],
    expect: [],
    lasts: 3 * HOUR,
  },
];

const lock = warning('compliance-lock', NEXT_CHECK, 'shop');

const locks: readonly Fault[] = [
  {
    id: 'lock-disable-requested',
    title: 'somebody asks for the Backup Compliance Policy to be disabled; it is enabled again',
    source: '[S] docs/facts/atlas.md §4, §6 (CPS_DATA_PROTECTION_*)',
    start: event('CPS_DATA_PROTECTION_DISABLE_REQUESTED', 'nobody'),
    expect: [lock],
    lasts: 3 * HOUR,
    mend: event('CPS_DATA_PROTECTION_ENABLED', 'nobody'),
  },
  {
    id: 'lock-disabled',
    title: 'the policy is asked to be disabled, that is approved and done: one incident, which ends as told after 72 h',
    source: '[S] docs/facts/atlas.md §4, §6 (CPS_DATA_PROTECTION_*)',
    start: event('CPS_DATA_PROTECTION_DISABLE_REQUESTED', 'nobody'),
    later: [
      [2 * HOUR, event('CPS_DATA_PROTECTION_APPROVED_FOR_DISABLEMENT', 'nobody')],
      [4 * HOUR, event('CPS_DATA_PROTECTION_DISABLED', 'nobody')],
    ],
    expect: [{ ...lock, ends: true }],
    lasts: 3 * DAY + 7 * HOUR,
  },
  {
    id: 'lock-shown-late',
    title: 'the policy is disabled, and Atlas shows it seven hours late',
    source: '[S] docs/facts/atlas.md §4, §6 (CPS_DATA_PROTECTION_*)',
    start: event('CPS_DATA_PROTECTION_DISABLED', 'nobody', 7 * HOUR),
    expect: [lock],
    lasts: 3 * HOUR,
  },
  {
    id: 'lock-strengthened',
    title: 'the policy is asked for, enabled and changed: it protects more than before',
    source: '[S] docs/facts/atlas.md §4, §6 (CPS_DATA_PROTECTION_*)',
    start: async (world) => {
      for (const step of ['ENABLE_REQUESTED', 'ENABLED', 'UPDATE_REQUESTED', 'UPDATED'])
        await event(`CPS_DATA_PROTECTION_${step}`, 'nobody')(world);
    },
    expect: [],
    lasts: 3 * HOUR,
  },
];

const HOME = { provider: 'AWS', region: 'US_EAST_1' };
const ABROAD = { provider: 'AWS', region: REGION };

const nodes: readonly Fault[] = [
  {
    id: 'nodes-too-few',
    title: 'an electable node is taken out of the replica set: two are left',
    source: '[S] docs/facts/atlas.md §2 (`electableSpecs.nodeCount`)',
    start: ({ orders }) => void (orders.nodes = 2),
    expect: [warning('redundancy', NEXT_CHECK)],
    lasts: 3 * HOUR,
    mend: ({ orders }) => void (orders.nodes = 3),
  },
  {
    id: 'nodes-of-one-region',
    title: 'of two regions, as policy wants them, one is taken out',
    source: '[S] docs/facts/atlas.md §2 (`regionConfigs`)',
    setup: { policy: { clusters: [{ cluster: 'orders', redundancy: { regions: 2 } }] }, orders: { regions: [HOME, ABROAD] } },
    start: ({ orders }) => void (orders.regions = [HOME]),
    expect: [{ check: 'redundancy', severity: 'info', about: 'orders', within: NEXT_CHECK }],
    lasts: 3 * HOUR,
    mend: ({ orders }) => void (orders.regions = [HOME, ABROAD]),
  },
  {
    id: 'unprotected',
    title: 'termination protection is switched off',
    source: '[S] docs/facts/atlas.md §2 (`terminationProtectionEnabled`)',
    start: ({ orders }) => void (orders.terminationProtection = false),
    expect: [{ check: 'redundancy', severity: 'info', about: 'orders', within: NEXT_CHECK }],
    lasts: 3 * HOUR,
    mend: ({ orders }) => void (orders.terminationProtection = true),
  },
  {
    id: 'unprotected-preview',
    title: 'preview clusters come without termination protection and go again',
    source: '[S] docs/facts/atlas.md §2 (`terminationProtectionEnabled`)',
    start: ({ shop }) => void (shop.addCluster('preview', { age: 0, history: false }).terminationProtection = false),
    later: [[4 * HOUR, ({ atlas, cluster }) => atlas.remove(cluster('preview'), { byUser: 'ci@example.com' })]],
    expect: [],
    // That it was deleted is told by the check that is there for it.
    besides: { 'cluster-gone': 'warning' },
    lasts: 6 * HOUR,
  },
  {
    id: 'region-moved',
    title: 'the cluster is moved to another region, one after the other',
    source: '[D] docs/facts/atlas.md §8 row 7',
    start: ({ orders }) => void Object.assign(orders, { regions: [HOME, ABROAD], stateName: 'UPDATING' }),
    later: [
      [2 * HOUR, ({ orders }) => void (orders.regions = [ABROAD])],
      [3 * HOUR, ({ orders }) => void (orders.stateName = 'IDLE')],
    ],
    expect: [],
    lasts: 5 * HOUR,
  },
];

const NO_PRIMARY = 'NO_PRIMARY';
const OPLOG = 'REPLICATION_OPLOG_WINDOW_RUNNING_OUT';

function closeAlerts({ shop }: World): void {
  for (const alert of shop.alerts) alert.status = 'CLOSED';
}

const alerts: readonly Fault[] = [
  {
    id: 'no-primary',
    title: 'the replica set has no primary: Atlas’s alert names the cluster by its id',
    source: '[S] docs/facts/atlas.md §6 (NO_PRIMARY)',
    start: ({ shop, orders }) => void shop.addAlert(NO_PRIMARY, 0, { clusterId: orders.id }),
    expect: [warning('availability', NEXT_CHECK)],
    lasts: 3 * HOUR,
    mend: closeAlerts,
  },
  {
    id: 'no-primary-by-replica-set',
    title: 'the replica set has no primary: Atlas’s alert names the replica set alone',
    source: '[R] docs/facts/atlas.md §6, §7 (the connection string has its name)',
    setup: { orders: { mongo: { uri: 'mongodb://127.0.0.1:1/', databases: [] } } },
    start: ({ shop }) => void shop.addAlert(NO_PRIMARY, 0, { replicaSetName: 'atlas-abc123-shard-0' }),
    expect: [warning('availability', NEXT_CHECK)],
    lasts: 3 * HOUR,
    mend: closeAlerts,
  },
  {
    id: 'no-primary-of-nobody',
    title: 'a replica set has no primary, and Atlas’s alert names none that a cluster of the project has',
    source: '[R] docs/facts/atlas.md §6, §7 (shards of a sharded cluster are in no connection string)',
    start: ({ shop }) => void shop.addAlert(NO_PRIMARY, 0, { replicaSetName: 'atlas-zzzzzz-shard-1' }),
    expect: [warning('availability', NEXT_CHECK, 'shop')],
    lasts: 3 * HOUR,
    mend: closeAlerts,
  },
  {
    id: 'no-primary-while-updating',
    title: 'Atlas restarts the members of a cluster that it updates, and its alert is open meanwhile',
    source: '[S] docs/facts/atlas.md §2 (`stateName`), §6',
    start: ({ shop, orders }) => {
      orders.stateName = 'UPDATING';
      shop.addAlert(NO_PRIMARY, 0, { clusterId: orders.id });
    },
    later: [[2 * HOUR, closeAlerts]],
    expect: [],
    lasts: 4 * HOUR,
  },
  {
    id: 'election',
    title: 'an election takes some minutes, in which a check sees the alert',
    source: '[D] docs/facts/atlas.md §7 (elections)',
    start: () => {},
    later: [
      [48 * MINUTE, ({ shop, orders }) => void shop.addAlert(NO_PRIMARY, 0, { clusterId: orders.id })],
      [56 * MINUTE, closeAlerts],
    ],
    expect: [],
    lasts: 3 * HOUR,
  },
  {
    id: 'oplog-window-runs-out',
    title: 'a write burst shortens the oplog: Atlas’s alert names the cluster by its id',
    source: '[R] docs/facts/atlas.md §6, §8 row 6',
    start: ({ shop, orders }) => void shop.addAlert(OPLOG, 0, { clusterId: orders.id, replicaSetName: 'atlas-abc123-shard-0' }),
    expect: [warning('oplog-window', NEXT_CHECK)],
    lasts: 3 * HOUR,
    mend: closeAlerts,
  },
  {
    id: 'oplog-window-by-name',
    title: 'a write burst shortens the oplog: Atlas’s alert names the cluster by its name alone',
    source: '[S] docs/facts/atlas.md §6 (alerts carry `clusterId` or the promised `clusterName`)',
    start: ({ shop }) => void shop.addAlert(OPLOG, 0, { clusterName: 'ledger' }),
    expect: [warning('oplog-window', NEXT_CHECK, 'ledger')],
    lasts: 3 * HOUR,
    mend: closeAlerts,
  },
  {
    id: 'oplog-window-of-paused',
    title: 'the alert about the oplog of a cluster stays open while the cluster is paused',
    source: '[D] docs/facts/atlas.md §10 paused',
    start: ({ shop, orders }) => {
      orders.paused = true;
      shop.addAlert(OPLOG, 0, { clusterId: orders.id });
    },
    expect: [],
    lasts: 3 * HOUR,
  },
];

export const COPIES_AND_NODES: Chapter = {
  heading: 'Copies, exports, the compliance policy, nodes, and what Atlas’s alerts say of them (docs/facts/atlas.md §2, §4, §6, §10)',
  faults: [...copies, ...exports, ...locks, ...nodes, ...alerts],
};
