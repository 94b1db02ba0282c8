import { type Duration, type Instant, SECOND } from '../domain/time.ts';
import { type Store, StoreError, type StoredHead, type SwapAnswer, type SwapRequest } from './store.ts';

/** How long an answer of the store is given again (docs/contract.md, "Addresses": health may be so old). */
const KEPT_FOR: Duration = 30 * SECOND;
/**
 * The limit on reads whose parameters come from the request; a page of the log takes up to four. 24 at once are enough to click through all lists; after
 * that one more every 15 s.
 */
const ASKED_AT_MOST = 24;
const ONE_MORE_EVERY: Duration = 15 * SECOND;
/** The number of groups in which blobs are read if the request chooses among them (`readAmong`). */
const BLOB_GROUPS = 8;

type Kept = { readonly at: Instant; readonly answer: Promise<unknown> };

/** A read that was refused, since visitors without a name have asked for too many different things. */
export class TooManyReads extends StoreError {
  /** By which another copy of this module knows it, where `instanceof` does not: the build bundles pages and routes apart, and they share what is kept. */
  readonly refused = 'too many reads';
}

/** Whether visitors without a name asked for too much: a 429 (docs/contract.md, "Addresses"). */
export function isTooManyReads(error: unknown): boolean {
  return error instanceof Error && 'refused' in error && error.refused === 'too many reads';
}

/** What this process read or wrote last, so that requests of people whom nobody knows cost the store next to nothing. */
export type KeptReads = {
  /** The store with reads that are answered from what was kept: the same one costs at most one command in 30 s, also one that failed. */
  readonly reading: (store: Store) => Store;
  /** The store whose every swap renews what is kept, so that readers of this process see its own writes at once. */
  readonly noticing: (store: Store) => Store;
};

type Texts = readonly (string | null)[];

/**
 * Reads blobs of `all` in fixed groups of neighbours. Whatever single blobs requests choose, there are then at most eight different reads, so the number of
 * store commands is bounded.
 */
async function readAmong(
  names: readonly string[],
  all: readonly string[] | null,
  read: (names: readonly string[]) => Promise<Texts>,
): Promise<Texts> {
  if (all === null) return read(names);
  const size = Math.max(1, Math.ceil(all.length / BLOB_GROUPS));
  const places = new Map(all.map((name, place) => [name, Math.floor(place / size)]));
  const wanted = [...new Set(names.map((name) => places.get(name) ?? 0))];
  const groups = wanted.map((place) => all.slice(place * size, (place + 1) * size));
  const texts = await Promise.all(groups.map(read));
  const byName = new Map(groups.flatMap((group, at) => group.map((name, place) => [name, texts[at]?.[place] ?? null])));
  return names.map((name) => byName.get(name) ?? null);
}

/** What this process keeps; `now` is that of its store. */
export function createKeptReads(now: () => Instant): KeptReads {
  const kept = createKept(now);
  const takeRoom = createRoom(now);

  /** As `once`, for a read that the request chooses. What is refused is not kept, or keys would pile up. */
  async function asked<Answer>(key: string, read: () => Promise<Answer>): Promise<Answer> {
    if (!kept.has(key)) takeRoom();
    return kept.once(key, read);
  }

  return {
    reading: (store) => ({
      ...store,
      readHead: () => kept.once(HEAD, () => store.readHead()),
      // The head says which blobs there are, not the request.
      readBlobs: (names, chosenFrom) =>
        readAmong(names, chosenFrom ?? null, (group) => kept.once(`blobs ${group.join(' ')}`, () => store.readBlobs(group))),
      pastIncidents: (request) => asked(`past ${JSON.stringify(request)}`, () => store.pastIncidents(request)),
      records: (request) => asked(`records ${JSON.stringify(request)}`, () => store.records(request)),
      listRecords: (request) => asked(`list ${JSON.stringify(request)}`, () => store.listRecords(request)),
      record: (id) => asked(`record ${id}`, () => store.record(id)),
      trail: (request) => asked(`trail ${JSON.stringify(request)}`, () => store.trail(request)),
    }),
    noticing: (store) => ({ ...store, swap: (request) => swapAndKeep(store, request, kept) }),
  };
}

const HEAD = 'head';

type Answers = {
  readonly has: (key: string) => boolean;
  /** Reads if nothing fresh is kept under the key. */
  readonly once: <Answer>(key: string, read: () => Promise<Answer>) => Promise<Answer>;
  readonly put: (key: string, answer: Promise<unknown>) => void;
  readonly clear: () => void;
};

/** Answers by key. One is over after 30 s, and where the clock was set back. */
function createKept(now: () => Instant): Answers {
  const kept = new Map<string, Kept>();
  const isFresh = ({ at }: Kept): boolean => now() >= at && now() - at < KEPT_FOR;
  const freshAt = (key: string): Kept | null => {
    const entry = kept.get(key);
    return entry !== undefined && isFresh(entry) ? entry : null;
  };
  const put: Answers['put'] = (key, answer) => void kept.set(key, { at: now(), answer });

  function once<Answer>(key: string, read: () => Promise<Answer>): Promise<Answer> {
    const existing = freshAt(key);
    // Proof: each key is written by one caller of this function, always with the same kind of answer.
    if (existing !== null) return existing.answer as Promise<Answer>;
    for (const [other, entry] of kept) if (!isFresh(entry)) kept.delete(other);
    const answer = read();
    put(key, answer);
    return answer;
  }

  return { has: (key) => freshAt(key) !== null, once, put, clear: () => kept.clear() };
}

/** Returns a function to call before each read that a request chooses; it throws `TooManyReads` if the limit is reached. */
function createRoom(now: () => Instant): () => void {
  let room = ASKED_AT_MOST;
  let filledAt = now();
  return () => {
    const more = Math.floor((now() - filledAt) / ONE_MORE_EVERY);
    if (more !== 0) [room, filledAt] = [Math.min(ASKED_AT_MOST, room + Math.max(0, more)), now()];
    if (room === 0) throw new TooManyReads('read the log: too many different pages of it were asked for; try again in 30 seconds');
    room -= 1;
  };
}

async function swapAndKeep(store: Store, request: SwapRequest, kept: Answers): Promise<SwapAnswer> {
  const answer = await store.swap(request).finally(() => kept.clear());
  const head: StoredHead = answer.swapped ? { revision: answer.revision, head: request.head } : answer;
  kept.put(HEAD, Promise.resolve(head));
  return answer;
}
