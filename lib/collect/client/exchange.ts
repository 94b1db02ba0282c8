import { jsonObject, jsonValue } from '../../domain/json-text.ts';
import type { Duration, Instant } from '../../domain/time.ts';
import { AtlasError, changed, NOT_READ, type RequestLabel, unusable } from './atlas-error.ts';

/** One answer, read to its end. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string };

export type Exchange = (label: RequestLabel, url: URL, init: RequestInit, deadline: Instant) => Promise<Answer>;

type Outside = { readonly fetch: typeof fetch; readonly clock: () => Instant; readonly requestTimeoutMs: Duration };

/** HTTP exchanges that end by their timeout or the deadline. Redirects are refused. Throws `AtlasError`. */
export function createExchange(outside: Outside): Exchange {
  return async function exchange(label, url, init, deadline) {
    const left = deadline - outside.clock();
    if (left <= 0) throw timeIsUp(label);
    const cut = left < outside.requestTimeoutMs;
    const signal = AbortSignal.timeout(Math.ceil(cut ? left : outside.requestTimeoutMs));
    try {
      // Next.js patches the global fetch with a cache, and an answer from a cache would be out of date.
      const response = await outside.fetch(url, { ...init, redirect: 'manual', cache: 'no-store', signal });
      const answer = { status: response.status, headers: response.headers, text: await response.text() };
      if (response.type === 'opaqueredirect' || (answer.status >= 300 && answer.status < 400)) {
        throw changed(unusable(label, 'answered with a redirect, which is refused'), { status: answer.status });
      }
      return answer;
    } catch (error) {
      if (error instanceof AtlasError) throw error;
      if (signal.aborted) throw cut ? timeIsUp(label) : late(label, outside.requestTimeoutMs);
      throw broken(label, error);
    }
  };
}

export function timeIsUp(label: RequestLabel): AtlasError {
  return new AtlasError({ ...label, kind: 'deadline', detail: NOT_READ, patience: 'once' });
}

function late(label: RequestLabel, timeout: Duration): AtlasError {
  return new AtlasError({ ...label, kind: 'transport', detail: `no answer within ${timeout} ms`, patience: 'thrice' });
}

/** Only the error's code is shown: fetch's messages may hold addresses and headers. */
function broken(label: RequestLabel, error: unknown): AtlasError {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'no code';
  return new AtlasError({ ...label, kind: 'transport', detail: `connection failed (${code})`, patience: 'thrice' });
}

/** Atlas documents 200 for every operation here, and 201, 202 or 204 for other writes. */
const SUCCESS = { read: [200], list: [200], write: [200, 201, 202, 204] } as const;

/** The object in an answer; null if the status is a refusal. A bare list becomes `{ results }`, and the answer to a write may be empty. Throws `AtlasError` if it is no such JSON. */
export function objectOf(
  label: RequestLabel,
  { status, text }: Answer,
  kind: keyof typeof SUCCESS,
): Readonly<Record<string, unknown>> | null {
  const expected: readonly number[] = SUCCESS[kind];
  if (!expected.includes(status)) return null;
  if (kind === 'write' && text === '') return {};
  const body = kind === 'list' ? listOf(text) : jsonObject(text);
  if (body !== null) return body;
  // The body is not quoted, since it may be a proxy's page and hold anything.
  throw new AtlasError({
    ...label,
    kind: 'unusable',
    status,
    detail: `answered something that is not a JSON ${kind === 'list' ? 'list' : 'object'}`,
    patience: 'twice',
  });
}

function listOf(text: string): Readonly<Record<string, unknown>> | null {
  const results = jsonValue(text);
  return Array.isArray(results) ? { results } : null;
}
