import type { Duration } from './domain/time.ts';

export type HeartbeatKind = 'start' | 'success' | 'fail';
export type Heartbeat = (kind: HeartbeatKind, words: string) => Promise<boolean>;

/** Healthchecks keeps the first 100 kB of a body; a few words are read where they are shown, in its alerts. */
const WORDS_AT_MOST = 500;

/**
 * Pings a dead-man switch as healthchecks does: `/start`, the bare address, `/fail`, with a few words as the body. Bounded by `timeout`; never
 * throws. Answers whether it was heard: a switch that hears nothing will cry wolf, and one that is gone cannot cry at all.
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
      const problem = answer.ok ? notTaken(await beginningOf(answer)) : `answered ${answer.status}`;
      if (!answer.ok) await answer.body?.cancel();
      if (problem !== null) log(`heartbeat ${kind}: ${problem}`);
      return problem === null;
    } catch (cause) {
      log(`heartbeat ${kind}: ${cause instanceof Error ? cause.name : 'error'}`);
      return false;
    }
  };
}

/** Into the path: what follows a `?` (`create=1`, a token) stays a query. */
function pingAddress(address: string, kind: HeartbeatKind): URL {
  const url = new URL(address);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = kind === 'success' ? path : `${path}/${kind}`;
  return url;
}

/** Healthchecks answers 200 for a check that was deleted, and says so in the body alone: "OK (not found)", "OK (rate limited)". */
function notTaken(said: string): string | null {
  const reason = /^OK \((not found|rate limited)\)/.exec(said)?.[1];
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
