import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import type { Duration } from '../../domain/time.ts';
import { StoreError } from '../store.ts';
import { KvAnswerError, KvFormError } from './kv-request.ts';

export type Command = [name: string, ...words: (string | number)[]];

/** Sends one command and gives its answer in that shape. The operation's name is for the error. Throws `StoreError`. */
export type Ask = <T>(operation: string, shape: z.ZodType<T>, command: Command) => Promise<T>;

const ATTEMPTS = 2;
/** Long enough for a dropped connection to be replaced, and short beside any timeout. */
const PAUSE_AT_LEAST: Duration = 50;
const PAUSE_SPREAD: Duration = 100;

/** Repeats a command whose answer was lost; it has no further effect. The `StoreError` names operation and cause, and nothing of the data. */
export function withAttempts(send: (command: Command) => Promise<unknown>, timeout: Duration): Ask {
  return async function ask(operation, shape, command) {
    const answer = shape.safeParse(await answerTo(operation, command));
    if (!answer.success) throw new StoreError(`${operation} in Redis: an answer of another shape than the command has`);
    return answer.data;
  };

  async function answerTo(operation: string, command: Command): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await send(command);
      } catch (error) {
        const failure = failureOf(error, timeout);
        const count = attempt === 1 ? '' : ` (${attempt} attempts)`;
        if (failure.final || attempt === ATTEMPTS) throw new StoreError(`${operation} in Redis: ${failure.cause}${count}`);
      }
      await pause(PAUSE_AT_LEAST + Math.random() * PAUSE_SPREAD);
    }
  }
}

/** Why a command failed, in our own words. A `final` failure is not worth another attempt now. */
type Failure = { readonly cause: string; readonly final: boolean };

/** What Redis and Upstash answer, and what that means to whoever reads the alert. */
const KNOWN_ANSWERS: readonly (readonly [RegExp, Failure])[] = [
  [/WRONGPASS|NOAUTH|Unauthorized/i, { cause: 'it refused the token; check KV_REST_API_TOKEN', final: true }],
  [/NOPERM/, { cause: 'the token may not write; a read-only token is not enough', final: true }],
  [/max request size/i, { cause: 'the request is larger than the plan allows', final: true }],
  [/max (daily|monthly)? ?requests? limit|quota|rate.?limit/i, { cause: 'the limit of the plan is used up', final: true }],
  [/OOM|capacity/, { cause: 'the database is full', final: true }],
  [/READONLY|LOADING|MISCONF|MASTERDOWN|BUSY/, { cause: 'the database takes no writes just now', final: false }],
  [/WRONGTYPE/, { cause: 'a key holds something else; the database is shared with another program', final: true }],
];

const REDIRECTED: Failure = { cause: 'it answered with a redirect, which is not followed; check KV_REST_API_URL', final: true };

/** Error codes of Node and undici are capital letters only, so that no token can pass for one. */
const CODE = /^[A-Z][A-Z_]{2,40}$/;

/** Shows no word of the answer: it may repeat the command with its values, or the token. */
function failureOf(error: unknown, timeout: Duration): Failure {
  if (!(error instanceof Error)) return { cause: 'an unknown failure', final: false };
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return { cause: `no answer within ${timeout} ms`, final: false };
  const code = codeOf(error.cause);
  if (code !== null) return { cause: `the connection failed (${code})`, final: false };
  if (error instanceof KvFormError) return error.redirect ? REDIRECTED : { cause: 'an answer that is not JSON', final: false };
  const known = KNOWN_ANSWERS.find(([pattern]) => pattern.test(error.message));
  if (known !== undefined) return known[1];
  return { cause: error instanceof KvAnswerError ? 'an error answer' : 'the connection failed', final: false };
}

function codeOf(cause: unknown): string | null {
  if (!(cause instanceof Error) || !('code' in cause)) return null;
  return typeof cause.code === 'string' && CODE.test(cause.code) ? cause.code : null;
}
