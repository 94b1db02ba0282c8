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
