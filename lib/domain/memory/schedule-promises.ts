import type { ClusterFacts, PolicyItem } from '../facts/facts.ts';
import type { ClusterPolicy } from '../policy/policy.ts';

/** What policy promises of a backup schedule (docs/contract.md, clause 10). */
export type ScheduleSetting = 'restoreWindow' | 'daily' | 'onDemand';

/** `days`: for how many days the schedule keeps it, 0 if it takes none at all; null if Atlas does not say. */
export type SchedulePromise = { readonly setting: ScheduleSetting; readonly days: number | null; readonly promised: number };

type Scheduled = { readonly items: readonly PolicyItem[]; readonly restoreWindowDays: number | null };
type Promises = Pick<ClusterPolicy, 'backupPolicy' | 'pitr'>;

/** Pure: each promise that policy makes about the schedule of a cluster, with what the schedule does. */
export function schedulePromises(
  { items, restoreWindowDays }: Scheduled,
  { pitEnabled }: Pick<ClusterFacts, 'pitEnabled'>,
  { backupPolicy: promised, pitr }: Promises,
): readonly SchedulePromise[] {
  const all: readonly (SchedulePromise | null)[] = [
    // The window says nothing while PITR is off (docs/facts/atlas.md §4); `pitr-gap` reports that it is.
    pitr.wanted && (!pitEnabled.known || pitEnabled.value)
      ? { setting: 'restoreWindow', days: pitEnabled.known ? restoreWindowDays : null, promised: promised.restoreWindowDays }
      : null,
    { setting: 'daily', days: longest(items.filter(isAtLeastDaily), promised.dailyDays), promised: promised.dailyDays },
    items.some(isOnDemand)
      ? { setting: 'onDemand', days: shortest(items.filter(isOnDemand), promised.onDemandDays), promised: promised.onDemandDays }
      : null,
  ];
  return all.filter((one) => one !== null).filter(({ promised: days }) => days > 0);
}

export function isKept({ days, promised }: SchedulePromise): boolean {
  return days !== null && days >= promised;
}

/** Scheduled items; on-demand ones only say how long a snapshot is kept that somebody asks for. */
export function isScheduled(item: PolicyItem): boolean {
  return !isOnDemand(item);
}

function isOnDemand({ frequency }: PolicyItem): boolean {
  return frequency === 'ondemand';
}

/** Atlas offers intervals of at most 12 hours for hourly items, and of one day for daily ones (docs/facts/atlas.md §4). */
function isAtLeastDaily({ frequency }: PolicyItem): boolean {
  return frequency === 'hourly' || frequency === 'daily';
}

/** One item is enough. Null if none that is known is, and that of another is unknown. */
function longest(items: readonly PolicyItem[], promised: number): number | null {
  const known = items.flatMap((item) => leastDays(item) ?? []);
  const most = Math.max(0, ...known);
  return most < promised && known.length < items.length ? null : most;
}

/** Each item counts. Null if all that are known are long enough, and that of another is unknown. */
function shortest(items: readonly PolicyItem[], promised: number): number | null {
  const known = items.flatMap((item) => leastDays(item) ?? []);
  const least = Math.min(...known);
  return least >= promised && known.length < items.length ? null : least;
}

/** The fewest days that so many months have in a row: one is February, two are January and February, … */
const MONTHS = [0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334] as const;

/** The fewest days that a retention in units of the calendar lasts, whenever it begins: a month has 28, a year 365; null if it is unknown. */
export function leastDays({ retention, retentionDays }: PolicyItem): number | null {
  if (!retention) return retentionDays;
  switch (retention.unit) {
    case 'days':
      return retention.value;
    case 'weeks':
      return 7 * retention.value;
    case 'months':
      return 365 * Math.floor(retention.value / 12) + (MONTHS[Math.floor(retention.value) % 12] ?? 0);
    case 'years':
      return 365 * retention.value;
  }
}

/** Whether two schedules have the same items. Compared by field: this is asked of every cluster in every check. */
export function isSameSchedule(one: readonly PolicyItem[], other: readonly PolicyItem[]): boolean {
  return one === other || (one.length === other.length && one.every((item, index) => isSameItem(item, other[index])));
}

function isSameItem(one: PolicyItem, other: PolicyItem | undefined): boolean {
  const { frequency, interval, retentionDays, retention } = one;
  return (
    frequency === other?.frequency &&
    interval === other.interval &&
    retentionDays === other.retentionDays &&
    retention?.unit === other.retention?.unit
  );
}
