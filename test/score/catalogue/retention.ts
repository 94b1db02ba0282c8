import { DAY, HOUR } from '../../../lib/domain/time.ts';
import type { EmulatedCluster } from '../../emulators/atlas-model.ts';
import type { AtlasFault } from '../../emulators/atlas-http.ts';
import type { Chapter, Expected, Fault, Setup } from '../fault.ts';
import { edit, edits, newest, NEXT_CHECK } from './acts.ts';

type Kept = readonly [kind: string, interval: number, unit: string, value: number];

const USUAL: readonly Kept[] = [
  ['hourly', 6, 'days', 7],
  ['daily', 1, 'days', 30],
];
const SCHEDULE = /orders\/backup\/schedule/;
const WARNING: Expected = { check: 'retention', severity: 'warning', about: 'orders', within: NEXT_CHECK };

/** The schedule of "orders" as somebody has edited it. */
function scheduled({ id }: EmulatedCluster, items: readonly Kept[]): AtlasFault {
  const policyItems = items.map(([frequencyType, frequencyInterval, retentionUnit, retentionValue]) => ({
    id,
    frequencyType,
    frequencyInterval,
    retentionUnit,
    retentionValue,
  }));
  return edit((body) => ({ ...body, policies: [{ id, policyItems }] }));
}

function promised(bounds: { readonly minDays?: number; readonly maxDays?: number }): Setup {
  return { policy: { retention: { classes: { books: bounds }, assign: [{ cluster: 'orders', class: 'books' }] } } };
}

