import type { Duration, Instant } from '../../lib/domain/time.ts';

/** The demo's time, by which everything emulated goes. It stands while the past is played, and runs from then on, as far ahead as it was pushed. */
export type DemoClock = {
  readonly now: () => Instant;
  readonly standAt: (at: Instant) => void;
  readonly run: () => void;
  readonly push: (by: Duration) => void;
  /** How far it is ahead of this machine's. */
  readonly ahead: () => Duration;
};

/** It begins at the time of `real`, and runs. */
export function createClock(real: () => Instant = Date.now): DemoClock {
  let standing: Instant | null = null;
  let ahead: Duration = 0;
  return {
    now: () => standing ?? real() + ahead,
    standAt: (at) => void (standing = at),
    run: () => void (standing = null),
    push: (by) => void (ahead += by),
    ahead: () => ahead,
  };
}
