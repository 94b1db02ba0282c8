import type { Duration } from '../domain/time.ts';

export type HeartbeatKind = 'start' | 'success' | 'fail';
export type Heartbeat = (kind: HeartbeatKind, words: string) => Promise<boolean>;

/** Healthchecks keeps the first 100 kB of a body, but its alerts show only a few words. */
const WORDS_AT_MOST = 500;

/**
 * Pings a dead-man switch as healthchecks does: `/start`, the bare address, `/fail`, with a few words as the body. Takes at most `timeout` and never
 * throws. Returns whether the ping was taken: a switch that misses pings raises a false alarm, and one that was deleted raises none at all.
 */
export function openHeartbeat(address: string | null, timeout: Duration, log: (line: string) => void): Heartbeat {
  if (address === null) return () => Promise.resolve(true);
  return async (kind, words) => {
    try {
      const answer = await fetch(pingAddress(address, kind), {
        method: 'POST',
        body: words.slice(0, WORDS_AT_MOST),
        redirect: 'manual',
        cache: 'no-store',
        signal: AbortSignal.timeout(timeout),
      });
      const problem = answer.ok ? refusedIn(await beginningOf(answer)) : `answered ${answer.status}`;
      if (!answer.ok) await answer.body?.cancel();
      if (problem !== null) log(`heartbeat ${kind}: ${problem}`);
      return problem === null;
    } catch (cause) {
      log(`heartbeat ${kind}: ${cause instanceof Error ? cause.name : 'error'}`);
      return false;
    }
  };
}

/** The kind is added to the path, so that a query (`create=1`, a token) stays a query. */
function pingAddress(address: string, kind: HeartbeatKind): URL {
  const url = new URL(address);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = kind === 'success' ? path : `${path}/${kind}`;
  return url;
}

/** Healthchecks answers 200 also for a check that was deleted or is rate limited, and says so only in the body: "OK (not found)". */
function refusedIn(body: string): string | null {
  const reason = /^OK \((not found|rate limited)\)/.exec(body)?.[1];
  return reason === undefined ? null : `answered 200, and says “${reason}”`;
}

/** The first piece of the body, whatever follows it. */
async function beginningOf(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  if (!reader) return '';
  const { value } = await reader.read();
  await reader.cancel();
  return value === undefined ? '' : new TextDecoder().decode(value.subarray(0, 100));
}
