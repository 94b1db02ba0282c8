import type { Duration } from '../domain/time.ts';

/** Why a command failed, in our own words. `final`: trying again at once is no use. */
export type Failure = { readonly cause: string; readonly final: boolean };

/** Beginnings of what Redis and Upstash answer, and what they mean to whoever reads the alert. */
const ANSWERS: readonly (readonly [RegExp, Failure])[] = [
  [/WRONGPASS|NOAUTH|Unauthorized/i, { cause: 'it refused the token; check KV_REST_API_TOKEN', final: true }],
  [/NOPERM/, { cause: 'the token may not write; a read-only token is not enough', final: true }],
  [/max request size/i, { cause: 'the request is larger than the plan allows', final: true }],
  [/max (daily|monthly)? ?requests? limit|quota|rate.?limit/i, { cause: 'the limit of the plan is used up', final: true }],
  [/OOM|capacity/, { cause: 'the database is full', final: true }],
  [/READONLY|LOADING|MISCONF|MASTERDOWN|BUSY/, { cause: 'the database takes no writes just now', final: false }],
  [/WRONGTYPE/, { cause: 'a key holds something else; the database is shared with another program', final: true }],
];

/** Node's and undici's codes: capitals only, so that no token passes for one. */
const CODE = /^[A-Z][A-Z_]{2,40}$/;

/**
 * What went wrong, without a word of the SDK's own text: that embeds the command with its values, and a proxy's
 * answer may repeat the token.
 */
export function failureOf(error: unknown, timeout: Duration): Failure {
  if (!(error instanceof Error)) return { cause: 'an unknown failure', final: false };
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return { cause: `no answer within ${timeout} ms`, final: false };
  const code = codeOf(error.cause);
  if (code !== null) return { cause: `the connection failed (${code})`, final: false };
  const answer = error.message.split(', command was:')[0] ?? '';
  const known = ANSWERS.find(([beginning]) => beginning.test(answer));
  if (known !== undefined) return known[1];
  if (error.name === 'UpstashJSONParseError') return { cause: 'an answer that is not JSON', final: false };
  return { cause: error.name === 'UpstashError' ? 'an error answer' : 'the connection failed', final: false };
}

function codeOf(cause: unknown): string | null {
  if (!(cause instanceof Error) || !('code' in cause)) return null;
  return typeof cause.code === 'string' && CODE.test(cause.code) ? cause.code : null;
}
