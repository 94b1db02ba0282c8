import type { LogRecord } from './domain/record.ts';
import { recordsCsv, type RecordExport, recordsJson } from './record-export.ts';
import {
  addNote,
  appendRecord,
  type ListedRecord,
  type NoteRequest,
  readRecord,
  readRecords,
  RECORD_KINDS,
  type RecordShown,
  type RecordsRequest,
  type RecordsShown,
  recordsToExport,
} from './records.ts';
import { openForPeople } from './wire.ts';
import { environment } from './wire-environment.ts';

export { RECORD_KINDS };
export type { ListedRecord, RecordShown, RecordsRequest, RecordsShown };

/** Writes a record for the command line. Throws `EnvironmentError`, `StoreError`. */
export async function appendToLog(record: LogRecord): Promise<void> {
  return appendRecord(await openForPeople(), record, environment().secrets);
}

/** A page of the log. Throws `EnvironmentError`, `StoreError`. */
export async function recordsForPage(request: RecordsRequest): Promise<RecordsShown> {
  return readRecords(await openForPeople(), request);
}

/** One record; null where there is none of this id. Throws `EnvironmentError`, `StoreError`. */
export async function recordForPage(id: string): Promise<RecordShown | null> {
  return readRecord(await openForPeople(), id);
}

/** The log as a file, signed where EVIDENCE_KEY is set. `next` is the `before` of what it left out. Throws `EnvironmentError`, `StoreError`. */
export async function exportRecords(
  request: RecordsRequest,
  format: 'json' | 'csv',
): Promise<RecordExport & { readonly next: string | null }> {
  const parts = await openForPeople();
  const page = await recordsToExport(parts, request);
  const key = environment().recovery.evidenceKey;
  const made = format === 'json' ? recordsJson(page, { exportedAt: parts.now(), key }) : recordsCsv(page.records, key);
  return { ...made, next: page.next };
}

/** A note or correction by a signed-in user. Throws `StoreError`. */
export async function noteFromPage(request: NoteRequest): Promise<{ readonly id: string } | { readonly problems: readonly string[] }> {
  return addNote(await openForPeople(), request, environment().secrets);
}
