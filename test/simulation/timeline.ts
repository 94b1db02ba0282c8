import type { Duration, Instant, Timer } from '../../lib/domain/time.ts';

/** Virtual time: what was put down for later happens in order, and nothing waits. */
export type Timeline = {
  /** True time, which no simulated clock changes. */
  readonly now: () => Instant;
  readonly after: Timer;
  /** Lets everything happen until then. */
  readonly runUntil: (moment: Instant) => Promise<void>;
  /** Lets things happen as long as there are any and the condition holds. */
  readonly runWhile: (condition: () => boolean) => Promise<void>;
};

type Planned = { readonly at: Instant; readonly act: () => void; cancelled: boolean };

export function openTimeline(start: Instant): Timeline {
  const queue: Planned[] = [];
  let time = start;

  function after(wait: Duration, act: () => void): () => void {
    const planned: Planned = { at: time + Math.max(0, wait), act, cancelled: false };
    const later = queue.findLastIndex((other) => other.at <= planned.at);
    queue.splice(later + 1, 0, planned);
    return () => void (planned.cancelled = true);
  }

  async function next(): Promise<void> {
    const planned = queue.shift();
    if (planned === undefined || planned.cancelled) return;
    time = Math.max(time, planned.at);
    planned.act();
    await settled();
  }

  return {
    now: () => time,
    after,
    runUntil: async (moment) => {
      for (let first = queue[0]; first !== undefined && first.at <= moment; first = queue[0]) await next();
      time = Math.max(time, moment);
    },
    runWhile: async (condition) => {
      while (queue.length > 0 && condition()) await next();
    },
  };
}

/** Every promise that can go on has gone on: the code under test waits for nothing but simulated wires. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
