import { RECORD_KINDS } from '../../../lib/domain/recovery/log-record.ts';
import type { Period } from '../../../lib/domain/time.ts';
import type { TrailRequest } from '../../../lib/people/audit-trail.ts';
import type { RecordsRequest } from '../../../lib/people/record-notes.ts';
import { periodIn } from '../period.ts';

const STANDARD_LIMIT = 50;
const HIGHEST_LIMIT = 200;
const FORMATS = ['json', 'csv'] as const;
/** Not a kind of record, but asked for as one. */
const AUDIT = 'audit';

/** `request`: null if only the audit trail was asked for. */
export type RecordsQuery = { readonly format: (typeof FORMATS)[number]; readonly request: RecordsRequest | null };

/** The requested part of the log, or what is wrong with the request. */
export function readRecordsQuery(parameters: URLSearchParams): RecordsQuery | { readonly error: string } {
  const format = FORMATS.find((known) => known === (parameters.get('format') ?? 'json'));
  if (format === undefined) return { error: `format must be one of ${FORMATS.join(', ')}` };
  const limit = limitIn(parameters);
  if (limit === null) return { error: `limit must be a whole number from 1 to ${HIGHEST_LIMIT}` };
  const before = parameters.get('before');
  if (before !== null && !isCursor(before)) return { error: 'before must be one that an earlier answer gave as "next"' };
  const period = periodIn(parameters);
  if ('error' in period) return period;
  const named = parameters.get('kind') ?? '';
  if (named === AUDIT) return { format, request: null };
  const kind = RECORD_KINDS.find((known) => known === named);
  if (named !== '' && kind === undefined) return { error: `kind must be one of ${[...RECORD_KINDS, AUDIT].join(', ')}` };
  return { format, request: { limit, before, ...(kind && { kind }), ...withinOf(period) } };
}

/**
 * The requested part of the audit trail, which comes with the newest records of all kinds, alone with `kind=audit`, and wherever `auditBefore` asks for it;
 * null if it was not asked for.
 */
export function readTrailQuery(parameters: URLSearchParams): TrailRequest | null | { readonly error: string } {
  const text = parameters.get('auditBefore');
  const before = text === null ? null : trailCursor(text);
  if (text !== null && before === null) return { error: 'auditBefore must be the number of an entry of the audit trail' };
  const period = periodIn(parameters);
  if ('error' in period) return period;
  const kind = parameters.get('kind') ?? '';
  const isWanted = text !== null || kind === AUDIT || (kind === '' && !parameters.has('before'));
  return isWanted ? { limit: limitIn(parameters) ?? STANDARD_LIMIT, before, ...withinOf(period) } : null;
}

function withinOf(within: Period): { readonly within?: Period } {
  return within.from === null && within.to === null ? {} : { within };
}

function limitIn(parameters: URLSearchParams): number | null {
  const text = parameters.get('limit');
  const limit = text === null ? STANDARD_LIMIT : /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  return limit >= 1 && limit <= HIGHEST_LIMIT ? limit : null;
}

/** Whether the text has the form of the `next` that the store gives. */
export function isCursor(text: string): boolean {
  return /^\d{15}-[0-9a-f]{32}$/.test(text);
}

/** The number of an entry of the audit trail; null if the text is none. */
export function trailCursor(text: string): number | null {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}
