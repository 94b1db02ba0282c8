import type { CustomerKey, KeyProvider } from '../facts/daily-facts.ts';
import type { Known } from '../facts/fact.ts';
import type { AtlasEvent, ProjectFacts } from '../facts/facts.ts';
import type { Instant } from '../time.ts';

/** What memory holds of a project's customer keys besides the last reading of `encryptionAtRest`. */
export type CustomerKeyNote = {
  /** The latest event of each provider and kind. */
  readonly events: readonly KeyEvent[];
  /** The first and the last run in a row that saw a key invalid; null if the last run that could tell saw none. */
  readonly invalid: InvalidRuns | null;
  /** The last such row, and the run that ended it. Absent: there was none. */
  readonly mended?: InvalidRuns & { readonly at: Instant };
};

type InvalidRuns = { readonly first: Instant; readonly last: Instant };

export type KeyEvent = { readonly provider: KeyProvider; readonly kind: KeyEventKind; readonly at: Instant };
type KeyEventKind = 'VALID' | 'INVALID' | 'NEEDS_ROTATION' | 'ROTATED';

/** The names of Atlas's events about customer keys (docs/facts/atlas.md §6). */
const KEY_EVENT = /^(AWS|AZURE|GCP)_ENCRYPTION_KEY_(VALID|INVALID|NEEDS_ROTATION|ROTATED)$/;

/**
 * Pure: folds one run. `reading` is the last successful one, which may be of this run. A reading is newer than any event before it, however late Atlas shows
 * the event; an event after the reading counts until the next reading. Returns undefined while there is nothing to remember.
 */
export function foldCustomerKeys(
  note: CustomerKeyNote | undefined,
  facts: Pick<ProjectFacts, 'events' | 'daily'>,
  reading: Known<readonly CustomerKey[]> | null,
  now: Instant,
): CustomerKeyNote | undefined {
  const events = latestOfEach([...(note?.events ?? []), ...(facts.events.known ? facts.events.value.events.flatMap(keyEventOf) : [])]);
  const bad = invalidKeys(events, reading);
  const before = note?.invalid ?? null;
  const mended = bad.length === 0 && before !== null ? { ...before, at: now } : note?.mended;
  const past = mended && { mended };
  if (bad.length === 0) return note === undefined && events.length === 0 ? undefined : { events, invalid: null, ...past };
  const isSeenNow = facts.daily?.customerKeys?.known === true || (facts.events.known && bad.some(({ event }) => event !== null));
  return { events, invalid: isSeenNow ? { first: before?.first ?? now, last: now } : before, ...past };
}

function keyEventOf({ type, at }: AtlasEvent): readonly KeyEvent[] {
  const [, provider, kind] = KEY_EVENT.exec(type) ?? [];
  // Proof: the expression matches these names only.
  return provider === undefined || kind === undefined ? [] : [{ provider: provider as KeyProvider, kind: kind as KeyEventKind, at }];
}

function latestOfEach(events: readonly KeyEvent[]): readonly KeyEvent[] {
  const latest = new Map<string, KeyEvent>();
  for (const event of events) {
    const key = `${event.provider} ${event.kind}`;
    if (event.at > (latest.get(key)?.at ?? Number.NEGATIVE_INFINITY)) latest.set(key, event);
  }
  return [...latest.values()];
}

/** An invalid key; `event`: what says so, null if the reading does. */
export type InvalidKey = { readonly provider: KeyProvider; readonly event: KeyEvent | null };

/** Pure: the keys whose newest evidence calls them invalid. */
export function invalidKeys(events: readonly KeyEvent[], reading: Known<readonly CustomerKey[]> | null): readonly InvalidKey[] {
  const since = reading?.asOf ?? Number.NEGATIVE_INFINITY;
  const providers = new Set([...(reading?.value ?? []), ...events].map(({ provider }) => provider));
  return [...providers].flatMap((provider): readonly InvalidKey[] => {
    const newer = (kind: KeyEventKind): KeyEvent | undefined => eventOf(events, provider, kind, since);
    const [invalid, valid] = [newer('INVALID'), newer('VALID')];
    if (invalid && invalid.at > (valid?.at ?? Number.NEGATIVE_INFINITY)) return [{ provider, event: invalid }];
    const isInvalid = (reading?.value ?? []).some((key) => key.provider === provider && !key.valid);
    return isInvalid && valid === undefined ? [{ provider, event: null }] : [];
  });
}

/** Pure: the requests to rotate a key that no rotation has followed, of the keys in use; of all keys while it is not known which are. */
export function rotationsDue(events: readonly KeyEvent[], reading: Known<readonly CustomerKey[]> | null): readonly KeyEvent[] {
  return events.filter(({ provider, kind, at }) => {
    const isUsed = reading === null || reading.value.some((key) => key.provider === provider);
    return kind === 'NEEDS_ROTATION' && isUsed && eventOf(events, provider, 'ROTATED', at - 1) === undefined;
  });
}

function eventOf(events: readonly KeyEvent[], provider: KeyProvider, kind: KeyEventKind, after: Instant): KeyEvent | undefined {
  return events.find((event) => event.provider === provider && event.kind === kind && event.at > after);
}
