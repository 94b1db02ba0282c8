import type * as Sdk from '@slack/web-api';
import { lost, refusal, retryAfterOf, type Unsent } from './answers.ts';
import { SECOND, type Duration, type Instant } from '../../domain/time.ts';

export type SlackSettings = { readonly token: string; readonly channel: string; readonly apiUrl: string };

/** Slack's own words for "not now" (contract, clause 6). */
const TRANSIENT = ['ratelimited', 'rate_limited', 'service_unavailable', 'request_timeout'];
/** "It's possible some aspect of the operation succeeded before the error was raised" (docs.slack.dev/reference/methods/chat.postMessage). */
const UNDECIDED = ['internal_error', 'fatal_error'];

/** One client for one attempt, and what its errors mean. */
export type Slack = {
  readonly client: Sdk.WebClient;
  readonly outcomeOf: (error: unknown, now: Instant) => Unsent;
  /** Does Slack say that there is no such message? */
  readonly isGone: (error: unknown) => boolean;
};

/** Opens a client without the SDK's retries (it posts again after a lost answer), its waiting, its logs and its endless timeout. */
export async function openSlack({ token, apiUrl }: SlackSettings, timeout: Duration, signal: AbortSignal): Promise<Slack> {
  const sdk = await import('@slack/web-api');
  const client = new sdk.WebClient(token, {
    slackApiUrl: apiUrl,
    allowAbsoluteUrls: false,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout,
    logger: silent(sdk.LogLevel.ERROR),
    fetch: (url, init) =>
      fetch(url, { ...init, cache: 'no-store', signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal }),
  });
  const isGone = (error: unknown): boolean => error instanceof sdk.WebAPIPlatformError && error.data.error === 'message_not_found';
  return { client, outcomeOf: (error, now) => outcomeOf(sdk, error, now), isGone };
}

function outcomeOf(sdk: typeof Sdk, error: unknown, now: Instant): Unsent {
  if (error instanceof sdk.WebAPIRateLimitedError)
    return { result: 'failed', error: 'Slack answered 429', retryAfter: error.retryAfter * SECOND };
  if (error instanceof sdk.WebAPIHTTPError) {
    return refusal(error.statusCode, `Slack answered ${error.statusCode}`, retryAfterOf(error.headers['retry-after'], now));
  }
  if (error instanceof sdk.WebAPIPlatformError) return platform(error.data.error);
  // The SDK's words for a 429 without a Retry-After that it can read.
  if (error instanceof Error && error.message.startsWith('Retry header did not'))
    return { result: 'failed', error: 'Slack answered 429', retryAfter: null };
  return lost('Slack', error);
}

/**
 * The SDK passes off any body that is not JSON, such as a proxy's page, as Slack's error: only a word of Slack's counts as one. Slack may have posted
 * behind such a page.
 */
function platform(said: unknown): Unsent {
  const word = typeof said === 'string' && /^[a-z][a-z0-9_]{1,80}$/.test(said) ? said : null;
  if (word === null) return { result: 'unknown', error: 'Slack answered something else than its documented JSON' };
  const error = `Slack refused: ${word}`;
  if (UNDECIDED.includes(word)) return { result: 'unknown', error };
  return TRANSIENT.includes(word) ? { result: 'failed', error, retryAfter: null } : { result: 'rejected', error };
}

function silent(level: ReturnType<Sdk.Logger['getLevel']>): Sdk.Logger {
  const nothing = (): void => {};
  return { debug: nothing, info: nothing, warn: nothing, error: nothing, setLevel: nothing, setName: nothing, getLevel: () => level };
}
