const STANDARD_LIMIT = 500;
const HIGHEST_LIMIT = 1_000;

export type StatusQuery = { readonly limit: number; readonly cursor: string | null };

/** The requested page of clusters, or what is wrong with the request. */
export function readQuery(parameters: URLSearchParams): StatusQuery | { readonly error: string } {
  const text = parameters.get('limit');
  const limit = text === null ? STANDARD_LIMIT : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(limit >= 1 && limit <= HIGHEST_LIMIT)) return { error: `limit must be a whole number from 1 to ${HIGHEST_LIMIT}` };
  const cursor = parameters.get('cursor');
  if (cursor !== null && !/^\d{1,9}$/.test(cursor)) return { error: 'cursor must be one that an earlier answer gave as "next"' };
  return { limit, cursor };
}
