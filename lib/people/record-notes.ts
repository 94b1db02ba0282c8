import { clean, cut } from '../domain/text.ts';
import type { AuditDraft } from '../domain/audit/audit-entry.ts';
import { type LogRecord, safeRecord } from '../domain/recovery/log-record.ts';
import { typedWithout } from '../domain/redact.ts';
import type { GeneralPolicy } from '../domain/policy/policy.ts';
import type { Ports } from '../ports/ports.ts';
import { openHead } from '../ports/change-head.ts';
import type { ListedRecord, RecordsPage, RecordsRequest, Store } from '../record/store.ts';

export type { ListedRecord, RecordsPage, RecordsRequest };

export type RecordParts = Pick<Ports, 'store' | 'now' | 'newId' | 'policy' | 'log'>;

/** Corrections shown beside one page of records. */
const CORRECTIONS_SHOWN = 200;
const LONGEST_NOTE = 2_000;
const LONGEST_NAME = 100;

/** The record with every secret, and the credentials of every address, replaced. */
export function redacted(record: LogRecord, secrets: readonly string[]): LogRecord {
  const hide = typedWithout(secrets);
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

/** The act with every secret, and the credentials of every address, replaced. */
function redactedAct(act: AuditDraft, secrets: readonly string[]): AuditDraft {
  const typed = typedWithout(secrets);
  const hide = (text: string | null): string | null => text && typed(text);
  const details = Object.entries(act.details).map(([name, text]) => [name, hide(text) ?? '']);
  const data = act.data === undefined ? {} : { data: hide(act.data) ?? '' };
  return { ...act, ...data, by: hide(act.by), from: hide(act.from), about: hide(act.about), details: Object.fromEntries(details) };
}

/** A store that redacts every record, and every act of the audit trail, before it is written. */
export function redactingStore(store: Store, secrets: readonly string[]): Store {
  const actsOf = (acts: readonly AuditDraft[]): readonly AuditDraft[] => acts.map((act) => redactedAct(act, secrets));
  return {
    ...store,
    swap: ({ records, trail, ...request }) =>
      store.swap({
        ...request,
        ...(records && { records: records.map((record) => redacted(record, secrets)) }),
        ...(trail && { trail: actsOf(trail) }),
      }),
    appendToTrail: (acts, once) => store.appendToTrail(actsOf(acts), once),
  };
}

/** Writes a record that no run writes, in a swap of its own, with the acts that it comes of. A record whose id exists already is ignored. Throws `StoreError`. */
export async function appendRecord(ports: RecordParts, record: LogRecord, trail: readonly AuditDraft[] = []): Promise<void> {
  const ledger = await openHead(ports);
  await ledger.update({ apply: (head) => head, records: () => [record], trail: () => trail });
}

export type NoteRequest = { readonly text: string; readonly by: string; readonly corrects: string | null; readonly from?: string | null };

/** Adds a note, or a correction of a record; the record itself stays as it is. Returns the problems if there are any, and changes nothing. Throws `StoreError`. */
export async function addNote(
  ports: RecordParts,
  { text, by, corrects, from = null }: NoteRequest,
): Promise<{ readonly id: string } | { readonly problems: readonly string[] }> {
  const summary = clean(text);
  if (summary === '' || summary.length > LONGEST_NOTE)
    return { problems: [`text: what is to be noted, in 1 to ${LONGEST_NOTE} characters`] };
  const corrected = corrects === null ? null : await ports.store.record(corrects);
  if (corrects !== null && corrected === null) return { problems: ['corrects: there is no record of this id'] };
  const [id, now] = [ports.newId(), ports.now()];
  const when = { startedAt: now, endedAt: now };
  const nothing = { measured: {}, evidence: [], details: {} };
  const about =
    corrected === null
      ? ({ kind: 'note', subject: 'the log' } as const)
      : ({ kind: 'correction', subject: corrected.subject, corrects: corrected.id } as const);
  const details = { kind: about.kind, ...(corrected !== null && { corrects: corrected.id }) };
  const act = { at: now, what: 'note', by, from, about: id, details } as const;
  await appendRecord(ports, { id, ...about, ...when, by: cut(clean(by), LONGEST_NAME), verdict: 'noted', summary, ...nothing }, [act]);
  return { id };
}

/** A page of the log with the ids of the corrections of its records, by the id of the corrected record. */
export type RecordsShown = RecordsPage<ListedRecord> & { readonly corrections: Readonly<Record<string, readonly string[]>> };

/** Newest first. Throws `StoreError`. */
export async function readRecords({ store }: Pick<Ports, 'store'>, request: RecordsRequest): Promise<RecordsShown> {
  const page = await store.listRecords(request);
  const ids = page.records.map(({ id }) => id);
  const found = ids.length === 0 ? [] : await correctionsOf(store, ids);
  const byCorrected = Map.groupBy(found, ({ corrects = '' }) => corrects);
  const corrections = Object.fromEntries([...byCorrected].map(([id, ofOne]) => [id, ofOne.map((one) => one.id)]));
  return { ...page, records: page.records.map((record) => safeRecord(record)), corrections };
}

/** One record with its corrections, newest first, the record that it corrects, and the targets for what it measured. */
export type RecordShown = {
  readonly record: LogRecord;
  readonly corrections: readonly ListedRecord[];
  readonly corrected: Pick<LogRecord, 'id' | 'summary'> | null;
  readonly targets: GeneralPolicy['recovery'];
};

/** Null if there is no record of this id. Throws `StoreError`. */
export async function readRecord({ store, policy }: Pick<Ports, 'store' | 'policy'>, id: string): Promise<RecordShown | null> {
  const record = await store.record(id);
  if (record === null) return null;
  const corrections = await correctionsOf(store, [record.id]);
  const corrected = record.corrects === undefined ? null : await store.record(record.corrects);
  return {
    record: safeRecord(record),
    corrections: corrections.map((one) => safeRecord(one)),
    corrected: corrected && safeRecord(corrected),
    targets: policy.general.recovery,
  };
}

async function correctionsOf(store: Store, ids: readonly string[]): Promise<readonly ListedRecord[]> {
  return (await store.listRecords({ limit: CORRECTIONS_SHOWN, before: null, correcting: ids })).records;
}
