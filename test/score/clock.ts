import { setImmediate as turn } from 'node:timers/promises';
import type { Duration, Instant } from '../../lib/domain/time.ts';

/** The one clock of a simulated world. It moves when `moveTo` is called, and at the end of a `sleep`. */
export type VirtualTime = {
  readonly now: () => Instant;
  /** Moves forward only. */
  readonly moveTo: (at: Instant) => void;
  /** Passes at once. Those who begin to wait at the same time wait side by side, not one after the other. */
  readonly sleep: (duration: Duration) => Promise<void>;
};

export function virtualTime(start: Instant): VirtualTime {
  let now = start;
  const moveTo = (at: Instant): void => {
    // Whole milliseconds, as the machine's clock.
    now = Math.max(now, Math.round(at));
  };
  return {
    now: () => now,
    moveTo,
    sleep: async (duration) => {
      const wakes = now + duration;
      await turn();
      moveTo(wakes);
    },
  };
}
