import { createHmac, randomBytes } from 'node:crypto';
import { type Duration, HOUR, type Instant, type Timer } from '../../domain/time.ts';
import { createFailureCounts } from './failure-counts.ts';
import { type Asker, createHashOrder, keysOf } from './hash-order.ts';
import { createHashQueue } from './hash-queue.ts';

/** `hash`: the stored one of that name, or one that no password has. */
export type Attempt = Asker & { readonly password: string; readonly hash: string };

/** `busy`: nothing was decided, for too many wait; the same credentials may be right in a few seconds. */
export type Verdict = 'right' | 'wrong' | 'busy';

export type SignIn = (attempt: Attempt) => Promise<Verdict>;

type Dependencies = {
  readonly now: () => Instant;
  readonly timer: Timer;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Takes a tenth of a second and 32 MiB. */
  readonly verify: (password: string, hash: string) => Promise<boolean>;
};

/** Equal credentials in flight: how many wait, and their one hash once it was begun. */
type Shared = { waiting: number; hash: Promise<boolean> | null };

/** How long credentials that were verified need no hash: a working day, so that no limit meets whoever has signed in today. */
const REMEMBERED_FOR: Duration = 12 * HOUR;
/** Each is one user's, so that only an installation with more users forgets the oldest. */
const MOST_REMEMBERED = 1_000;

/**
 * Verifies passwords within limits. Credentials that were verified are remembered, and the stored hash is part of what is remembered: a new password ends
 * it. Equal credentials that are in flight at once share one hash, wherever they come from. All others take turns (hash-order.ts).
 */
export function createSignIn({ now, timer, random, verify }: Dependencies): SignIn {
  const failures = createFailureCounts(now);
  const queue = createHashQueue({ now, timer, order: createHashOrder(failures, random) });
  /** Until when, by digest. A key of this process alone: whoever reads the memory elsewhere can do nothing with a digest. */
  const remembered = new Map<string, Instant>();
  const running = new Map<string, Promise<Verdict>>();
  /** By digest, while anybody waits for it. */
  const shared = new Map<string, Shared>();
  const key = randomBytes(32);

  async function decide(attempt: Attempt, digest: string): Promise<Verdict> {
    const keys = Object.values(keysOf(attempt));
    const one = shared.get(digest) ?? { waiting: 0, hash: null };
    shared.set(digest, one);
    one.waiting += 1;
    const isRight = await queue
      .run(attempt, () => {
        // The stored hash is part of the digest, so the verdict of another address is this one's too.
        if (one.hash === null) failures.hashing(keys);
        return (one.hash ??= verify(attempt.password, attempt.hash));
      })
      .finally(() => (one.waiting -= 1) === 0 && shared.delete(digest));
    if (isRight === null) return 'busy';
    if (isRight) remember(digest);
    else failures.failed(keys);
    return isRight ? 'right' : 'wrong';
  }

  function isRemembered(digest: string): boolean {
    return (remembered.get(digest) ?? 0) > now();
  }

  function remember(digest: string): void {
    if (isRemembered(digest)) return;
    remembered.delete(digest);
    remembered.set(digest, now() + REMEMBERED_FOR);
    const [oldest] = remembered.keys();
    if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  }

  return (attempt) => {
    const { hash, name, password, address } = attempt;
    const digest = createHmac('sha256', key)
      .update(`${hash}\n${name}\n${password.normalize('NFC')}`)
      .digest('base64');
    if (isRemembered(digest)) return Promise.resolve('right');
    const place = `${address} ${digest}`;
    const existing = running.get(place);
    if (existing !== undefined) return existing;
    const decision = decide(attempt, digest).finally(() => running.delete(place));
    running.set(place, decision);
    return decision;
  };
}
