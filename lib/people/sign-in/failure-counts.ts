import { type Duration, type Instant, MINUTE } from '../../domain/time.ts';

/** How long failures count, from the first one on. */
const COUNTED_FOR: Duration = 10 * MINUTE;
/** Keys that are remembered: addresses and names are chosen by whoever attacks, so the oldest give way. */
const MOST_KEYS = 10_000;

type Entry = { readonly since: Instant; failures: number; hashedAt: Instant };

/** How often sign-ins failed lately, and when a hash was last computed for them, by address, name, or both. */
export type FailureCounts = {
  readonly of: (key: string) => number;
  /** When the last hash began; null if none did lately. */
  readonly hashedAt: (key: string) => Instant | null;
  readonly hashing: (keys: readonly string[]) => void;
  readonly failed: (keys: readonly string[]) => void;
};

export function createFailureCounts(now: () => Instant): FailureCounts {
  const entries = new Map<string, Entry>();

  /** Null for an entry that is over, also by a clock that was set back. */
  function current(key: string): Entry | null {
    const entry = entries.get(key);
    const age = entry === undefined ? -1 : now() - entry.since;
    return entry !== undefined && age >= 0 && age < COUNTED_FOR ? entry : null;
  }

  function counted(key: string): Entry {
    const entry = current(key) ?? { since: now(), failures: 0, hashedAt: 0 };
    entries.delete(key);
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > MOST_KEYS && oldest !== undefined) entries.delete(oldest);
    return entry;
  }

  return {
    of: (key) => current(key)?.failures ?? 0,
    hashedAt: (key) => {
      const at = current(key)?.hashedAt ?? null;
      // A time ahead of us is of before the clock was set back.
      return at !== null && at <= now() ? at : null;
    },
    hashing: (keys) => keys.forEach((key) => (counted(key).hashedAt = now())),
    failed: (keys) => keys.forEach((key) => (counted(key).failures += 1)),
  };
}
