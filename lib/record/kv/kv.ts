import { VercelKV } from '@vercel/kv';
import { z } from 'zod';
import type { PastIncident } from '../../domain/incidents/past-incident.ts';
import type { Duration } from '../../domain/time.ts';
import { kvRequests } from './kv-request.ts';
import { type Ask, withAttempts } from './send-command.ts';
import { batches, refuseLarge, type Blob } from '../blobs/blobs.ts';
import { decodeHead, encodeHead, type Place } from '../stored-head.ts';
import { entriesOf, forgetBefore, pastPage, placesBelow } from '../incident-history.ts';
import { type Keys, keysUnder, kvRecords, type Parcel, parcelsOf } from './kv-records.ts';
import { type KvTrail, kvTrail, tipOf, type TrailPart } from './kv-trail.ts';
import { LEASE_SKEW } from '../lease.ts';
import { boundAt, writerWith } from '../stored-records.ts';
import { actsOfSwap } from '../trail/swap-acts.ts';
import { FIND_INCIDENTS, LEASE, SWAP, WRITE_BLOBS } from './lua-scripts.ts';
import {
  DROPPED_TTL_SECONDS,
  FORGET_MOST,
  HISTORY_MOST,
  HISTORY_TTL_SECONDS,
  ORPHAN_TTL_SECONDS,
  type PastRequest,
  StoreError,
  type Store,
  type StoredHead,
  type SwapAnswer,
  type SwapRequest,
  TRAIL_RACES_MOST,
} from '../store.ts';

export type KvSettings = {
  readonly url: string;
  readonly token: string;
  /** Limits one attempt; milliseconds. */
  readonly timeoutMs: Duration;
  /** Stands before every key; `restorewatch` by default. */
  readonly prefix?: string;
};

const TEXT = z.string().nullable();
const HEAD = z.tuple([TEXT, TEXT]);
const FOUND_INCIDENTS = z.tuple([z.array(z.string()), z.array(z.string())]);
const LEASED = z.tuple([z.int(), TEXT, TEXT, TEXT, TEXT]);
const SWAPPED = z.union([
  z.tuple([z.literal('swapped'), z.string(), z.array(z.string())]),
  z.tuple([z.literal('lost'), TEXT, TEXT]),
  z.tuple([z.enum(['missing', 'behind']), z.string()]),
]);

const PLACE: Place = {
  name: 'the database at KV_REST_API_URL',
  startAnew: 'set KV_REST_API_URL and KV_REST_API_TOKEN to an empty database',
};

/** State in Upstash Redis. The first command opens the connection. Throws `StoreError` if the address is not a URL. */
export function openKvStore(settings: KvSettings): Store {
  const client = clientFor(settings);
  const ask = withAttempts((command) => client.exec<unknown>(command), settings.timeoutMs);
  const keys = keysUnder(settings.prefix ?? 'restorewatch');
  const { forget, ...log } = kvRecords(ask, keys);
  const trail = kvTrail(ask, keys);
  return {
    lease: async (owner, ttl, now) => {
      const words = [owner, Math.round(now), Math.round(now + ttl), LEASE_SKEW, ORPHAN_TTL_SECONDS];
      const names = [keys.head, keys.lease, keys.trailTip];
      const [held, revision, data, before, tip] = await ask('take the lease', LEASED, ['EVAL', LEASE, names.length, ...names, ...words]);
      const tookOver = held === 1 && before !== null ? { tookOver: before } : {};
      // The swap of this run then follows the log at once, in a fresh process too.
      if (tip !== null) trail.learn(tip);
      return { held: held === 1, ...tookOver, ...(tip !== null && { tip: tipOf(tip) }), ...storedHead(revision, data) };
    },
    readHead: async () => storedHead(...(await ask('read the head', HEAD, ['HMGET', keys.head, 'rev', 'data']))),
    readBlobs: async (names) => {
      if (names.length === 0) return [];
      return ask('read blobs', z.array(TEXT).length(names.length), ['MGET', ...names.map(keys.blob)]);
    },
    writeBlobs: (blobs) => writeBlobs(ask, keys.blob, blobs),
    swap: (request) => swap({ ask, keys, forget, trail }, request),
    pastIncidents: (request) => pastIncidents(ask, keys, request),
    ...log,
    appendToTrail: trail.appendToTrail,
    trail: trail.trail,
    packTrail: trail.packTrail,
    close: async () => {},
  };
}

/**
 * The SDK with our own requests in place of its own. A client that is given requests collects no commands into batches, which would not be atomic, and takes
 * no options; the one that keeps it from parsing answers by guess is therefore set here.
 */
class Client extends VercelKV {
  constructor(requests: ReturnType<typeof kvRequests>) {
    super(requests);
    this.opts = { automaticDeserialization: false };
  }
}

