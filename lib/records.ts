import { clean, cut } from './alerts/plain.ts';
import type { LogRecord } from './domain/record.ts';
import { createRedactor } from './domain/redact.ts';
import type { GeneralPolicy } from './domain/policy.ts';
import type { Parts } from './parts.ts';
import { openLedger } from './state/ledger.ts';
import type { ListedRecord, RecordsPage, RecordsRequest, Store } from './state/store.ts';

export type { ListedRecord, RecordsPage, RecordsRequest };

export type RecordParts = Pick<Parts, 'store' | 'now' | 'newId' | 'policy' | 'log'>;

export const RECORD_KINDS = [
  'restore-test',
  'drill',
  'backup',
  'snapshot',
  'restore',
  'integrity',
  'correction',
  'note',
] as const satisfies readonly LogRecord['kind'][];

/** Corrections shown beside one page of records. */
const CORRECTIONS_SHOWN = 200;
/** Lines of evidence in one export: with their records some 2 to 3 MB, under what a serverless answer may hold (Vercel: 4.5 MB). */
const EXPORTED_LINES = 5_000;
const LONGEST_NOTE = 2_000;
/** An address with credentials, whoever gave it: up to the last @ before a space or a quote. */
const CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>]*@/gi;

/** The record with every secret, and the credentials of every address, replaced. */
export function redacted(record: LogRecord, secrets: readonly string[]): LogRecord {
  const { redact } = createRedactor(secrets);
  const hide = (text: string): string => redact(text).replace(CREDENTIALS, '$1[redacted]@');
  return {
    ...record,
    id: hide(record.id),
    ...(record.corrects !== undefined && { corrects: hide(record.corrects) }),
    subject: hide(record.subject),
    by: hide(record.by),
    summary: hide(record.summary),
    details: Object.fromEntries(Object.entries(record.details).map(([name, text]) => [hide(name), hide(text)])),
    evidence: record.evidence.map((line) => ({
      ...line,
      namespace: line.namespace === null ? null : hide(line.namespace),
      expected: hide(line.expected),
      found: hide(line.found),
    })),
  };
}

/** The store, through which no record passes with a secret in it, whoever writes it. */
export function redactingStore(store: Store, secrets: readonly string[]): Store {
  return {
    ...store,
    swap: (request) =>
      store.swap(request.records ? { ...request, records: request.records.map((record) => redacted(record, secrets)) } : request),
  };
}

/** Writes a record in a swap of its own, for what no run does. One whose id is there already is ignored. Throws `StoreError`. */
export async function appendRecord(parts: RecordParts, record: LogRecord, secrets: readonly string[]): Promise<void> {
  const { store, now, newId, policy } = parts;
  const { recordsKeptFor } = policy.general;
  const ledger = openLedger(store, await store.readHead(), { writer: newId(), now, recordsKeptFor });
  await ledger.update({ apply: (head) => head, records: () => [redacted(record, secrets)] });
}

export type NoteRequest = { readonly text: string; readonly by: string; readonly corrects: string | null };

/** Adds a note, or a correction of a record, which stays as it is. Says what is wrong with it and changes nothing where something is. Throws `StoreError`. */
export async function addNote(
  parts: RecordParts,
  { text, by, corrects }: NoteRequest,
  secrets: readonly string[],
): Promise<{ readonly id: string } | { readonly problems: readonly string[] }> {
  const said = clean(text);
  if (said === '' || said.length > LONGEST_NOTE) return { problems: [`text: what is to be noted, in 1 to ${LONGEST_NOTE} characters`] };
  const corrected = corrects === null ? null : await parts.store.record(corrects);
  if (corrects !== null && corrected === null) return { problems: ['corrects: there is no record of this id'] };
  const [id, now] = [parts.newId(), parts.now()];
  const when = { startedAt: now, endedAt: now };
  const nothing = { measured: {}, evidence: [], details: {} };
  const about =
    corrected === null
      ? ({ kind: 'note', subject: 'the log' } as const)
      : ({ kind: 'correction', subject: corrected.subject, corrects: corrected.id } as const);
  await appendRecord(parts, { id, ...about, ...when, by: clean(by), verdict: 'noted', summary: said, ...nothing }, secrets);
  parts.log(`audit: ${about.kind} ${id} written by ${cut(clean(by), 100)}`);
  return { id };
}

/** A page of the log, and which of its records were corrected: the ids of the corrections, by the id of what they correct. */
export type RecordsShown = RecordsPage<ListedRecord> & { readonly corrections: Readonly<Record<string, readonly string[]>> };

/** Newest first. Throws `StoreError`. */
export async function readRecords({ store }: Pick<Parts, 'store'>, request: RecordsRequest): Promise<RecordsShown> {
  const page = await store.listRecords(request);
  const ids = page.records.map(({ id }) => id);
  const found = ids.length === 0 ? [] : await correctionsOf(store, ids);
  const byCorrected = Map.groupBy(found, ({ corrects = '' }) => corrects);
  return { ...page, corrections: Object.fromEntries([...byCorrected].map(([id, corrections]) => [id, corrections.map((one) => one.id)])) };
}

/** One record with what corrects it, newest first, what it corrects, and what was promised for what it measured. */
export type RecordShown = {
  readonly record: LogRecord;
  readonly corrections: readonly ListedRecord[];
  readonly corrected: Pick<LogRecord, 'id' | 'summary'> | null;
  readonly targets: GeneralPolicy['recovery'];
};

/** Null where there is none of this id. Throws `StoreError`. */
export async function readRecord({ store, policy }: Pick<Parts, 'store' | 'policy'>, id: string): Promise<RecordShown | null> {
  const record = await store.record(id);
  if (record === null) return null;
  const corrections = await correctionsOf(store, [record.id]);
  const corrected = record.corrects === undefined ? null : await store.record(record.corrects);
  return { record, corrections, corrected, targets: policy.general.recovery };
}

/** A page of the log with its evidence: fewer records than asked for where more would be too much for one answer, but always one. Throws `StoreError`. */
export async function recordsToExport({ store }: Pick<Parts, 'store'>, request: RecordsRequest): Promise<RecordsPage<LogRecord>> {
  const { records } = await store.listRecords(request);
  let room = EXPORTED_LINES;
  const fits = records.findIndex(({ counts }, index) => {
    room -= Object.values(counts).reduce((sum, count) => sum + count, 0);
    return room < 0 && index > 0;
  });
  return store.records({ ...request, limit: fits === -1 ? request.limit : fits });
}

async function correctionsOf(store: Store, ids: readonly string[]): Promise<readonly ListedRecord[]> {
  return (await store.listRecords({ limit: CORRECTIONS_SHOWN, before: null, correcting: ids })).records;
}
