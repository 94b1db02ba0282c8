import { MINUTE, type Duration, type Instant } from '../domain/time.ts';

/** What we remember of Atlas's token buckets, one lane for each (bucket, project). Only a lane that runs dry is held back. */
export type Lanes = {
  /** The moment at which the next request of the lane may go; the place is taken by asking. */
  reserve(lane: string, now: Instant): Instant;
  /** Learns from `RateLimit-Remaining`. */
  learn(lane: string, headers: Headers): void;
  /** After a 429: nobody in the lane goes before `until`. */
  hold(lane: string, until: Instant): void;
};

/** At or below this the lane goes at the speed of refilling. */
const NEARLY_DRY = 2;
/** The slowest documented refill is 100 a minute (facts/atlas-api §9). */
const REFILL: Duration = MINUTE / 100;

export function createLanes(): Lanes {
  const slow = new Map<string, Instant>();
  return {
    reserve(lane, now) {
      const free = slow.get(lane);
      if (free === undefined) return now;
      const at = Math.max(free, now);
      slow.set(lane, at + REFILL);
      return at;
    },
    learn(lane, headers) {
      const remaining = headers.get('ratelimit-remaining');
      if (remaining === null || remaining === '') return;
      if (Number(remaining) > NEARLY_DRY) slow.delete(lane);
      else if (!slow.has(lane)) slow.set(lane, 0);
    },
    hold(lane, until) {
      slow.set(lane, Math.max(slow.get(lane) ?? 0, until));
    },
  };
}
