import { HOUR, type Instant, iso, MINUTE, spell } from '../time.ts';
import type { RestorableMoments, RestorableUntil } from './recorded-view.ts';

/** What can be restored, read longer ago than this, is said with its time: a check runs every hour. */
const FRESH = 2 * HOUR;
/** How much would be lost is said of the last check's reading alone, since the loss grows with the time after it. */
const LAST_CHECK = HOUR + 15 * MINUTE;
/** How much would be lost is said as of the reading where a message comes later than the check's own: between two checks, as a reminder does. */
const CHECKS_OWN = 15 * MINUTE;
/** Less than this is not worth a word: no cluster can be restored to now. */
const SMALL_LOSS = 5 * MINUTE;

/**
 * The impact, with which every title begins: "restorable to 2026-11-22T13:42:00Z by PITR", "nothing can be restored". Moments are ISO, for
 * `withShortTimes`. `checkedAt`: when the last check began: what was read before it is said with its time too.
 */
export function reachInWords(restorable: RestorableMoments, now: Instant, checkedAt: Instant = 0): string {
  const { until, readAt } = restorable;
  const isOld = readAt < Math.max(now - FRESH, checkedAt);
  const reach = reachOf(restorable, now, isOld ? 'old' : 'fresh');
  if (!isOld || until === null || isExpired(until, now)) return reach;
  // A window that reached to the check itself would have the same time twice.
  return readAt - until.at < MINUTE ? `${reach} when last read` : `${reach}, as of ${iso(readAt)}`;
}

/** The same of what the last check could not read, where the words around it say when it was read: as of then, nothing is nothing. */
export function lastReachInWords(restorable: RestorableMoments, now: Instant): string {
  return reachOf(restorable, now, 'fresh');
}

function reachOf({ until, mayReachFurther }: RestorableMoments, now: Instant, reading: 'fresh' | 'old'): string {
  if (until === null) return reading === 'old' || mayReachFurther ? 'what can be restored is not known' : 'nothing can be restored';
  if (isExpired(until, now))
    return `what can be restored is not known: the snapshot that it hung on expired ${iso(until.baseExpiresAt ?? now)}`;
  return `restorable to ${mayReachFurther ? 'at least ' : ''}${iso(until.at)} by ${until.by === 'pitr' ? 'PITR' : 'snapshot'}`;
}

function isExpired({ baseExpiresAt }: RestorableUntil, now: Instant): boolean {
  return baseExpiresAt !== null && baseExpiresAt <= now;
}

/** ", as of …", behind how much would be lost; nothing in a message of the check that read it. */
export function lossReadInWords({ readAt }: RestorableMoments, now: Instant): string {
  return now - readAt > CHECKS_OWN ? `, as of ${iso(readAt)}` : '';
}

/** How much would be lost if the cluster were lost now: "1 h 30 min"; null if that is not known, nothing can be restored, or it is not worth a word. */
export function lossInWords({ until, mayReachFurther, readAt }: RestorableMoments, now: Instant): string | null {
  if (until === null || mayReachFurther || now - readAt > LAST_CHECK) return null;
  const lost = readAt - until.at;
  // Seconds would be false precision: a check runs every hour.
  return lost < SMALL_LOSS ? null : spell(lost - (lost % MINUTE));
}
