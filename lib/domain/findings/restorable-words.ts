import { HOUR, type Instant, iso, MINUTE, spell } from '../time.ts';
import type { RestorableMoments } from './recorded-view.ts';

/** What can be restored, read longer ago than this, is said with its time: a check runs every hour. */
const FRESH = 2 * HOUR;
/** How much would be lost is said of the last check's reading alone, since the loss grows with the time after it. */
const LAST_CHECK = HOUR + 15 * MINUTE;
/** Less than this is not worth a word: no cluster can be restored to now. */
const SMALL_LOSS = 5 * MINUTE;

/**
 * The impact, with which every title begins: "restorable to 2026-11-22T13:42:00Z by PITR", "nothing can be restored". Moments are ISO, for
 * `withShortTimes`.
 */
export function reachInWords(restorable: RestorableMoments, now: Instant): string {
  const { until, readAt, mayReachFurther } = restorable;
  const isOld = now - readAt > FRESH;
  if (until === null) return isOld || mayReachFurther ? 'what can be restored is not known' : 'nothing can be restored';
  if (until.baseExpiresAt !== null && until.baseExpiresAt <= now)
    return `what can be restored is not known: the snapshot that it hung on expired ${iso(until.baseExpiresAt)}`;
  const reach = `restorable to ${mayReachFurther ? 'at least ' : ''}${iso(until.at)} by ${until.by === 'pitr' ? 'PITR' : 'snapshot'}`;
  if (!isOld) return reach;
  // A window that reached to the check itself would have the same time twice.
  return readAt - until.at < MINUTE ? `${reach} when last read` : `${reach}, as of ${iso(readAt)}`;
}

/** How much would be lost if the cluster were lost now: "1 h 30 min"; null if that is not known, nothing can be restored, or it is not worth a word. */
export function lossInWords({ until, mayReachFurther, readAt }: RestorableMoments, now: Instant): string | null {
  if (until === null || mayReachFurther || now - readAt > LAST_CHECK) return null;
  const lost = readAt - until.at;
  // Seconds would be false precision: a check runs every hour.
  return lost < SMALL_LOSS ? null : spell(lost - (lost % MINUTE));
}
