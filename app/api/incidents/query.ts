import { DAY, type Instant, MINUTE, parseMoment } from '../../../lib/domain/time.ts';
import type { IncidentsQuery } from '../../../lib/wire/read-incidents.ts';

const STANDARD_LIMIT = 100;
const HIGHEST_LIMIT = 1_000;
const STANDARD_SPAN = 30 * DAY;

/** The requested span of history, or what is wrong with the request (docs/contract.md, clause 17). Without `to` it goes on until now. */
export function readIncidentsQuery(parameters: URLSearchParams, now: Instant): IncidentsQuery | { readonly error: string } {
  const text = parameters.get('limit');
  const limit = text === null ? STANDARD_LIMIT : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(limit >= 1 && limit <= HIGHEST_LIMIT)) return { error: `limit must be a whole number from 1 to ${HIGHEST_LIMIT}` };
  const before = parameters.get('cursor');
  if (before !== null && !/^\d{15}-[0-9a-f]{32}$/.test(before))
    return { error: 'cursor must be one that an earlier answer gave as "next"' };
  const [from, to] = ['from', 'to'].map((name) => momentIn(parameters, name));
  if (from === undefined || to === undefined) return { error: 'from and to must be moments such as 2026-11-01T00:00:00Z' };
  // In whole minutes, so that the same question a moment later is the same read of the store.
  const begins = from ?? Math.max(0, Math.floor(((to ?? now) - STANDARD_SPAN) / MINUTE) * MINUTE);
  if (begins > (to ?? Number.POSITIVE_INFINITY)) return { error: 'from must not be after to' };
  return { span: { from: begins, to }, limit, before };
}

/** Null if it is not given, undefined if it is none. */
function momentIn(parameters: URLSearchParams, name: string): Instant | null | undefined {
  const text = parameters.get(name);
  return text === null ? null : (parseMoment(text) ?? undefined);
}
