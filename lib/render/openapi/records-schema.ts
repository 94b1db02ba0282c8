import { AUDIT_ACTS, type AuditEntry } from '../../domain/audit/audit-entry.ts';
import { type LogRecord, RECORD_KINDS } from '../../domain/recovery/log-record.ts';
import type { ChecklistJson } from '../checklist/checklist-json.ts';
import { CHECKLIST } from './checklist-schema.ts';
import { EVIDENCE_LINE } from './recovery-status-schema.ts';
import { choice, count, list, mapOf, meaning, moment, named, nullable, number, object, oneOf, optional, text } from './schema.ts';

type RecordJson = Omit<LogRecord, 'startedAt' | 'endedAt' | 'measured'> & {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly measuredMs: LogRecord['measured'];
};

const RECORD = named(
  'Record',
  object<RecordJson>({
    id: text,
    kind: oneOf(RECORD_KINDS),
    startedAt: moment,
    endedAt: moment,
    subject: text,
    by: text,
    verdict: choice<LogRecord['verdict']>({
      passed: true,
      failed: true,
      'could-not-verify': true,
      refused: true,
      interrupted: true,
      noted: true,
    }),
    summary: text,
    measuredMs: mapOf(number),
    evidence: list(EVIDENCE_LINE),
    details: mapOf(text),
    corrects: optional(meaning('the id of the record that it corrects', text)),
  }),
);

const AUDIT_ENTRY = named(
  'AuditEntry',
  object<AuditEntry>({
    number: count,
    at: moment,
    what: oneOf(AUDIT_ACTS),
    by: nullable(text),
    from: meaning('the address of whoever did it', nullable(text)),
    about: nullable(text),
    details: mapOf(text),
    data: optional(meaning('JSON without white space', text)),
    previous: meaning('SHA-256 of the entry before, in hex', text),
    hash: text,
  }),
);

type RecordsJson = {
  readonly exportedAt: string;
  readonly next: string | null;
  readonly records: readonly RecordJson[];
  readonly audit?: { readonly entries: readonly AuditEntry[]; readonly next: number | null };
  readonly checklist?: ChecklistJson;
};

export const RECORDS = named(
  'Records',
  object<RecordsJson>({
    exportedAt: moment,
    next: meaning('before=… of the next page', nullable(text)),
    records: list(RECORD),
    audit: optional(
      object<NonNullable<RecordsJson['audit']>>({
        entries: list(AUDIT_ENTRY),
        next: meaning('auditBefore=… of the next page', nullable(count)),
      }),
    ),
    checklist: optional(CHECKLIST),
  }),
);
