import type { Duration, Instant } from '../domain/time.ts';
import { AtlasError, NOT_READ, type Told } from './error.ts';

/** One answer, read to its end. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string };

export type Exchange = (told: Told, url: URL, init: RequestInit, deadline: Instant) => Promise<Answer>;

type Outside = { readonly fetch: typeof fetch; readonly clock: () => Instant; readonly requestTimeoutMs: Duration };

/** A bounded HTTP exchange: every one ends by its timeout or the deadline. Redirects are refused. Throws `AtlasError`. */
export function createExchange(outside: Outside): Exchange {
  return async function exchange(told, url, init, deadline) {
    const left = deadline - outside.clock();
    if (left <= 0) throw timeIsUp(told);
    const cut = left < outside.requestTimeoutMs;
    const signal = AbortSignal.timeout(Math.ceil(cut ? left : outside.requestTimeoutMs));
    try {
      // Next patches the global fetch with a cache: a stored answer of yesterday would be a lie here.
      const response = await outside.fetch(url, { ...init, redirect: 'manual', cache: 'no-store', signal });
      const answer = { status: response.status, headers: response.headers, text: await response.text() };
      if (response.type === 'opaqueredirect' || (answer.status >= 300 && answer.status < 400)) throw redirected(told, answer.status);
      return answer;
    } catch (error) {
      if (error instanceof AtlasError) throw error;
      if (signal.aborted) throw cut ? timeIsUp(told) : late(told, outside.requestTimeoutMs);
      throw broken(told, error);
    }
  };
}

export function timeIsUp(told: Told): AtlasError {
  return new AtlasError({ ...told, kind: 'deadline', detail: NOT_READ, patience: 'once' });
}

function late(told: Told, timeout: Duration): AtlasError {
  return new AtlasError({ ...told, kind: 'transport', detail: `no answer within ${timeout} ms`, patience: 'thrice' });
}

function redirected(told: Told, status: number): AtlasError {
  return new AtlasError({ ...told, kind: 'unusable', status, detail: 'answered with a redirect, which is refused', patience: 'once' });
}

/** Only the error's code is shown: fetch's messages may hold addresses and headers. */
function broken(told: Told, error: unknown): AtlasError {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'no code';
  return new AtlasError({ ...told, kind: 'transport', detail: `connection failed (${code})`, patience: 'thrice' });
}
