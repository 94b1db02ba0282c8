import type { PolicyItem } from '../../facts/facts.ts';

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
