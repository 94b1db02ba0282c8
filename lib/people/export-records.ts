import type { AuditEntry } from '../domain/audit/audit-entry.ts';
import type { LogRecord } from '../domain/recovery/log-record.ts';
import type { Ports } from '../ports/ports.ts';
import type { ExportedChecklist } from '../record/checklist-export.ts';
import { recordsCsv, recordsJson } from '../record/record-export.ts';
import type { RecordsPage, RecordsRequest, TrailRequest } from '../record/store.ts';
import { maskedForPublic, readTrail } from './audit-trail.ts';

/** Lines of evidence in one export: some 2 to 3 MB with their records. An answer on Vercel may hold 4.5 MB. */
const EXPORTED_LINES = 5_000;

/** A page of the log with its evidence: at least one record, and fewer than requested if they would not fit into one answer. Throws `StoreError`. */
export async function recordsToExport({ store }: Pick<Ports, 'store'>, request: RecordsRequest): Promise<RecordsPage<LogRecord>> {
  const { records } = await store.listRecords(request);
  let room = EXPORTED_LINES;
  const fits = records.findIndex(({ counts }, index) => {
    room -= Object.values(counts).reduce((sum, count) => sum + count, 0);
    return room < 0 && index > 0;
  });
  return store.records({ ...request, limit: fits === -1 ? request.limit : fits });
}

/** What is to be in the file; null: nothing of it. */
export type ExportRequest = {
  readonly request: RecordsRequest | null;
  readonly trail: TrailRequest | null;
  /** As it may be shown to whoever asks. */
  readonly checklist?: ExportedChecklist;
};

export type ExportForm = {
  readonly format: 'json' | 'csv';
  /** Anybody may read it, so that it has nobody's address. */
  readonly isPublic: boolean;
};

/** `next`: the `before` of the following page of records; `nextAudit`: that of the audit trail. */
export type ExportedRecords = { readonly body: string; readonly next: string | null; readonly nextAudit: number | null };

/** The log and the audit trail as a file. Throws `StoreError`. */
export async function exportRecords(
  ports: Pick<Ports, 'store' | 'now'>,
  { request, trail, checklist }: ExportRequest,
  { format, isPublic }: ExportForm,
): Promise<ExportedRecords> {
  const page = request === null ? { records: [], next: null } : await recordsToExport(ports, request);
  const audit = trail === null ? null : await readTrail(ports, trail, { isPublic });
  const records = isPublic ? page.records.map((record) => maskedForPublic(record)) : page.records;
  const shown = { records, next: page.next, ...(audit && { audit }), ...(checklist && { checklist }) };
  const body = format === 'json' ? recordsJson(shown, { exportedAt: ports.now() }) : recordsCsv(records, entriesOf(audit), checklist);
  return { body, next: page.next, nextAudit: audit?.next ?? null };
}

function entriesOf(audit: { readonly entries: readonly AuditEntry[] } | null): readonly AuditEntry[] {
  return audit?.entries ?? [];
}
