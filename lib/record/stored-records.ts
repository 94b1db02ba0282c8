import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AuditDraft } from '../domain/audit/audit-entry.ts';
import type { EvidenceLine } from '../domain/recovery/evidence.ts';
import type { LogRecord } from '../domain/recovery/log-record.ts';
import { ALWAYS, type Instant } from '../domain/time.ts';
import { canonicalJson } from './audit-chain.ts';
import { pack, unpack } from './pack.ts';
import { type ListedRecord, type RecordsPage, type RecordsRequest, StoreError } from './store.ts';

/** A record as both stores keep it. */
export type Sealed = {
  /** Stands for the id in keys and places: of fixed length, in plain letters, and without its content. */
  readonly digest: string;
  /** The position in the log: when it ended, its digest, its kind, the digest of the record that it corrects. Sorts as text, oldest first. */
  readonly place: string;
  /** Everything but the evidence, packed. */
  readonly listed: string;
  /** The evidence, packed. */
  readonly evidence: string;
};

/** Enough digits for every moment until the year 33658. */
const DIGITS = 15;
const CURSOR = /^(\d{15})-([0-9a-f]{32})$/;

const LISTED = z.custom<ListedRecord>(
  (value) => z.looseObject({ id: z.string(), kind: z.string(), endedAt: z.number(), counts: z.looseObject({}) }).safeParse(value).success,
);
/** Written by hand because a zod schema for each of thousands of lines took longer than reading them. */
const EVIDENCE = z.array(z.custom<EvidenceLine>((value) => typeof value === 'object' && value !== null && 'verdict' in value));

/** Throws `StoreError` for a record without an id or a time, which the log could not keep in order. */
export function sealed(record: LogRecord): Sealed {
  if (record.id === '' || !(record.endedAt >= 0 && record.endedAt < 10 ** DIGITS))
    throw new StoreError(`write a ${record.kind} record: it needs an id and the time at which it ended`);
  const { evidence, ...rest } = record;
  const digest = digestOf(record.id);
  const corrects = record.corrects === undefined ? '' : digestOf(record.corrects);
  return {
    digest,
    place: [digitsOf(record.endedAt), digest, record.kind, corrects].join('|'),
    listed: pack({ ...rest, counts: countsOf(evidence) }),
    evidence: pack(evidence),
  };
}

/** The writer with its records and acts: two swaps that bring different ones to one head must not look like one whose answer was lost. */
export function writerWith(writer: string, records: readonly Pick<Sealed, 'place'>[], acts: readonly AuditDraft[] = []): string {
  const brought = [...records.map(({ place }) => place), ...acts.map((act) => canonicalJson(act))];
  return brought.length === 0 ? writer : `${writer}+${digestOf(brought.join('\n'))}`;
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Records that ended before the moment have places below this text. */
export function boundAt(moment: Instant): string {
  return digitsOf(Math.max(0, moment));
}

/** The places that were asked for: from the one text on and below the other; null: without an end. Throws `StoreError` as `boundOf` does. */
export function boundsOf({ before, within: { from, to } = ALWAYS }: RecordsRequest): {
  readonly from: string | null;
  readonly below: string | null;
} {
  const bounds = [...(before === null ? [] : [boundOf(before)]), ...(to === null ? [] : [boundAt(to + 1)])];
  return { from: from === null ? null : boundAt(from), below: bounds.toSorted()[0] ?? null };
}

/** The places of the next page are below this text. Throws `StoreError` if `before` is not the `next` of a page. */
function boundOf(before: string): string {
  const found = CURSOR.exec(before);
  if (found === null) throw new StoreError('read records: `before` must be one that an earlier page gave as `next`');
  return `${found[1]}|${found[2]}|`;
}

/** The first `limit` entries as a page. `found` has one more if there is a next page. */
export function pageOf<Found extends { readonly place: string }, Entry>(
  found: readonly Found[],
  limit: number,
  entryOf: (found: Found) => Entry,
): RecordsPage<Entry> {
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return { records: shown.map(entryOf), next: last === undefined ? null : cursorOf(last.place) };
}

/** Throws `StoreError` if the text is damaged. */
export function listedOf(text: string): ListedRecord {
  const parsed = LISTED.safeParse(unpack(text));
  if (!parsed.success) throw new StoreError('read records: an entry is not a record');
  return parsed.data;
}

/** The whole record, from its two texts. Throws `StoreError` if one is damaged. */
export function recordOf(listed: string, evidence: string): LogRecord {
  const { counts: _, ...rest } = listedOf(listed);
  const lines = EVIDENCE.safeParse(unpack(evidence));
  if (!lines.success) throw new StoreError('read records: what is kept as evidence is not');
  return { ...rest, evidence: lines.data };
}

export function digestIn(place: string): string {
  return place.split('|')[1] ?? '';
}

/** The `before` of the page that begins behind this record. */
export function cursorBehind({ endedAt, id }: Pick<LogRecord, 'endedAt' | 'id'>): string {
  return `${digitsOf(endedAt)}-${digestOf(id)}`;
}

function cursorOf(place: string): string {
  return place.split('|').slice(0, 2).join('-');
}

function digitsOf(moment: Instant): string {
  return String(Math.floor(moment)).padStart(DIGITS, '0');
}

function countsOf(lines: readonly EvidenceLine[]): ListedRecord['counts'] {
  const counts = { passed: 0, failed: 0, noted: 0, 'could-not-verify': 0 };
  for (const { verdict } of lines) counts[verdict] += 1;
  return counts;
}
