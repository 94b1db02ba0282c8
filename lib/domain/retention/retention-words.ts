import type { Schedule } from '../facts/facts.ts';
import { plural } from '../text.ts';
import { DAY, dayInWords, type Instant } from '../time.ts';
import { inWords, retentionOf } from './calendar.ts';
import { pointsAhead, pointsByDay } from './points-ahead.ts';
import type { Kept } from './promise.ts';

/** Which recovery points there will be on the day of `at`: "41 on 5 Dec 2026, the oldest of 12 Sep 2026". */
export function pointsInWords(kept: Kept, at: Instant): string {
  const [on] = pointsByDay(pointsAhead({ ...kept, until: at + DAY }), at, 1);
  if (!on || on.oldest === null) return `none on ${dayInWords(at)}`;
  return `${on.count} on ${dayInWords(on.day)}, the oldest of ${dayInWords(on.oldest)}`;
}

/** "hourly for 7 days, weekly for 12 weeks". */
export function scheduleInWords({ items, extraRetention = [] }: Schedule): string {
  const kept = items.map((item) => {
    const retention = retentionOf(item);
    return `${item.frequency} for ${retention === null ? 'an unknown time' : inWords(retention)}`;
  });
  const extra = extraRetention.map(({ frequency, days }) => `${frequency} for ${plural(days, 'extra day')}`);
  return kept.length === 0 ? 'no item' : [...kept, ...extra].join(', ');
}
