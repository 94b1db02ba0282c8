import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import type { AtlasEmulator } from '../../emulators/atlas.ts';
import type { Chapter, Fault } from '../fault.ts';
import type { World } from '../world.ts';
import { edit, NEXT_CHECK } from './acts.ts';

type Json = Readonly<Record<string, unknown>>;
type Item = readonly [frequencyType: string, frequencyInterval: number, retentionUnit: string, retentionValue: number];

/** How the schedule of "orders" is changed at present, by Atlas. */
const CHANGED = new WeakMap<AtlasEmulator, (body: Json) => Json>();

function change({ atlas }: World, how: (body: Json) => Json): void {
  const isFirst = !CHANGED.has(atlas);
  CHANGED.set(atlas, how);
  if (isFirst)
    atlas.fault(
      /orders\/backup\/schedule/,
      edit((body) => CHANGED.get(atlas)?.(body) ?? body),
    );
}

function restore(world: World): void {
  change(world, (body) => body);
}

/** The emulator's own schedule has the same items with 7, 30 and 90 days, and weekly snapshots for five weeks. */
function items(world: World, wanted: readonly Item[], more: Json = {}): void {
  const policyItems = wanted.map(([frequencyType, frequencyInterval, retentionUnit, retentionValue], index) => ({
    id: `${world.orders.id.slice(0, 22)}0${index}`,
    frequencyType,
    frequencyInterval,
    retentionUnit,
    retentionValue,
  }));
  change(world, (body) => ({ ...body, policies: [{ id: world.orders.id, policyItems }], ...more }));
}

const HOURLY: Item = ['hourly', 6, 'days', 7];
const DAILY: Item = ['daily', 1, 'days', 30];
const ON_DEMAND: Item = ['ondemand', 1, 'days', 90];
const WARNED = [{ check: 'backup-policy', severity: 'warning', about: 'orders', within: NEXT_CHECK }] as const;

function said({ slack }: World, words: string): string | null {
  return JSON.stringify(slack.messages).includes(words) ? null : `Slack was not told: ${words}`;
}

const weakened: readonly Fault[] = [
  {
    id: 'daily-shortened',
    title: 'daily snapshots are kept 29 days instead of 30; what exists stays',
    source: '[S] docs/facts/atlas.md §4',
    start: (world) => items(world, [HOURLY, ['daily', 1, 'days', 29], ON_DEMAND]),
    expect: WARNED,
    lasts: 3 * HOUR,
    mend: restore,
    proof: (world) => said(world, 'are kept 29 days (before 30'),
  },
  {
    id: 'daily-item-removed',
    title: 'the daily item is removed; six-hourly and weekly ones go on',
    source: '[S] docs/facts/atlas.md §4',
    start: (world) => items(world, [HOURLY, ['weekly', 6, 'weeks', 5], ON_DEMAND]),
    expect: WARNED,
    lasts: 3 * HOUR,
    mend: restore,
  },
  {
    id: 'window-shortened',
    title: 'the restore window goes from seven days to six',
    source: '[S] docs/facts/atlas.md §4 (`restoreWindowDays`)',
    start: (world) => change(world, (body) => ({ ...body, restoreWindowDays: 6 })),
    expect: WARNED,
    lasts: 3 * HOUR,
    mend: restore,
  },
  {
    id: 'on-demand-shortened',
    title: 'on-demand snapshots are kept a month (at least 28 days) instead of 90 days',
    source: '[S] docs/facts/atlas.md §4',
    start: (world) => items(world, [HOURLY, DAILY, ['ondemand', 1, 'months', 1]]),
    expect: WARNED,
    lasts: 3 * HOUR,
    mend: restore,
  },
  {
    id: 'schedule-cut-late-actor',
    title: 'the schedule is cut to one snapshot a week kept a day, by somebody whom Atlas shows 7 h later',
    source: '[R][S] docs/facts/atlas.md §4, §6 (CPS_SNAPSHOT_SCHEDULE_UPDATED_AUDIT has no cluster field)',
    start: (world) => items(world, [['weekly', 6, 'days', 1]], { restoreWindowDays: 1 }),
    later: [
      [
        7 * HOUR,
        ({ shop }) =>
          void shop.addEvent('CPS_SNAPSHOT_SCHEDULE_UPDATED_AUDIT', 7 * HOUR, { publicKey: 'abcd', remoteAddress: '203.0.113.7' }),
      ],
    ],
    expect: WARNED,
    lasts: 9 * HOUR,
    mend: restore,
    proof: (world) => said(world, 'API key abcd, 203.0.113.7'),
  },
];

const emptied: readonly Fault[] = [
  {
    id: 'schedule-emptied-by-terraform',
    title: 'all items are deleted and backups stay on (terraform-provider-mongodbatlas#2029)',
    source: '[R] docs/facts/atlas.md §4',
    start: (world) => items(world, [], { nextSnapshot: undefined }),
    // The first check may see it while it is only being replaced.
    expect: [{ check: 'backup-policy', severity: 'critical', about: 'orders', within: 2 * HOUR }],
    lasts: 4 * HOUR,
    mend: restore,
  },
];

const quiet: readonly Fault[] = [
  {
    id: 'schedule-replaced',
    title: 'Terraform replaces the schedule: one check finds it empty, the next one finds it back',
    source: '[R] docs/facts/atlas.md §4',
    start: (world) => items(world, [], { nextSnapshot: undefined }),
    later: [[HOUR, restore]],
    expect: [],
    lasts: 4 * HOUR,
  },
  {
    id: 'schedule-raised',
    title: 'the schedule is edited upwards: daily snapshots for 60 days, a window of 14, on-demand ones for a year',
    source: '[S] docs/facts/atlas.md §4',
    start: (world) => items(world, [HOURLY, ['daily', 1, 'days', 60], ['ondemand', 1, 'years', 1]], { restoreWindowDays: 14 }),
    later: [[3 * HOUR, restore]],
    expect: [],
    lasts: 6 * HOUR,
  },
  {
    id: 'schedule-never-kept',
    title: 'a cluster has Atlas’s own default schedule, which keeps daily snapshots for 7 days, from the first check on',
    source: '[R][D] docs/facts/atlas.md §4 (default)',
    setup: { before: (world) => items(world, [HOURLY, ['daily', 1, 'days', 7], ['weekly', 6, 'weeks', 4]]) },
    start: () => {},
    expect: [],
    lasts: DAY,
  },
  {
    id: 'schedule-edited-within-promise',
    title: 'somebody edits the schedule without breaking a promise; the audit event alone is nothing',
    source: '[S] docs/facts/atlas.md §6',
    start: ({ shop, ...world }) => {
      items({ shop, ...world }, [['hourly', 6, 'days', 30], ON_DEMAND]);
      shop.addEvent('CPS_SNAPSHOT_SCHEDULE_UPDATED_AUDIT', MINUTE, { username: 'dba@example.com' });
    },
    expect: [],
    lasts: 3 * HOUR,
  },
];

export const SCHEDULES: Chapter = { heading: 'Schedules', faults: [...weakened, ...emptied, ...quiet] };