const backups: readonly Fault[] = [
  {
    id: 'retention-cut',
    title: 'weekly snapshots are kept 4 weeks and no longer 5, where 35 days are promised',
    source: '[S] docs/facts/atlas.md §4',
    setup: promised({ minDays: 35 }),
    start: ({ atlas, orders }) => atlas.fault(SCHEDULE, scheduled(orders, [...USUAL, ['weekly', 6, 'weeks', 4]])),
    expect: [WARNING],
    lasts: 2 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
  {
    id: 'retention-on-demand-alone',
    title: 'the weekly item is deleted, and the on-demand item’s 90 days are all that reaches the promised 35',
    source: '[S] docs/facts/atlas.md §4',
    setup: promised({ minDays: 35 }),
    start: ({ atlas, orders }) => atlas.fault(SCHEDULE, scheduled(orders, [...USUAL, ['ondemand', 1, 'days', 90]])),
    expect: [WARNING],
    lasts: 2 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
  {
    id: 'retention-too-long',
    title: 'an item that keeps monthly snapshots for a year is added, where nothing may be kept for more than 100 days',
    source: '[S] docs/facts/atlas.md §4',
    setup: promised({ maxDays: 100 }),
    start: ({ atlas, orders }) => atlas.fault(SCHEDULE, scheduled(orders, [...USUAL, ['monthly', 40, 'months', 12]])),
    expect: [WARNING],
    lasts: 2 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
  {
    id: 'retention-kept-by-hand',
    title: 'somebody takes an on-demand snapshot that is kept for a year, where nothing may be kept for more than 100 days',
    source: '[S] docs/facts/atlas.md §3',
    setup: promised({ maxDays: 100 }),
    start: ({ orders, time }) => {
      const expiresAt = time.now() + 365 * DAY;
      orders.add(newest(orders, time.now(), { type: 'onDemand', frequency: 'ondemand', expiresAt }));
    },
    expect: [WARNING],
    lasts: 2 * HOUR,
  },
  {
    id: 'retention-months',
    title:
      'the item kept for a year is replaced by one kept for 12 months: that holds the promised 365 days, as twelve times 30 days would not',
    source: '[S] docs/facts/atlas.md §4',
    setup: {
      ...promised({ minDays: 365 }),
      before: ({ atlas, orders }) => atlas.fault(SCHEDULE, scheduled(orders, [...USUAL, ['yearly', 12, 'years', 1]])),
    },
    start: ({ atlas, orders }) => {
      atlas.heal();
      atlas.fault(SCHEDULE, scheduled(orders, [...USUAL, ['monthly', 40, 'months', 12]]));
    },
    expect: [],
    lasts: 2 * HOUR,
  },
  {
    id: 'retention-expiries-late',
    title: 'Atlas lets each snapshot expire 20 hours later than its item says: within a day that is no breach of the promised 30 days',
    source: '[R] docs/facts/atlas.md §3: expiries are computed anew at completion',
    setup: {
      ...promised({ maxDays: 30 }),
      before: ({ atlas, orders }) => atlas.fault(SCHEDULE, scheduled(orders, USUAL)),
    },
    start: ({ orders }) => {
      orders.snapshots = orders.snapshots.map((one) => ({ ...one, expiresAt: one.expiresAt + 20 * HOUR }));
      orders.version += 1;
    },
    expect: [],
    lasts: 2 * HOUR,
  },
  {
    id: 'retention-unassigned',
    title: 'the tag by which policy assigns a class is taken from the only cluster that had it: the promise is about nobody',
    source: '[S] docs/facts/atlas.md §2',
    setup: { policy: { retention: { assign: [{ tag: 'data=logs', class: 'logs' }] } }, orders: { tags: { data: 'logs' } } },
    start: ({ orders }) => void (orders.tags = {}),
    expect: [{ check: 'retention', severity: 'info', about: 'the Atlas organisation', within: NEXT_CHECK }],
    lasts: 2 * HOUR,
    mend: ({ orders }) => void (orders.tags = { data: 'logs' }),
  },
];

const TESTED: Setup = {
  policy: {
    restoreTests: [{ name: 'weekly', sources: [{ project: 'shop', cluster: 'orders' }], target: { project: 'shop', cluster: 'recovery' } }],
  },
  clusters: { recovery: { tags: { restorewatch: 'sandbox' } } },
};
const REFUSED: Expected = { check: 'restorability', severity: 'warning', about: 'orders', within: NEXT_CHECK };

const targets: readonly Fault[] = [
  {
    id: 'target-behind',
    title: 'the cluster is upgraded to the next major version, and the restore target is not',
    source: '[D] docs/facts/atlas.md §5 constraints',
    setup: TESTED,
    start: ({ orders }) => void ((orders.mongoDBVersion = '9.0.1'), (orders.version += 1)),
    expect: [REFUSED],
    lasts: 2 * HOUR,
    mend: ({ cluster }) => void (cluster('recovery').mongoDBVersion = '9.0.1'),
  },
  {
    id: 'target-ahead',
    title: 'the restore target is upgraded to the next major version: snapshots go there still',
    source: '[D] docs/facts/atlas.md §5 constraints',
    setup: TESTED,
    start: ({ cluster }) => void (cluster('recovery').mongoDBVersion = '9.0.1'),
    expect: [],
    lasts: 2 * HOUR,
  },
  {
    id: 'target-without-key',
    title: 'the cluster’s snapshots are encrypted with a customer’s key from now on, which the restore target has not',
    source: '[S] docs/facts/atlas.md §3, [I] §5',
    setup: TESTED,
    start: ({ atlas }) =>
      atlas.fault(
        /orders\/backup\/snapshots/,
        edits((entry) => ({ ...entry, masterKeyUUID: '5f1c0de0-0000-4000-8000-00000000cafe' })),
      ),
    expect: [REFUSED],
    lasts: 2 * HOUR,
    mend: ({ atlas }) => atlas.heal(),
  },
  {
    id: 'target-sharded',
    title: 'the restore target is replaced by a sharded cluster of the same name',
    source: '[D] docs/facts/atlas.md §5 constraints',
    setup: TESTED,
    start: ({ shop, cluster }) => {
      shop.clusters = shop.clusters.filter((one) => one !== cluster('recovery'));
      shop.addCluster('recovery', { kind: 'sharded', tags: { restorewatch: 'sandbox' } });
    },
    expect: [REFUSED],
    besides: { 'cluster-gone': 'warning', visibility: 'warning' },
    lasts: 2 * HOUR,
  },
];

export const RETENTION: Chapter = { heading: 'Retention, and where snapshots can be restored', faults: [...backups, ...targets] };
