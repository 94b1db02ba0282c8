import type { Schedule, Snapshot } from '../facts/facts.ts';
import type { RetentionBounds } from '../policy/policy.ts';
import { plural } from '../text.ts';
import { DAY, type Instant } from '../time.ts';
import { inWords, retentionOf } from './calendar.ts';
import { EXPIRY_TOLERANCE, firstExcess, firstLoss, type KeptItem, keptItems } from './promise-breaks.ts';

/** One way in which a promise about retention is not kept. */
export type Breach = {
  /** A stable name: a breach of another name is news. */
  readonly name: string;
  /** A sentence without an end. */
  readonly what: string;
  /** The first moment at which the promise is broken by what exists or will exist; null if that is not within four years. */
  readonly from: Instant | null;
};

export type Kept = {
  readonly schedule: Schedule;
  readonly snapshots: readonly Snapshot[];
  /** From when on the cluster can have had snapshots. */
  readonly since: Instant;
  readonly now: Instant;
};

/**
 * The promise that backups reach back at least `minDays`: some item of the schedule keeps each snapshot for so long, in the calendar's units. Returns null
 * if it is kept; 'unknown' if Atlas does not tell the retention of an item that may keep it.
 */
export function shortfall(kept: Kept, minDays: number): Breach | 'unknown' | null {
  const items = keptItems(kept.schedule);
  if (items.some(({ days }) => days !== null && days.least >= minDays)) return null;
  if (items.some(({ days }) => days === null)) return 'unknown';
  const longest = items.reduce<KeptItem | null>((best, one) => (leastOf(one) > leastOf(best) ? one : best), null);
  const reached = longest === null ? 'it has no item' : `the longest is ${itemInWords(longest, leastOf(longest))}`;
  const what = `no item of the schedule keeps its snapshots for the promised ${minDays} days (${reached})`;
  return { name: 'minDays', what, from: firstLoss(kept, minDays) };
}

function leastOf(kept: KeptItem | null): number {
  return kept?.days?.least ?? -1;
}

/** "weekly for 12 weeks, which is 84 days"; a month has no fixed length, so the days are named that decide. */
function itemInWords({ item }: KeptItem, days: number): string {
  const retention = retentionOf(item);
  const words = retention && inWords(retention);
  return words === null || retention?.unit === 'days'
    ? `${item.frequency} for ${plural(days, 'day')}`
    : `${item.frequency} for ${words}, which is ${plural(days, 'day')}`;
}

/** The promise that nothing is kept for more than `maxDays`: what the items of the schedule keep, and when the listed snapshots expire. */
export function excesses(kept: Kept, maxDays: number): readonly Breach[] {
  const over = keptItems(kept.schedule).filter(({ days }) => days !== null && days.most > maxDays);
  const items = over.map((one) => ({
    name: one.item.frequency,
    what: `the schedule keeps longer than the promised ${maxDays} days: ${itemInWords(one, one.days?.most ?? 0)}`,
    from: firstExcess({ ...kept, snapshots: [], schedule: { ...kept.schedule, items: [one.item] } }, maxDays),
  }));
  const listed = listedExcess(kept, maxDays);
  return listed === null ? items : [...items, listed];
}

/**
 * Snapshots of every type, since each holds the data; those that are not completed have provisional expiries (docs/facts/atlas.md §3). One loop, since a
 * listing may have a hundred thousand.
 */
function listedExcess({ snapshots, now }: Kept, maxDays: number): Breach | null {
  let [count, first]: [number, Instant] = [0, Infinity];
  for (const { status, createdAt, expiresAt } of snapshots) {
    if (status !== 'completed' || createdAt === null || expiresAt === null || expiresAt <= now) continue;
    const limit = createdAt + maxDays * DAY;
    if (expiresAt <= limit + EXPIRY_TOLERANCE) continue;
    count += 1;
    first = Math.min(first, limit);
  }
  if (count === 0) return null;
  const what = `${plural(count, 'snapshot')} ${count === 1 ? 'expires' : 'expire'} later than the promised ${maxDays} days after the data time`;
  return { name: 'snapshots', what, from: Math.max(now, first) };
}

/** True if a cluster cannot keep both bounds. */
export function contradicts({ minDays, maxDays }: RetentionBounds): boolean {
  return minDays !== null && maxDays !== null && minDays > maxDays;
}

/** "at least 2555 days and at most 3650 days". */
export function boundsInWords({ minDays, maxDays }: RetentionBounds): string {
  const least = minDays === null ? [] : [`at least ${plural(minDays, 'day')}`];
  const most = maxDays === null ? [] : [`at most ${plural(maxDays, 'day')}`];
  return [...least, ...most].join(' and ');
}
