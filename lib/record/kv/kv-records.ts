import { z } from 'zod';
import type { LogRecord } from '../../domain/recovery/log-record.ts';
import type { Ask } from './send-command.ts';
import type { Blob } from '../blobs/blobs.ts';
import { cut } from '../pack.ts';
import { boundsOf, digestIn, digestOf, listedOf, pageOf, recordOf, sealed } from '../stored-records.ts';
import { FIND_RECORDS, FORGET_RECORDS } from './lua-scripts.ts';
import { EVIDENCE_BESIDE, EVIDENCE_IN_SWAP, type ListedRecord, type RecordsPage, type RecordsRequest, StoreError } from '../store.ts';

/** The names of everything in the database. */
export type Keys = ReturnType<typeof keysUnder>;

export function keysUnder(prefix: string) {
  return {
    head: `${prefix}:head`,
    lease: `${prefix}:lease`,
    /** Incidents that ended: their places by when they ended, and their texts by place. */
    incidents: `${prefix}:incidents`,
    incidentTexts: `${prefix}:incident-texts`,
    /** Incidents that an earlier version put into history. */
    history: `${prefix}:history`,
    records: `${prefix}:records`,
    blob: (name: string) => `${prefix}:blob:${name}`,
    record: (digest: string) => `${prefix}:record:${digest}`,
    evidence: (piece: string) => `${prefix}:evidence:${piece}`,
    trail: `${prefix}:trail`,
    trailTip: `${prefix}:trail-tip`,
    trailPacks: `${prefix}:trail-packs`,
    trailPacked: `${prefix}:trail-packed`,
    trailOnce: (digest: string) => `${prefix}:trail-once:${digest}`,
  };
}

/** A record as a swap writes it: one text under its own key, and the pieces that are written before the swap. */
export type Parcel = { readonly digest: string; readonly place: string; readonly text: string; readonly pieces: readonly Blob[] };

/** `pieces:3:{digest}` stands in place of the evidence itself. A packed value never looks like that. */
const PIECES = /^pieces:(\d{1,4}):([0-9a-f]{32})$/;
/** With their evidence beside them, so many records stay under the 10 MB of one answer. */
const READ_AT_ONCE = 50;

/** Cuts large evidence into pieces, named by the digest of what is in them, so that those of two attempts never mix. */
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
export function kvRecords(ask: Ask, keys: Keys) {
  return {
    record: async (id: string): Promise<LogRecord | null> => {
      const digest = digestOf(id);
      const text = await ask('read a record', z.string().nullable(), ['GET', keys.record(digest)]);
      return text === null ? null : wholeRecord(ask, keys, { place: '', digest, text });
    },
    listRecords: async (request: RecordsRequest): Promise<RecordsPage<ListedRecord>> =>
      pageOf(await find(ask, keys, request), request.limit, ({ text }) => listedOf(textsIn(text)[0])),
    records: async (request: RecordsRequest): Promise<RecordsPage<LogRecord>> => {
      const { records: found, next } = pageOf(await find(ask, keys, request), request.limit, (entry) => entry);
      const records: LogRecord[] = [];
      // One record after the other: an answer has to stay under 10 MB, and most records have no pieces to read.
      for (const one of found) records.push(await wholeRecord(ask, keys, one));
      return { records, next };
    },
    /** Removes records and their evidence; what is gone already is no error. */
    forget: (places: readonly string[]): Promise<void> => forget(ask, keys, places),
  };
}

type Found = { readonly place: string; readonly digest: string; readonly text: string };

async function find(ask: Ask, keys: Keys, request: RecordsRequest): Promise<readonly Found[]> {
  const { limit, kind, correcting } = request;
  if (limit <= 0 || correcting?.length === 0) return [];
  const { from, below } = boundsOf(request);
  const words = [below ?? '', limit + 1, kind ?? '', from ?? '', ...(correcting ?? []).map(digestOf)];
  const places = await ask('find records', z.array(z.string()), ['EVAL', FIND_RECORDS, 1, keys.records, ...words]);
  const digests = places.map(digestIn);
  const texts = await readMany(ask, digests.map(keys.record));
  return places.flatMap((place, index) => {
    const text = texts[index];
    // A record that was forgotten since the search is left out.
    return typeof text === 'string' ? [{ place, digest: digests[index] ?? '', text }] : [];
  });
}

async function wholeRecord(ask: Ask, keys: Keys, { digest, text }: Found): Promise<LogRecord> {
  const [listed, evidence] = textsIn(text);
  const names = pieceNames(digest, evidence);
  const pieces = names.length === 0 ? [evidence] : await readMany(ask, names.map(keys.evidence), 1);
  if (pieces.some((piece) => piece === null))
    throw new StoreError(`read the record ${listedOf(listed).id} in Redis: a piece of its evidence is gone`);
  return recordOf(listed, pieces.join(''));
}

async function forget(ask: Ask, keys: Keys, places: readonly string[]): Promise<void> {
  const digests = places.map(digestIn);
  const texts = await readMany(ask, digests.map(keys.record));
  const pieces = texts.flatMap((text, index) => (text === null ? [] : pieceNames(digests[index] ?? '', textsIn(text)[1])));
  const gone = [keys.records, ...digests.map(keys.record), ...pieces.map(keys.evidence)];
  await ask('forget records', z.unknown(), ['EVAL', FORGET_RECORDS, gone.length, ...gone, ...places]);
}

function textsIn(text: string): readonly [string, string] {
  const space = text.indexOf(' ');
  return [text.slice(0, space), text.slice(space + 1)];
}

function pieceNames(digest: string, evidence: string): readonly string[] {
  const [, count = '0', content] = PIECES.exec(evidence) ?? [];
  return Array.from({ length: Number(count) }, (_, index) => `${digest}/${content}/${index}`);
}

async function readMany(ask: Ask, names: readonly string[], atOnce: number = READ_AT_ONCE): Promise<readonly (string | null)[]> {
  const read: (string | null)[] = [];
  for (let from = 0; from < names.length; from += atOnce) {
    const some = names.slice(from, from + atOnce);
    read.push(...(await ask('read records', z.array(z.string().nullable()).length(some.length), ['MGET', ...some])));
  }
  return read;
}
