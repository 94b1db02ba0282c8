import type { AuditDraft, AuditEntry, TrailTip } from '../domain/audit/audit-entry.ts';
import type { EvidenceLine } from '../domain/recovery/evidence.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { PastIncident, Span } from '../domain/incidents/past-incident.ts';
import type { LogRecord } from '../domain/recovery/log-record.ts';
import type { Duration, Instant, Period } from '../domain/time.ts';

/** The head with the revision that a swap has to name. Revision 0 is "nothing stored yet". */
export type StoredHead = { readonly revision: number; readonly head: Head | null };

/** `tookOver`: the owner that held the lease before and never ended it. `tip`: the last entry of the log; absent while the log is empty. */
export type LeaseAnswer = StoredHead & { readonly held: boolean; readonly tookOver?: string; readonly tip?: TrailTip };

export type SwapRequest = {
  /** The revision that the new head was made from. */
  readonly expected: number;
  /** Who swaps. Together with the revision it distinguishes our own swap, whose answer was lost, from another process's swap. */
  readonly writer: string;
  readonly head: Head;
  /** Blobs that the new head names: they stop expiring. */
  readonly adopt: readonly string[];
  /** Blobs that the new head no longer names: they expire after a while, so that current readers still find them. */
  readonly drop: readonly string[];
  /** Incidents that move from the head into history. */
  readonly history: readonly PastIncident[];
  /** Entries of the log, written with this swap or not at all. A record whose id exists already is ignored, since records never change. */
  readonly records?: readonly LogRecord[];
  /** Acts that go to the end of the audit trail, with this swap or not at all; the digests of records and history follow them there (`actsOfSwap`). */
  readonly trail?: readonly AuditDraft[];
  /** Records that ended before this moment are deleted; absent: none are. */
  readonly forgetRecordsBefore?: Instant;
  /** Ends the lease of this owner if it still holds it; null keeps it. */
  readonly release: string | null;
  readonly now: Instant;
};

export type SwapAnswer = { readonly swapped: true; readonly revision: number } | ({ readonly swapped: false } & StoredHead);

/** A record as lists show it, with only the number of its lines of evidence by verdict, since the lines of one record can be megabytes. */
export type ListedRecord = Omit<LogRecord, 'evidence'> & { readonly counts: Readonly<Record<EvidenceLine['verdict'], number>> };

export type RecordsRequest = {
  readonly limit: number;
  /** `next` of the page before; null for the newest. */
  readonly before: string | null;
  readonly kind?: LogRecord['kind'];
  /** Only those that ended in this period. */
  readonly within?: Period;
  /** Only those that correct one of these records, by id. */
  readonly correcting?: readonly string[];
};

export type TrailRequest = {
  readonly limit: number;
  /** Only entries below this number; null for the newest. */
  readonly before: number | null;
  /** Without what the program adds to the log routinely (`ROUTINE`): what people did, and what they should see. */
  readonly actsOnly?: true;
  /**
   * Only entries that were written in this period; packed days outside of it are not read. An entry that a wrong clock dated elsewhere is found only
   * without a period.
   */
  readonly within?: Period;
};

/** `before`: only incidents whose place (`placeOf`, incident-history.ts) is below this one; null for the newest. */
export type PastRequest = Span & { readonly limit: number; readonly before: string | null };

/** Newest first, by when they ended. `next` is null on the last page. */
export type RecordsPage<Entry> = { readonly records: readonly Entry[]; readonly next: string | null };

/**
 * Where state is kept: one head, swapped by compare-and-set, and immutable blobs under new names. Unless it says otherwise, every method is one
 * round trip, repeats it when an answer is lost, and throws `StoreError` when it gives up.
 */
