import type * as timers from 'node:timers/promises';

type Timers = typeof timers;

/**
 * `node:timers/promises` for `vi.mock`, with no pause of more than 20 ms: between two looks or two tries a command waits for seconds. Not for a test that
 * reaches a limit which `lib` waits for in this way: that would be over after 20 ms too.
 */
export async function shortPauses(original: () => Promise<Timers>): Promise<Timers> {
  const real = await original();
  const setTimeout: Timers['setTimeout'] = (after = 1, ...rest) => real.setTimeout(Math.min(after, 20), ...rest);
  return { ...real, setTimeout };
}
