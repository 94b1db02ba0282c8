import { refuse } from './atlas-access.ts';
import type { AtlasAnswer, AtlasRequest } from './atlas-http.ts';

export function fine(body: unknown): AtlasAnswer {
  return { status: 200, body, headers: {} };
}

type Paged = { readonly world: { readonly url: () => string }; readonly request: AtlasRequest };

/** One page, with the link that names the next one only where there is one. */
export function page({ world, request }: Paged, results: readonly unknown[]): AtlasAnswer {
  const number = Number(request.query.get('pageNum') ?? 1);
  const size = Number(request.query.get('itemsPerPage') ?? 100);
  if (!Number.isInteger(number) || number < 1 || !Number.isInteger(size) || size < 1 || size > 500)
    return refuse(400, 'INVALID_QUERY_PARAMETER', 'itemsPerPage must be from 1 to 500 and pageNum at least 1.');
  const href = (pageNum: number): string => {
    const query = new URLSearchParams(request.query);
    query.set('pageNum', String(pageNum));
    query.set('itemsPerPage', String(size));
    return `${world.url()}${encodeURI(request.path)}?${query.toString()}`;
  };
  const next = results.length > number * size ? [{ href: href(number + 1), rel: 'next' }] : [];
  const counted = request.query.get('includeCount') === 'false' ? 0 : results.length;
  return fine({
    links: [{ href: href(number), rel: 'self' }, ...next],
    results: results.slice((number - 1) * size, number * size),
    totalCount: counted,
  });
}
