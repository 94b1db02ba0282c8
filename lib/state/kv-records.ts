import { z } from 'zod';
import type { LogRecord } from '../domain/record.ts';
import type { Ask } from './attempts.ts';
import type { Blob } from './blobs.ts';
import { cut } from './pack.ts';
import { boundOf, digestIn, digestOf, listedOf, pageOf, recordOf, sealed } from './records.ts';
import { FIND_RECORDS, FORGET_RECORDS } from './scripts.ts';
import { EVIDENCE_BESIDE, EVIDENCE_IN_SWAP, type ListedRecord, type RecordsPage, type RecordsRequest, StoreError } from './store.ts';

export type RecordKeys = {
  readonly records: string;
  readonly record: (digest: string) => string;
  readonly evidence: (piece: string) => string;
};

/** A record on its way into a swap: one text under its own key, and the names of the pieces that were written ahead. */
export type Parcel = { readonly digest: string; readonly place: string; readonly text: string; readonly pieces: readonly Blob[] };

/** `pieces:3:{digest}`: instead of the evidence itself. Nothing packed looks so. */
const PIECES = /^pieces:(\d{1,4}):([0-9a-f]{32})$/;
/** Records in one MGET; with their evidence beside them a page stays under the 10 MB of one answer. */
const READ_AT_ONCE = 50;

/** Large evidence is cut off into pieces, whose names hold the digest of what is in them: a second try with other content never mixes with the first. */
export function parcelsOf(records: readonly LogRecord[]): readonly Parcel[] {
  let room = EVIDENCE_IN_SWAP;
  return records.map((record) => {
    const { digest, place, listed, evidence } = sealed(record);
    if (evidence.length <= Math.min(EVIDENCE_BESIDE, room)) {
      room -= evidence.length;
      return { digest, place, text: `${listed} ${evidence}`, pieces: [] };
    }
    const content = digestOf(evidence);
    const pieces = cut(evidence).map((text, index) => ({ name: `${digest}/${content}/${index}`, text }));
    return { digest, place, text: `${listed} pieces:${pieces.length}:${content}`, pieces };
  });
}

/** The log in Redis. */
export function kvRecords(ask: Ask, keys: RecordKeys) {
  const one = async (id: string): Promise<LogRecord | null> => {
    const digest = digestOf(id);
    const text = z
      .string()
      .nullable()
      .safeParse(await ask('read a record', ['GET', keys.record(digest)]));
    if (!text.success) throw new StoreError('read a record in Redis: an answer of another shape than the command has');
    return text.data === null ? null : ((await whole(ask, keys, [{ place: '', digest, text: text.data }]))[0] ?? null);
  };
  return {
    record: one,
    listRecords: async (request: RecordsRequest): Promise<RecordsPage<ListedRecord>> =>
      pageOf(await find(ask, keys, request), request.limit, ({ text }) => listedOf(textsIn(text)[0])),
    records: async (request: RecordsRequest): Promise<RecordsPage<LogRecord>> => {
      const found = await find(ask, keys, request);
      const { records, next } = pageOf(found, request.limit, (entry) => entry);
      return { records: await whole(ask, keys, records), next };
    },
    /** Removes records and their evidence; what is gone already is no error. */
    forget: (places: readonly string[]): Promise<void> => forget(ask, keys, places),
  };
}

type Found = { readonly place: string; readonly digest: string; readonly text: string };

async function find(ask: Ask, keys: RecordKeys, { limit, before, kind, correcting }: RecordsRequest): Promise<readonly Found[]> {
  if (limit <= 0 || correcting?.length === 0) return [];
  const words = [before === null ? '' : boundOf(before), limit + 1, kind ?? '', ...(correcting ?? []).map(digestOf)];
  const places = z.array(z.string()).safeParse(await ask('find records', ['EVAL', FIND_RECORDS, 1, keys.records, ...words]));
  if (!places.success) throw new StoreError('find records in Redis: an answer of another shape than the command has');
  const digests = places.data.map(digestIn);
  const texts = await readMany(ask, digests.map(keys.record));
  // One that was forgotten in between is left out.
  return places.data.flatMap((place, index) => {
    const text = texts[index];
    return typeof text === 'string' ? [{ place, digest: digests[index] ?? '', text }] : [];
  });
}

async function whole(ask: Ask, keys: RecordKeys, found: readonly Found[]): Promise<readonly LogRecord[]> {
  const read: LogRecord[] = [];
  for (const { digest, text } of found) {
    const [listed, evidence] = textsIn(text);
    const names = pieceNames(digest, evidence);
    // One record's pieces at a time: one answer is to stay under 10 MB, and most records have none.
    const pieces = names.length === 0 ? [evidence] : await readPieces(ask, names.map(keys.evidence));
    if (pieces.some((piece) => piece === null))
      throw new StoreError(`read the record ${listedOf(listed).id} in Redis: a piece of its evidence is gone`);
    read.push(recordOf(listed, pieces.join('')));
  }
  return read;
}

async function forget(ask: Ask, keys: RecordKeys, places: readonly string[]): Promise<void> {
  const digests = places.map(digestIn);
  const texts = await readMany(ask, digests.map(keys.record));
  const pieces = texts.flatMap((text, index) => (text === null ? [] : pieceNames(digests[index] ?? '', textsIn(text)[1])));
  const gone = [keys.records, ...digests.map(keys.record), ...pieces.map(keys.evidence)];
  await ask('forget records', ['EVAL', FORGET_RECORDS, gone.length, ...gone, ...places]);
}

function textsIn(text: string): readonly [string, string] {
  const space = text.indexOf(' ');
  return [text.slice(0, space), text.slice(space + 1)];
}

function pieceNames(digest: string, evidence: string): readonly string[] {
  const [, count = '0', content] = PIECES.exec(evidence) ?? [];
  return Array.from({ length: Number(count) }, (_, index) => `${digest}/${content}/${index}`);
}

async function readPieces(ask: Ask, names: readonly string[]): Promise<readonly (string | null)[]> {
  const read: (string | null)[] = [];
  for (const name of names) read.push(...(await readMany(ask, [name])));
  return read;
}

async function readMany(ask: Ask, names: readonly string[]): Promise<readonly (string | null)[]> {
  const read: (string | null)[] = [];
  for (let from = 0; from < names.length; from += READ_AT_ONCE) {
    const some = names.slice(from, from + READ_AT_ONCE);
    const texts = z
      .array(z.string().nullable())
      .length(some.length)
      .safeParse(await ask('read records', ['MGET', ...some]));
    if (!texts.success) throw new StoreError('read records in Redis: an answer of another shape than the command has');
    read.push(...texts.data);
  }
  return read;
}
