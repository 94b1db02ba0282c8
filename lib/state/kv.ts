import { createClient } from '@vercel/kv';
import { z } from 'zod';
import type { Duration } from '../domain/time.ts';
import { withAttempts, type Ask } from './attempts.ts';
import { batches, refuseLarge, type Blob } from './blobs.ts';
import { decodeHead, encodeHead } from './head.ts';
import { entriesOf, forgetBefore, incidentOf } from './history.ts';
import { kvRecords, type Parcel, parcelsOf, type RecordKeys } from './kv-records.ts';
import { LEASE_SKEW } from './lease.ts';
import { boundAt, writerWith } from './records.ts';
import { LEASE, SWAP, WRITE_BLOBS } from './scripts.ts';
import {
  DROPPED_TTL_SECONDS,
  FORGET_MOST,
  HISTORY_MOST,
  HISTORY_TTL_SECONDS,
  ORPHAN_TTL_SECONDS,
  StoreError,
  type Store,
  type StoredHead,
  type SwapAnswer,
  type SwapRequest,
} from './store.ts';

export type KvSettings = {
  readonly url: string;
  readonly token: string;
  /** Of one attempt, in milliseconds. */
  readonly timeoutMs: Duration;
  /** How often a command is sent at most; 2 unless told. */
  readonly attempts?: number;
  /** Before every key; `restorable` unless told. */
  readonly prefix?: string;
};

type Keys = RecordKeys & {
  readonly head: string;
  readonly lease: string;
  readonly history: string;
  readonly blob: (name: string) => string;
};

const TEXT = z.string().nullable();
const HEAD = z.tuple([TEXT, TEXT]);
const LEASED = z.tuple([z.int(), TEXT, TEXT, TEXT]);
const SWAPPED = z.union([
  z.tuple([z.literal('swapped'), z.string(), z.array(z.string())]),
  z.tuple([z.literal('lost'), TEXT, TEXT]),
  z.tuple([z.literal('missing'), z.string()]),
]);

/** State in Upstash Redis. Opens nothing by itself: the first command does. Throws `StoreError` for an address that is none. */
export function openKvStore(settings: KvSettings): Store {
  const ask = connect(settings);
  const keys = keysUnder(settings.prefix ?? 'restorable');
  const { forget, ...log } = kvRecords(ask, keys);
  return {
    lease: async (owner, ttl, now) => {
      const words = [owner, Math.round(now), Math.round(now + ttl), LEASE_SKEW, ORPHAN_TTL_SECONDS];
      const [held, revision, data, before] = expect(
        LEASED,
        'take the lease',
        await ask('take the lease', ['EVAL', LEASE, 2, keys.head, keys.lease, ...words]),
      );
      const tookOver = held === 1 && before !== null ? { tookOver: before } : {};
      return { held: held === 1, ...tookOver, ...storedHead(revision, data) };
    },
    readHead: async () => {
      const [revision, data] = expect(HEAD, 'read the head', await ask('read the head', ['HMGET', keys.head, 'rev', 'data']));
      return storedHead(revision, data);
    },
    readBlobs: async (names) => {
      if (names.length === 0) return [];
      return expect(z.array(TEXT).length(names.length), 'read blobs', await ask('read blobs', ['MGET', ...names.map(keys.blob)]));
    },
    writeBlobs: (blobs) => writeBlobs(ask, keys.blob, blobs),
    swap: (request) => swap(ask, keys, request, forget),
    history: async (limit) => {
      if (limit <= 0) return [];
      const entries = expect(z.array(z.string()), 'read history', await ask('read history', ['LRANGE', keys.history, 0, limit - 1]));
      return entries.map((entry) => incidentOf(entry.slice(entry.indexOf('|') + 1)));
    },
    ...log,
    close: async () => {},
  };
}

function connect(settings: KvSettings): Ask {
  const client = createClientFor(settings);
  return withAttempts((command) => client.exec<unknown>(command), settings.attempts ?? 2, settings.timeoutMs);
}

