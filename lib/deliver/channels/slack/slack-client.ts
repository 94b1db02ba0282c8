import type * as Sdk from '@slack/web-api';
import { lost, refusal, retryAfterOf, type Unsent } from '../../attempt/provider-answer.ts';
import { SECOND, type Duration, type Instant } from '../../../domain/time.ts';

/** `apiUrl` ends with a slash, as Slack's own client wants it. */
export type SlackSettings = { readonly token: string; readonly channel: string; readonly apiUrl: string };

/** Slack's own errors that mean "try again later" (docs/contract.md, clause 6). */
const TRANSIENT = ['ratelimited', 'rate_limited', 'service_unavailable', 'request_timeout'];
/** "It's possible some aspect of the operation succeeded before the error was raised" (docs.slack.dev/reference/methods/chat.postMessage). */
const UNDECIDED = ['internal_error', 'fatal_error'];

/** A client for one attempt, and what its errors mean. */
export type Slack = {
  readonly client: Sdk.WebClient;
  readonly outcomeOf: (error: unknown, now: Instant) => Unsent;
  /** Does Slack say that there is no such message? */
  readonly isGone: (error: unknown) => boolean;
};

/** Opens a client without the SDK's retries (it would post again after a lost answer), its waiting for rate limits, its logs, and with a timeout. */
export async function openSlack({ token, apiUrl }: SlackSettings, timeout: Duration, signal: AbortSignal): Promise<Slack> {
  const sdk = await import('@slack/web-api');
  const last: LastAnswer = { retryAfter: null };
  const client = new sdk.WebClient(token, {
    slackApiUrl: apiUrl,
    allowAbsoluteUrls: false,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout,
    logger: silent(sdk.LogLevel.ERROR),
    fetch: async (url, init) => {
      const signals = init?.signal ? AbortSignal.any([init.signal, signal]) : signal;
      const answer = await fetch(url, { ...init, redirect: 'error', cache: 'no-store', signal: signals });
      last.retryAfter = answer.headers.get('retry-after');
      return answer;
    },
  });
  const isGone = (error: unknown): boolean => error instanceof sdk.WebAPIPlatformError && error.data.error === 'message_not_found';
  return { client, outcomeOf: (error, now) => outcomeOf(sdk, error, last, now), isGone };
}

/** The SDK reads `Retry-After` only as a number of seconds; a date is an error to it (RFC 9110, 10.2.3 allows both). */
type LastAnswer = { retryAfter: string | null };

function outcomeOf(sdk: typeof Sdk, error: unknown, last: LastAnswer, now: Instant): Unsent {
  if (error instanceof sdk.WebAPIRateLimitedError)
    return { result: 'failed', error: 'Slack answered 429', retryAfter: error.retryAfter * SECOND };
  if (error instanceof sdk.WebAPIHTTPError) {
    return refusal(error.statusCode, `Slack answered ${error.statusCode}`, retryAfterOf(error.headers['retry-after'], now));
  }
  if (error instanceof sdk.WebAPIPlatformError) return platform(error.data.error);
  // The SDK's error for a 429 whose Retry-After is absent, or no number.
  if (error instanceof Error && error.message.startsWith('Retry header did not'))
    return { result: 'failed', error: 'Slack answered 429', retryAfter: retryAfterOf(last.retryAfter, now) };
  return lost('Slack', error);
}

/**
 * The SDK reports any body that is not JSON, such as a proxy's page, as Slack's error. Only an error that looks like one of Slack's counts as one, because
 * behind a proxy's page Slack may have posted the message.
 */
function platform(code: unknown): Unsent {
  const word = typeof code === 'string' && /^[a-z][a-z0-9_]{1,80}$/.test(code) ? code : null;
  if (word === null) return { result: 'unknown', error: 'Slack answered something else than its documented JSON' };
  const error = `Slack refused: ${word}`;
  if (UNDECIDED.includes(word)) return { result: 'unknown', error };
  return TRANSIENT.includes(word) ? { result: 'failed', error, retryAfter: null } : { result: 'rejected', error };
}

function silent(level: ReturnType<Sdk.Logger['getLevel']>): Sdk.Logger {
  const nothing = (): void => {};
  return { debug: nothing, info: nothing, warn: nothing, error: nothing, setLevel: nothing, setName: nothing, getLevel: () => level };
}
