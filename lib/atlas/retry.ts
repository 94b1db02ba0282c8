import { SECOND, type Duration, type Instant } from '../domain/time.ts';
import { AtlasError, changed, type Patience } from './error.ts';

export type Waiting = {
  readonly clock: () => Instant;
  readonly random: () => number;
  readonly sleep: (duration: Duration) => Promise<void>;
};

const ATTEMPTS: Readonly<Record<Patience, number>> = { once: 1, twice: 2, thrice: 3, rateLimit: 6 };
const FIRST_WAIT: Duration = 0.3 * SECOND;
const FIRST_RATE_LIMIT_WAIT: Duration = SECOND;

/**
 * How long to wait before the next attempt, or null for no further one. `attempts` counts those made; nothing waits past the deadline.
 */
export function waitBefore(error: AtlasError, attempts: number, now: Instant, deadline: Instant, random: () => number): Duration | null {
  if (attempts >= ATTEMPTS[error.patience]) return null;
  const first = error.patience === 'rateLimit' ? FIRST_RATE_LIMIT_WAIT : FIRST_WAIT;
  const backoff = first * 2 ** (attempts - 1);
  // Never earlier than asked; later by up to a quarter, so that those who wait together do not come back together.
  const wait = (error.retryAfter ?? backoff) + random() * Math.max(backoff, error.retryAfter ?? 0) * 0.25;
  return now + wait < deadline ? wait : null;
}

/** Runs `attempt` until it succeeds, is refused for good, or there is no time left; throws the last error that says something. */
export async function withRetries<T>(waiting: Waiting, deadline: Instant, attempt: () => Promise<T>): Promise<T> {
  let told: AtlasError | null = null;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      // A retry that the deadline cut says less than the failure that it was to repair.
      if (error.kind === 'deadline' && told !== null) throw told;
      told = error;
      const wait = waitBefore(error, attempts, waiting.clock(), deadline, waiting.random);
      if (wait === null) throw outOfTime(error, attempts);
      await waiting.sleep(wait);
    }
  }
}

function outOfTime(error: AtlasError, attempts: number): AtlasError {
  if (error.patience !== 'rateLimit' || error.retryAfter === null || attempts >= ATTEMPTS.rateLimit) return error;
  const asked = `asked to wait ${Math.ceil(error.retryAfter / SECOND)} s, past this run's time`;
  return changed(error, { detail: error.detail === null || error.detail === '' ? asked : `${asked}: ${error.detail}` });
}

/** Failures of a connection that was never made (Node's and undici's names): nothing was sent over it. */
const NEVER_SENT = /\((ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)\)$/;

/**
 * True where Atlas surely did not act on the write that ended so: it was refused, or never sent. Where false, it may have been taken, and
 * has to be looked up before it is asked for again.
 */
export function surelyNotTaken(error: AtlasError): boolean {
  if (error.operation === 'getAccessToken') return true;
  if (error.kind === 'transport') return NEVER_SENT.test(error.detail ?? '');
  if (error.kind !== 'refused' || error.status === null) return false;
  // 408: the server gave up waiting for a request that it may have begun.
  return error.status >= 400 && error.status < 500 && error.status !== 408;
}

/** The error of a write: it has patience only where the write surely was not taken. */
export function ofWrite(error: unknown): unknown {
  if (!(error instanceof AtlasError)) return error;
  // "Deadline" would say that it was not sent, and give way to the error of an earlier attempt; it may well have been.
  if (error.kind === 'deadline') return changed(error, { kind: 'transport', detail: 'no answer before its time was up', patience: 'once' });
  if (error.status === 429) return error;
  const never = error.kind === 'transport' && surelyNotTaken(error);
  return changed(error, { patience: never ? 'thrice' : 'once' });
}
