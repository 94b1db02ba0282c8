import type { Duration } from './domain/time.ts';

export type Heartbeat = (kind: 'start' | 'success' | 'fail', words: string) => Promise<boolean>;

/**
 * Pings a dead-man switch as healthchecks does: `/start`, the bare address, `/fail`, with a few words as the body. Bounded by `timeout`; never
 * throws. Answers whether it was heard: a switch that hears nothing will cry wolf, and one that is gone cannot cry at all.
 */
export function openHeartbeat(address: string | null, timeout: Duration, log: (line: string) => void): Heartbeat {
  if (address === null) return () => Promise.resolve(true);
  const base = address.replace(/\/+$/, '');
  return async (kind, words) => {
    const url = kind === 'success' ? base : `${base}/${kind}`;
    try {
      const answer = await fetch(url, {
        method: 'POST',
        body: words.slice(0, 500),
        redirect: 'manual',
        cache: 'no-store',
        signal: AbortSignal.timeout(timeout),
      });
      await answer.body?.cancel();
      if (!answer.ok) log(`heartbeat ${kind}: answered ${answer.status}`);
      return answer.ok;
    } catch (cause) {
      log(`heartbeat ${kind}: ${cause instanceof Error ? cause.name : 'error'}`);
      return false;
    }
  };
}