/** Every option is named because each default is unsafe here: no timeout, five replays, batches that are not atomic, answers parsed by guess. */
function createClientFor(settings: KvSettings): ReturnType<typeof createClient> {
  try {
    return createClient({
      url: settings.url,
      token: settings.token,
      signal: () => AbortSignal.timeout(settings.timeoutMs),
      retry: { retries: 0 },
      enableAutoPipelining: false,
      automaticDeserialization: false,
      responseEncoding: false,
      // Next patches fetch with a cache of its own; state never comes from there.
      cache: 'no-store',
    });
  } catch {
    throw new StoreError('open Redis: KV_REST_API_URL is not an address; it begins with https://');
  }
}

function keysUnder(prefix: string): Keys {
  return {
    head: `${prefix}:head`,
    lease: `${prefix}:lease`,
    history: `${prefix}:history`,
    records: `${prefix}:records`,
    blob: (name) => `${prefix}:blob:${name}`,
    record: (digest) => `${prefix}:record:${digest}`,
    evidence: (piece) => `${prefix}:evidence:${piece}`,
  };
}

async function writeBlobs(ask: Ask, keyOf: (name: string) => string, blobs: readonly Blob[]): Promise<void> {
  refuseLarge(blobs);
  for (const batch of batches(blobs)) {
    const names = batch.map((blob) => keyOf(blob.name));
    await ask('write blobs', ['EVAL', WRITE_BLOBS, names.length, ...names, ORPHAN_TTL_SECONDS, ...batch.map((blob) => blob.text)]);
  }
}

async function swap(ask: Ask, keys: Keys, request: SwapRequest, forget: (places: readonly string[]) => Promise<void>): Promise<SwapAnswer> {
  const parcels = parcelsOf(request.records ?? []);
  // Ahead of the swap, which alone makes them stay: a crash between leaves pieces that expire.
  await writeBlobs(
    ask,
    keys.evidence,
    parcels.flatMap(({ pieces }) => pieces),
  );
  const [names, words] = [keysOfSwap(keys, request, parcels), wordsOfSwap(request, parcels)];
  const answer = expect(SWAPPED, 'swap the head', await ask('swap the head', ['EVAL', SWAP, names.length, ...names, ...words]));
  if (answer[0] === 'swapped') {
    // The swap is done. What cannot be forgotten now is named again by the next one.
    if (answer[2].length > 0) await forget(answer[2]).catch(() => {});
    return { swapped: true, revision: Number(answer[1]) };
  }
  if (answer[0] === 'lost') return { swapped: false, ...storedHead(answer[1], answer[2]) };
  throw new StoreError(`swap the head in Redis: ${answer[1]} is gone, so nothing was swapped; the next run writes it again`);
}

function keysOfSwap(keys: Keys, { adopt, drop }: SwapRequest, parcels: readonly Parcel[]): readonly string[] {
  const ofRecords = parcels.flatMap(({ digest, pieces }) => [keys.record(digest), ...pieces.map(({ name }) => keys.evidence(name))]);
  return [keys.head, keys.lease, keys.history, keys.records, ...adopt.map(keys.blob), ...drop.map(keys.blob), ...ofRecords];
}

function wordsOfSwap(request: SwapRequest, parcels: readonly Parcel[]): readonly (string | number)[] {
  const { adopt, drop, forgetRecordsBefore, now } = request;
  const history = entriesOf(request.history).map((entry) => `${entry.at}|${entry.text}`);
  const writer = writerWith(request.writer, parcels);
  const head = [request.expected, writer, encodeHead(request.head), adopt.length, DROPPED_TTL_SECONDS, request.release ?? ''];
  const limits = [HISTORY_MOST, HISTORY_TTL_SECONDS, forgetBefore(now), drop.length, history.length];
  const forgotten = [forgetRecordsBefore === undefined ? '' : boundAt(forgetRecordsBefore), FORGET_MOST];
  return [...head, ...limits, ...forgotten, ...history, ...parcels.flatMap(({ place, text, pieces }) => [place, text, pieces.length])];
}

function storedHead(revision: string | null, data: string | null): StoredHead {
  return { revision: Number(revision ?? 0), head: data === null ? null : decodeHead(data) };
}

function expect<T>(shape: z.ZodType<T>, operation: string, answer: unknown): T {
  const parsed = shape.safeParse(answer);
  if (!parsed.success) throw new StoreError(`${operation} in Redis: an answer of another shape than the command has`);
  return parsed.data;
}