function clientFor(settings: KvSettings): Client {
  const { protocol } = URL.canParse(settings.url) ? new URL(settings.url) : { protocol: null };
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new StoreError('open Redis: KV_REST_API_URL is not an address; it begins with https://');
  return new Client(kvRequests(settings));
}

async function writeBlobs(ask: Ask, keyOf: (name: string) => string, blobs: readonly Blob[]): Promise<void> {
  refuseLarge(blobs);
  for (const batch of batches(blobs)) {
    const names = batch.map((blob) => keyOf(blob.name));
    const texts = batch.map((blob) => blob.text);
    await ask('write blobs', z.unknown(), ['EVAL', WRITE_BLOBS, names.length, ...names, ORPHAN_TTL_SECONDS, ...texts]);
  }
}

async function pastIncidents(ask: Ask, keys: Keys, request: PastRequest): Promise<readonly PastIncident[]> {
  if (request.limit <= 0) return [];
  const words = [Math.floor(request.from), placesBelow(request), request.limit];
  const command = ['EVAL', FIND_INCIDENTS, 3, keys.incidents, keys.incidentTexts, keys.history, ...words] as const;
  const [found, earlier] = await ask('read history', FOUND_INCIDENTS, [...command]);
  return pastPage(
    found,
    earlier.map((entry) => entry.slice(entry.indexOf('|') + 1)),
    request,
  );
}

type Swapping = {
  readonly ask: Ask;
  readonly keys: Keys;
  readonly forget: (places: readonly string[]) => Promise<void>;
  readonly trail: KvTrail;
};

async function swap({ ask, keys, forget, trail }: Swapping, asked: SwapRequest): Promise<SwapAnswer> {
  const parcels = parcelsOf(asked.records ?? []);
  const request = { ...asked, trail: actsOfSwap(asked) };
  const pieces = parcels.flatMap((parcel) => parcel.pieces);
  // Written before the swap, which makes them stay. A crash between the two leaves pieces that expire.
  await writeBlobs(ask, keys.evidence, pieces);
  const names = keysOfSwap(keys, request, parcels);
  for (let races = 0; races < TRAIL_RACES_MOST; races += 1) {
    const part = trail.part(request.trail);
    const words = wordsOfSwap(request, parcels, part);
    const answer = await ask('swap the head', SWAPPED, ['EVAL', SWAP, names.length, ...names, ...words]);
    if (answer[0] === 'swapped') {
      if (part.entries.length > 0) trail.learn(part.words[1]);
      // The swap is done. If forgetting fails now, the next swap names the same records again.
      if (answer[2].length > 0) await forget(answer[2]).catch(() => {});
      return { swapped: true, revision: Number(answer[1]) };
    }
    if (answer[0] === 'lost') return { swapped: false, ...storedHead(answer[1], answer[2]) };
    if (answer[0] === 'missing')
      throw new StoreError(`swap the head in Redis: ${answer[1]} is gone, so nothing was swapped; the next run writes it again`);
    // Another process wrote to the audit trail: the same acts follow what it wrote.
    trail.learn(answer[1]);
  }
  throw new StoreError(`swap the head in Redis: lost the race for the audit trail ${TRAIL_RACES_MOST} times`);
}

function keysOfSwap(keys: Keys, { adopt, drop, trail = [] }: SwapRequest, parcels: readonly Parcel[]): readonly string[] {
  const ofRecords = parcels.flatMap(({ digest, pieces }) => [keys.record(digest), ...pieces.map(({ name }) => keys.evidence(name))]);
  const ofTrail = trail.length === 0 ? [] : [keys.trail, keys.trailTip];
  const first = [keys.head, keys.lease, keys.incidents, keys.records, keys.incidentTexts, keys.history];
  return [...first, ...adopt.map(keys.blob), ...drop.map(keys.blob), ...ofRecords, ...ofTrail];
}

function wordsOfSwap(request: SwapRequest, parcels: readonly Parcel[], part: TrailPart): readonly (string | number)[] {
  const { adopt, drop, forgetRecordsBefore, now } = request;
  const history = entriesOf(request.history).flatMap(({ at, place, text }) => [at, place, text]);
  const writer = writerWith(request.writer, parcels, request.trail);
  const head = [request.expected, writer, encodeHead(request.head), adopt.length, DROPPED_TTL_SECONDS, request.release ?? ''];
  const limits = [HISTORY_MOST, HISTORY_TTL_SECONDS, forgetBefore(now), drop.length, request.history.length];
  const forgotten = [forgetRecordsBefore === undefined ? '' : boundAt(forgetRecordsBefore), FORGET_MOST];
  const records = parcels.flatMap(({ place, text, pieces }) => [place, text, pieces.length]);
  const [expected, next, first, ...acts] = part.words;
  return [...head, ...limits, ...forgotten, acts.length, expected, next, first, ...history, ...records, ...acts];
}

function storedHead(revision: string | null, data: string | null): StoredHead {
  return { revision: Number(revision ?? 0), head: data === null ? null : decodeHead(data, PLACE) };
}
