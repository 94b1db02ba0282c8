import { createHmac } from 'node:crypto';
import type { EvidenceLine } from './domain/evidence.ts';
import type { LogRecord } from './domain/record.ts';
import { type Instant, iso } from './domain/time.ts';

/** A file for an auditor. `signature`: HMAC-SHA256 in hex of what the format says; null without a key. */
export type RecordExport = { readonly body: string; readonly signature: string | null };

/**
 * One line of JSON: exportedAt, next, records and, where there is a key, `signature` as its last member, made over the very same text without
 * that member. So a line of sed and openssl verify it (README).
 */
export function recordsJson(
  { records, next }: { readonly records: readonly LogRecord[]; readonly next: string | null },
  { exportedAt, key }: { readonly exportedAt: Instant; readonly key: string | null },
): RecordExport {
  const text = JSON.stringify({ exportedAt: iso(exportedAt), next, records: records.map(recordJson) });
  const signature = signed(text, key);
  return { body: signature === null ? text : `${text.slice(0, -1)},"signature":"${signature}"}`, signature };
}

const COLUMNS =
  'id,kind,startedAt,endedAt,subject,by,verdict,summary,corrects,measuredMs,details,line,what,namespace,expected,found,lineVerdict'.split(
    ',',
  );

/** RFC 4180 in UTF-8: one row for each line of evidence, and one for a record that has none. Signed over the whole text. */
export function recordsCsv(records: readonly LogRecord[], key: string | null): RecordExport {
  const body = [COLUMNS, ...records.flatMap(rowsOf)].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
  return { body, signature: signed(body, key) };
}

function signed(text: string, key: string | null): string | null {
  return key === null ? null : createHmac('sha256', key).update(text).digest('hex');
}

/** Times as everywhere outside in ISO 8601, UTC; measured spans in milliseconds. */
function recordJson({ startedAt, endedAt, measured, evidence, ...rest }: LogRecord): Readonly<Record<string, unknown>> {
  return { ...rest, startedAt: iso(startedAt), endedAt: iso(endedAt), measuredMs: measured, evidence };
}

function rowsOf(record: LogRecord): readonly (readonly string[])[] {
  const { id, kind, startedAt, endedAt, subject, by, verdict, summary, corrects = '', measured, details, evidence } = record;
  const texts = [id, kind, iso(startedAt), iso(endedAt), subject, by, verdict, summary, corrects];
  const own = [...texts, JSON.stringify(measured), JSON.stringify(details)];
  if (evidence.length === 0) return [[...own, '', '', '', '', '', '']];
  return evidence.map((line, index) => [...own, ...lineCells(line, index + 1)]);
}

function lineCells({ what, namespace, expected, found, verdict }: EvidenceLine, number: number): readonly string[] {
  return [String(number), what, namespace ?? '', expected, found, verdict];
}

/** A spreadsheet runs what begins like a formula, in quotes too; an apostrophe makes it text (https://owasp.org/www-community/attacks/CSV_Injection). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