export interface Store {
  /** Takes the lease unless another owner holds it, and reads the head. The present owner may take it again. */
  lease(owner: string, ttl: Duration, now: Instant): Promise<LeaseAnswer>;
  readHead(): Promise<StoredHead>;
  /**
   * The texts of the blobs in the order of the names; null for a blob that is gone. `chosenFrom`: a request chose them from all of these, so that what
   * strangers read may be bounded (kept-reads.ts).
   */
  readBlobs(names: readonly string[], chosenFrom?: readonly string[]): Promise<readonly (string | null)[]>;
  /** Writes new blobs, which expire after a day unless a swap adopts them. A blob that exists stays as it is. Takes several requests if one is too small. */
  writeBlobs(blobs: readonly { readonly name: string; readonly text: string }[]): Promise<void>;
  swap(request: SwapRequest): Promise<SwapAnswer>;
  /** Incidents in history that were open in the span, the last opened first. Throws `StoreError` also for a `before` that is no place. */
  pastIncidents(request: PastRequest): Promise<readonly PastIncident[]>;
  /** The log with all evidence. Throws `StoreError` also for a `before` that is not from a page. Two round trips, three with large evidence. */
  records(request: RecordsRequest): Promise<RecordsPage<LogRecord>>;
  /** The log without the evidence. Two round trips. */
  listRecords(request: RecordsRequest): Promise<RecordsPage<ListedRecord>>;
  /** One record, or null. */
  record(id: string): Promise<LogRecord | null>;
  /**
   * Puts the acts at the end of the audit trail, numbered and chained, and returns their entries. Two at once both land, one after the other. With `once`
   * they are put there only if nothing with the same name was in the last two days, so that several processes record the first sign-in of a day once; then
   * the answer is empty. One round trip; two where another process wrote since the last one.
   */
  appendToTrail(acts: readonly AuditDraft[], once?: string): Promise<readonly AuditEntry[]>;
  /** Entries of the audit trail, newest first. */
  trail(request: TrailRequest): Promise<readonly AuditEntry[]>;
  /**
   * Packs the entries of each day that is over on `now`, and deletes packed days before `forgetBefore`, with an entry that says so. May be called by
   * several processes at once, and after a crash in the middle. Two round trips a day.
   */
  packTrail(request: { readonly now: Instant; readonly forgetBefore: Instant }): Promise<void>;
  close(): Promise<void>;
}

/** A store that could not be read or written. The message names operation and cause, never a value. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** By its name, since each route of a build may have a class of its own. */
export function isStoreError(error: unknown): boolean {
  return error instanceof Error && error.name === 'StoreError';
}

/** Blobs are cut into pieces of at most this many characters (Upstash takes 10 MB a request; architecture.md). */
export const BLOB_PIECE = 4_000_000;
/** How long a blob that no head names lives. */
export const ORPHAN_TTL_SECONDS = 86_400;
/** How long a dropped blob stays for readers of the previous head. */
export const DROPPED_TTL_SECONDS = 900;
/**
 * History is kept this long (docs/contract.md, clause 17: at least 400 days), and at most this many incidents of it: 250 a day, some 100 MB packed. Each is
 * counted from when it ended.
 */
export const HISTORY_TTL_SECONDS = 401 * 86_400;
export const HISTORY_MOST = 100_000;
/** One swap deletes at most so many incidents from history; the next deletes more. */
export const HISTORY_FORGET_MOST = 1_000;
/** Packed evidence of more characters than this is kept in pieces of its own, so that a page of records fits into one answer. */
export const EVIDENCE_BESIDE = 64_000;
/** Characters of evidence in one swap; the rest is written before it in pieces (Upstash takes 10 MB a request). */
export const EVIDENCE_IN_SWAP = 1_000_000;
/** One swap deletes at most so many records; the next deletes more. */
export const FORGET_MOST = 50;
/** How long the name of `appendToTrail`'s `once` is remembered. */
export const ONCE_TTL_SECONDS = 2 * 86_400;
/** Others that write to the trail at the same moment are overtaken or waited for at most so often. */
export const TRAIL_RACES_MOST = 25;
