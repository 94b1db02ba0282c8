import { RECORD_KINDS, type RecordsRequest } from '../../../lib/wire-records.ts';

const STANDARD_LIMIT = 50;
const HIGHEST_LIMIT = 200;
const FORMATS = ['json', 'csv'] as const;

export type RecordsQuery = { readonly format: (typeof FORMATS)[number]; readonly request: RecordsRequest };

/** The part of the log that was asked for, or what is wrong with the question. */
export function readRecordsQuery(parameters: URLSearchParams): RecordsQuery | { readonly error: string } {
  const format = FORMATS.find((known) => known === (parameters.get('format') ?? 'json'));
  if (format === undefined) return { error: `format must be one of ${FORMATS.join(', ')}` };
  const text = parameters.get('limit');
  const limit = text === null ? STANDARD_LIMIT : /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (!(limit >= 1 && limit <= HIGHEST_LIMIT)) return { error: `limit must be a whole number from 1 to ${HIGHEST_LIMIT}` };
  const before = parameters.get('before');
  if (before !== null && !isPlace(before)) return { error: 'before must be one that an earlier answer gave as "next"' };
  const named = parameters.get('kind') ?? '';
  const kind = RECORD_KINDS.find((known) => known === named);
  if (named !== '' && kind === undefined) return { error: `kind must be one of ${RECORD_KINDS.join(', ')}` };
  return { format, request: { limit, before, ...(kind && { kind }) } };
}

/** Whether the text is of the form in which the store gives `next`. */
export function isPlace(text: string): boolean {
  return /^\d{15}-[0-9a-f]{32}$/.test(text);
}
