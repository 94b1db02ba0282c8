import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import type { Chapter, Expected, Fault } from '../fault.ts';
import { NEXT_CHECK } from './acts.ts';

const gap = (severity: Expected['severity'], about: string, within = NEXT_CHECK): Expected => ({
  check: 'pitr-gap',
  severity,
  about,
  within,
});
const leftABreak = (within: number): Expected => ({ check: 'pitr-break', severity: 'warning', about: 'orders', within });

const switches: readonly Fault[] = [
  {
    id: 'pit-off',
    title: 'PIT is switched off: Atlas deletes all stored oplog',
    source: '[D] docs/facts/atlas.md §8 causes, row 1',
    start: ({ orders }) => void (orders.pit = false),
    expect: [gap('critical', 'orders')],
    lasts: 2 * HOUR,
  },
  {
    id: 'pit-toggled',
    title: 'PIT is off for some hours and on again: the window starts anew',
    source: '[D] docs/facts/atlas.md §8 row 1',
    start: ({ orders }) => void (orders.pit = false),
    later: [[2 * HOUR, ({ orders }) => void (orders.pit = true)]],
    expect: [{ ...gap('critical', 'orders'), ends: true }, leftABreak(3 * HOUR)],
    lasts: 4 * HOUR,
  },
  {
    id: 'pit-first-on',
    title: 'PIT is switched on for the first time where the policy asks none: the window starts, and nothing is broken',
    source: '[D] docs/facts/atlas.md §8 row 1',
    setup: { orders: { pit: false }, policy: { clusters: [{ cluster: 'orders', pitr: { wanted: false } }] } },
    start: ({ orders }) => void (orders.pit = true),
    expect: [],
    lasts: 3 * HOUR,
  },
];

const behind: readonly Fault[] = [
  {
    id: 'oplog-behind',
    title: 'CPS_OPLOG_BEHIND for the cluster, and no CPS_OPLOG_CAUGHT_UP',
    source: '[S] docs/facts/atlas.md §8 row 2; causes: write burst rolls the oplog [D]',
    start: ({ atlas, orders }) => atlas.oplogBehind(orders, 0),
    expect: [gap('warning', 'orders'), gap('critical', 'orders', 2 * HOUR)],
    lasts: 3 * HOUR,
  },
  {
    id: 'oplog-behind-threshold',
    title: 'an alert configuration says that the event comes at 90 min of lag: the gap is as old when it is told',
    source: '[S] docs/facts/atlas.md §8 row 2 in detail',
    setup: {},
    start: ({ atlas, shop, orders, time }) => {
      shop.alertConfigs.push({ type: 'CPS_OPLOG_BEHIND', enabled: true, threshold: 90, units: 'MINUTES' });
      // Configurations are read once a day.
      time.moveTo(time.now() + DAY);
      orders.sync(time.now());
      atlas.oplogBehind(orders, 0);
    },
    expect: [gap('critical', 'orders', DAY + NEXT_CHECK)],
    besides: { monitor: 'critical' },
    lasts: DAY + 2 * HOUR,
  },
  {
    id: 'oplog-behind-audit',
    title: 'CPS_OPLOG_BEHIND_AUDIT without a cluster field; only `clusterNames=` tells whose it is',
    source: '[R][S] docs/facts/atlas.md §6, §8 row 2',
    start: ({ shop }) => void shop.addEvent('CPS_OPLOG_BEHIND_AUDIT', 0, { hiddenCluster: 'orders' }),
    expect: [gap('warning', 'orders')],
    lasts: HOUR,
  },
  {
    id: 'oplog-behind-nobodys',
    title: 'CPS_OPLOG_BEHIND without a cluster, also when asked by name',
    source: '[?] docs/facts/atlas.md §6, §8 row 2',
    start: ({ shop }) => void shop.addEvent('CPS_OPLOG_BEHIND', 0),
    expect: [gap('warning', 'shop'), gap('critical', 'shop', 2 * HOUR)],
    lasts: 3 * HOUR,
  },
  {
    id: 'oplog-caught-up',
    title: 'the oplog falls behind and catches up: the gap ends, its break stays',
    source: '[S] docs/facts/atlas.md §8 row 2',
    start: ({ atlas, orders }) => atlas.oplogBehind(orders, 0),
    later: [[90 * MINUTE, ({ atlas, orders }) => atlas.caughtUp(orders)]],
    expect: [{ ...gap('warning', 'orders'), ends: true }, leftABreak(3 * HOUR)],
    lasts: 4 * HOUR,
  },
  {
    id: 'oplog-between-checks',
    title: 'behind and caught up between two checks: nobody sees the gap open, its break is told',
    source: '[S] docs/facts/atlas.md §8 row 2',
    start: ({ atlas, orders }) => atlas.oplogBehind(orders, 0),
    later: [[20 * MINUTE, ({ atlas, orders }) => atlas.caughtUp(orders)]],
    expect: [leftABreak(NEXT_CHECK)],
    lasts: 2 * HOUR,
  },
  {
    id: 'oplog-never-caught-up',
    title: 'CAUGHT_UP never comes; a later completed snapshot and two quiet hours end the gap',
    source: '[?] docs/facts/atlas.md §8 row 2 (a CAUGHT_UP is not promised)',
    start: ({ atlas, orders }) => atlas.oplogBehind(orders, 0),
    expect: [{ ...gap('critical', 'orders', 2 * HOUR), ends: true }, leftABreak(8 * HOUR)],
    lasts: 9 * HOUR,
    mend: () => {},
  },
  {
    id: 'oplog-late-event',
    title: 'the event stands in the feed an hour and a half after its own time',
    source: '[I] docs/facts/atlas.md §8 row 2 (lag undocumented)',
    start: () => {},
    later: [
      [
        90 * MINUTE,
        ({ shop, orders }) => void shop.addEvent('CPS_OPLOG_BEHIND', 90 * MINUTE, { clusterId: orders.id, clusterName: 'orders' }),
      ],
    ],
    expect: [gap('critical', 'orders', 90 * MINUTE + NEXT_CHECK)],
    lasts: 3 * HOUR,
  },
  {
    id: 'oplog-event-seven-hours-late',
    title: 'the event stands in the feed almost seven hours after its own time',
    source: '[?] docs/facts/atlas.md §6 (lag undocumented); docs/contract.md, clause 16',
    start: () => {},
    later: [
      [
        7 * HOUR,
        ({ shop, orders }) => void shop.addEvent('CPS_OPLOG_BEHIND', 7 * HOUR - MINUTE, { clusterId: orders.id, clusterName: 'orders' }),
      ],
    ],
    expect: [gap('critical', 'orders', 7 * HOUR + NEXT_CHECK)],
    lasts: 8 * HOUR,
  },
  {
    id: 'oplog-alert-alone',
    title: 'an OPEN alert CPS_OPLOG_BEHIND, and no event that explains it',
    source: '[S] docs/facts/atlas.md §8 row 3',
    start: ({ shop }) => void shop.addAlert('CPS_OPLOG_BEHIND', 0),
    expect: [gap('warning', 'shop'), gap('critical', 'shop', 2 * HOUR)],
    lasts: 3 * HOUR,
    mend: ({ shop }) => shop.alerts.forEach((alert) => void (alert.status = 'CLOSED')),
  },
];

