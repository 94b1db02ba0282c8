import { type Instant, SECOND } from '../domain/time.ts';
import type { Window } from '../domain/view.ts';

/**
 * The last whole second before `before` that the window reaches and no break covers; null where there is none. The ends of breaks count as
 * broken: one second costs nothing, and a restore that Atlas refuses costs minutes.
 */
export function lastRestorable(window: Window | null, before: Instant): Instant | null {
  if (window === null) return null;
  let at = secondBefore(Math.min(before, window.to));
  // Latest first: a step back over one break can only end in one that begins earlier.
  for (const hole of window.breaks.toSorted((a, b) => b.from - a.from)) {
    if (at >= hole.from && at <= hole.to) at = secondBefore(hole.from);
  }
  return at < window.from ? null : at;
}

function secondBefore(at: Instant): Instant {
  return (Math.ceil(at / SECOND) - 1) * SECOND;
}
