import type { AuditEntry } from '../domain/audit/audit-entry.ts';
import type { EvidenceLine } from '../domain/recovery/evidence.ts';
import { type LogRecord, safeRecord } from '../domain/recovery/log-record.ts';
import { type Instant, iso } from '../domain/time.ts';
import { entryText } from './audit-chain.ts';
import { checklistCells, type ExportedChecklist } from './checklist-export.ts';

/** `audit`: a part of the audit trail, newest first, as it is stored; absent: the file has none of it. `next` of each: where the following part begins. */
type ExportedPage = {
  readonly records: readonly LogRecord[];
  readonly next: string | null;
  readonly audit?: { readonly entries: readonly AuditEntry[]; readonly next: number | null };
  /** Absent: the file has none of it. */
  readonly checklist?: ExportedChecklist;
};

/** One line of JSON: exportedAt, next, records, perhaps audit and checklist. What is signed, and can be checked without us, is `restorewatch evidence export`. */
export function recordsJson({ records, next, audit, checklist }: ExportedPage, { exportedAt }: { readonly exportedAt: Instant }): string {
  const shown = records.map((record) => recordJson(safeRecord(record)));
  return JSON.stringify({ exportedAt: iso(exportedAt), next, records: shown, ...(audit && { audit }), ...(checklist && { checklist }) });
}

const COLUMNS =
  'id,kind,startedAt,endedAt,subject,by,verdict,summary,corrects,measuredMs,details,line,what,namespace,expected,found,lineVerdict'.split(
    ',',
  );

/**
/**
 * RFC 4180 in UTF-8: one row for each line of evidence, one for a record without evidence, one for each entry of the audit trail (kind `audit`), with the
 * whole entry in its details, and one for each line of the checklist (kind `checklist`).
 */
export function recordsCsv(records: readonly LogRecord[], audit: readonly AuditEntry[] = [], checklist?: ExportedChecklist): string {
  const listed = checklist ? checklistCells(checklist).map((cells) => filled(cells)) : [];
  const rows = [...records.flatMap((record) => rowsOf(safeRecord(record))), ...audit.map((entry) => auditRow(entry)), ...listed];
  return csvText([COLUMNS, ...rows]);
}

/** RFC 4180: lines end with CR LF; no cell is a formula to a spreadsheet. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

/** Times in ISO 8601, UTC; measured durations in milliseconds. */
export function recordJson({ startedAt, endedAt, measured, evidence, ...rest }: LogRecord): Readonly<Record<string, unknown>> {
  return { ...rest, startedAt: iso(startedAt), endedAt: iso(endedAt), measuredMs: measured, evidence };
}

function rowsOf(record: LogRecord): readonly (readonly string[])[] {
  const { id, kind, startedAt, endedAt, subject, by, verdict, summary, corrects = '', measured, details, evidence } = record;
  const texts = [id, kind, iso(startedAt), iso(endedAt), subject, by, verdict, summary, corrects];
  const own = [...texts, JSON.stringify(measured), JSON.stringify(details)];
  if (evidence.length === 0) return [[...own, '', '', '', '', '', '']];
  return evidence.map((line, index) => [...own, ...lineCells(line, index + 1)]);
}

function auditRow(entry: AuditEntry): readonly string[] {
  const { number, at, about, by, what } = entry;
  return filled([`audit-${number}`, 'audit', at, at, about ?? '', by ?? '', '', what, '', '', entryText(entry)]);
}

/** A row of what has no lines of evidence. */
function filled(cells: readonly string[]): readonly string[] {
  return [...cells, ...Array.from({ length: COLUMNS.length - cells.length }, () => '')];
}

function lineCells({ what, namespace, expected, found, verdict }: EvidenceLine, number: number): readonly string[] {
  return [String(number), what, namespace ?? '', expected, found, verdict];
}

/** A spreadsheet evaluates what begins like a formula, even in quotes. An apostrophe makes it text (https://owasp.org/www-community/attacks/CSV_Injection). */
const FORMULA = /^\s*[=+\-@＝＋－＠]/;

function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