const restores: readonly Fault[] = [
  {
    id: 'restore-into',
    title: 'a restore into the cluster: from its request to the next completed snapshot nothing is restorable to a moment',
    source: '[D] docs/facts/atlas.md §8 causes, row 4',
    start: ({ shop, orders }) => {
      shop.addEvent('CPS_RESTORE_REQUESTED_AUDIT', 5 * MINUTE, { hiddenCluster: 'orders' });
      shop.addEvent('CPS_RESTORE_SUCCESSFUL', 0, { clusterId: orders.id, clusterName: 'orders' });
    },
    expect: [leftABreak(NEXT_CHECK)],
    lasts: 2 * HOUR,
  },
  {
    id: 'restore-into-failed',
    title: 'a restore into the cluster fails half-way: its data were replaced all the same',
    source: '[D] docs/facts/atlas.md §8 row 4 (CPS_RESTORE_*)',
    start: ({ shop, orders }) => void shop.addEvent('CPS_RESTORE_FAILED', 0, { clusterId: orders.id, clusterName: 'orders' }),
    expect: [leftABreak(NEXT_CHECK)],
    lasts: 2 * HOUR,
  },
  {
    id: 'restore-nobodys',
    title: 'the restore’s events name no cluster; `clusterNames=` does',
    source: '[R] docs/facts/atlas.md §6, §8 row 4',
    start: ({ shop }) => void shop.addEvent('CPS_RESTORE_SUCCESSFUL', 0, { hiddenCluster: 'orders' }),
    expect: [leftABreak(NEXT_CHECK)],
    lasts: 2 * HOUR,
  },
];

export const PITR: Chapter = {
  heading: 'Point-in-time recovery (docs/facts/atlas.md §8)',
  faults: [...switches, ...behind, ...restores],
};
