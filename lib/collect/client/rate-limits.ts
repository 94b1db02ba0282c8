import { MINUTE, type Duration, type Instant } from '../../domain/time.ts';

/** The state of Atlas's token buckets, one lane for each bucket and project. Only a lane that is nearly empty is slowed down. */
export type Lanes = {
  /** Reserves the next place in the lane, and returns the moment at which that request may be sent. */
  reserve(lane: string, now: Instant): Instant;
  /** Learns from `RateLimit-Remaining`. */
  learn(lane: string, headers: Headers): void;
  /** After a 429: no request of the lane is sent before `until`. */
  hold(lane: string, until: Instant): void;
};

/** With so few tokens or fewer, the lane sends as fast as the bucket refills. */
const NEARLY_EMPTY = 2;
/** The slowest documented refill is 100 a minute (docs/facts/atlas.md §9). */
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
      if (Number(remaining) > NEARLY_EMPTY) slow.delete(lane);
      else if (!slow.has(lane)) slow.set(lane, 0);
    },
    hold(lane, until) {
      slow.set(lane, Math.max(slow.get(lane) ?? 0, until));
    },
  };
}
