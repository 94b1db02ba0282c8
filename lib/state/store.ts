import type { EvidenceLine } from '../domain/evidence.ts';
import type { Head } from '../domain/head.ts';
import type { Incident } from '../domain/incident.ts';
import type { LogRecord } from '../domain/record.ts';
import type { Duration, Instant } from '../domain/time.ts';

/** The head with the revision that a swap has to name. Revision 0 is "nothing stored yet". */
export type StoredHead = { readonly revision: number; readonly head: Head | null };

/** `tookOver`: who had the lease before and never ended it. */
export type LeaseAnswer = StoredHead & { readonly held: boolean; readonly tookOver?: string };

export type SwapRequest = {
  /** The revision that the new head was made from. */
  readonly expected: number;
  /** Who swaps; with the revision it tells our own swap, whose answer was lost, from somebody else's. */
  readonly writer: string;
  readonly head: Head;
  /** Blobs that the new head names: they stop expiring. */
  readonly adopt: readonly string[];
  /** Blobs that it no longer names: they expire after a while, so that readers under way still find them. */
  readonly drop: readonly string[];
  /** Incidents that leave the head for history. */
  readonly history: readonly Incident[];
  /** Entries of the log, written with this swap or not at all. One whose id is there already is ignored: what was written is never changed. */
  readonly records?: readonly LogRecord[];
  /** Records that ended before this moment leave the log; absent: none do. */
  readonly forgetRecordsBefore?: Instant;
  /** Ends the lease of this owner, if it still has it; null keeps it. */
  readonly release: string | null;
  readonly now: Instant;
};

export type SwapAnswer = { readonly swapped: true; readonly revision: number } | ({ readonly swapped: false } & StoredHead);

/** A record as lists show it: of its evidence only how many lines came to what, since the lines of one can be megabytes. */
export type ListedRecord = Omit<LogRecord, 'evidence'> & { readonly counts: Readonly<Record<EvidenceLine['verdict'], number>> };

export type RecordsRequest = {
  readonly limit: number;
  /** `next` of the page before; null for the newest. */
  readonly before: string | null;
  readonly kind?: LogRecord['kind'];
  /** Only those that correct one of these records, by id. */
  readonly correcting?: readonly string[];
};

/** Newest first, by when they ended. `next` is null on the last page. */
export type RecordsPage<Entry> = { readonly records: readonly Entry[]; readonly next: string | null };

/**
 * Where state lives: one head, swapped by compare-and-set, and immutable blobs under new names. Every method is one
 * round trip, tries again on lost answers by itself until its deadline, and throws `StoreError` when it gives up.
 */
export interface Store {
  /** Takes the lease unless somebody else's is live, and reads the head. A lease of our own owner counts as taken. */
  lease(owner: string, ttl: Duration, now: Instant): Promise<LeaseAnswer>;
  readHead(): Promise<StoredHead>;
  /** The blobs' texts in the order asked for; null for one that is gone. */
  readBlobs(names: readonly string[]): Promise<readonly (string | null)[]>;
  /** Writes new blobs, which expire after a day unless a swap adopts them; one that is there already stays as it is. Splits what is too large for one request. */
  writeBlobs(blobs: readonly { readonly name: string; readonly text: string }[]): Promise<void>;
  swap(request: SwapRequest): Promise<SwapAnswer>;
  /** Incidents that ended, newest first. */
  history(limit: number): Promise<readonly Incident[]>;
  /** The log with all evidence. Throws `StoreError`, also for a `before` that no page gave. Two round trips, three with large evidence. */
  records(request: RecordsRequest): Promise<RecordsPage<LogRecord>>;
  /** The log without the evidence. Two round trips. */
  listRecords(request: RecordsRequest): Promise<RecordsPage<ListedRecord>>;
  /** One record, or null. */
  record(id: string): Promise<LogRecord | null>;
  close(): Promise<void>;
}

/** A store that could not be read or written. The message names operation and cause, never a value. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** Blobs are cut into pieces of at most this many characters (Upstash takes 10 MB a request; architecture.md). */
export const BLOB_PIECE = 4_000_000;
/** How long a blob that no head names lives. */
export const ORPHAN_TTL_SECONDS = 86_400;
/** How long a dropped blob stays for readers that hold the head before. */
export const DROPPED_TTL_SECONDS = 900;
/** History is kept this long, and at most this many incidents of it. */
export const HISTORY_TTL_SECONDS = 90 * 86_400;
export const HISTORY_MOST = 2_000;
/** Packed evidence of a record above this many characters is kept in pieces of its own, so that a page of records fits one answer. */
export const EVIDENCE_BESIDE = 64_000;
/** Evidence that one swap carries itself; the rest goes ahead in pieces (Upstash takes 10 MB a request). */
export const EVIDENCE_IN_SWAP = 1_000_000;
/** Records that one swap forgets at most; the next forgets more. */
export const FORGET_MOST = 50;
