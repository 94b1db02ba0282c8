import { SECOND, type Duration, type Instant } from '../../domain/time.ts';
import { AtlasError, changed, type Patience } from './atlas-error.ts';

export type Waiting = {
  readonly clock: () => Instant;
  readonly random: () => number;
  readonly sleep: (duration: Duration) => Promise<void>;
};

const ATTEMPTS: Readonly<Record<Patience, number>> = { once: 1, twice: 2, thrice: 3, rateLimit: 6 };
const FIRST_WAIT: Duration = 0.3 * SECOND;
const FIRST_RATE_LIMIT_WAIT: Duration = SECOND;

/** How long to wait before the next attempt; null if there is none. `attempts` counts those made. No wait goes past the deadline. */
function waitBefore({ failure }: AtlasError, attempts: number, { clock, random }: Waiting, deadline: Instant): Duration | null {
  const { patience, retryAfter } = failure;
  if (attempts >= ATTEMPTS[patience]) return null;
  const first = patience === 'rateLimit' ? FIRST_RATE_LIMIT_WAIT : FIRST_WAIT;
  const backoff = first * 2 ** (attempts - 1);
  // Never less than Atlas asked for, and up to a quarter more, so that waiting requests do not all return at once.
  const wait = (retryAfter ?? backoff) + random() * Math.max(backoff, retryAfter ?? 0) * 0.25;
  return clock() + wait < deadline ? wait : null;
}

/** Repeats `attempt` until it succeeds, is refused for good, or there is no time left. Throws the last error that says why. */
export async function withRetries<T>(waiting: Waiting, deadline: Instant, attempt: () => Promise<T>): Promise<T> {
  let previous: AtlasError | null = null;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      // The failure before says more than that the deadline cut off the retry.
      if (error.failure.kind === 'deadline' && previous !== null) throw previous;
      previous = error;
      const wait = waitBefore(error, attempts, waiting, deadline);
      if (wait === null) throw withWaitAsked(error, attempts);
      await waiting.sleep(wait);
    }
  }
}

function withWaitAsked(error: AtlasError, attempts: number): AtlasError {
  const { patience, retryAfter, detail } = error.failure;
  if (patience !== 'rateLimit' || retryAfter === null || attempts >= ATTEMPTS.rateLimit) return error;
  const asked = `asked to wait ${Math.ceil(retryAfter / SECOND)} s, past this run's time`;
  return changed(error, { detail: detail === null || detail === '' ? asked : `${asked}: ${detail}` });
}

/** Names of Node and undici for connections that were never made, over which nothing was sent. */
const NEVER_SENT = /\((ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)\)$/;

/** True if Atlas certainly did not act on the write. If false, it may have, so that this has to be looked up before it is repeated. */
export function surelyNotTaken({ failure: { operation, kind, detail, status } }: AtlasError): boolean {
  if (operation === 'getAccessToken') return true;
  if (kind === 'transport') return NEVER_SENT.test(detail ?? '');
  if (kind !== 'refused' || status === null) return false;
  // 408: the server stopped waiting for a request that it may have begun to process.
  return status >= 400 && status < 500 && status !== 408;
}

/** The error of a write, which may be repeated only if Atlas certainly did not act on it. */
export function ofWrite(error: unknown): unknown {
  if (!(error instanceof AtlasError)) return error;
  const { kind, status } = error.failure;
  // The kind "deadline" means that nothing was sent, but this write may have been.
  if (kind === 'deadline') return changed(error, { kind: 'transport', detail: 'no answer before its time was up', patience: 'once' });
  if (status === 429) return error;
  return changed(error, { patience: kind === 'transport' && surelyNotTaken(error) ? 'thrice' : 'once' });
}
