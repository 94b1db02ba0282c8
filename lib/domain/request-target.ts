/** The methods that pages and routes have. */
export const METHODS = ['GET', 'HEAD', 'POST'] as const;
/** The methods that pages have: what changes something is a route under /api. */
export const READING: readonly string[] = ['GET', 'HEAD'];

/** How a request is refused that no page or route could answer, whatever is behind it. `allowed`: the methods that would be answered, of a 405. */
export type RequestRefusal =
  | { readonly status: 400 | 417; readonly text: string }
  | { readonly status: 405; readonly text: string; readonly allowed: readonly string[] };

/**
 * Refuses a method that no route has, one that pages do not have, and a target that is no readable path: `*`, an absolute address as a proxy gets, an
 * escape that is none, bytes that are no UTF-8, a control character. Next fails over some of them with 500, waits for the body of a POST to a page, and
 * logs a stack where it breaks off. Null: the request may be answered.
 */
export function refusedRequest(method: string, target: string): RequestRefusal | null {
  if (!METHODS.some((known) => known === method))
    return { status: 405, text: `There is no method but ${METHODS.join(', ')}.`, allowed: METHODS };
  if (!READING.includes(method) && target.startsWith('/') && !/^\/api(?:[/?]|$)/.test(target))
    return { status: 405, text: 'Pages are only read.', allowed: READING };
  return isReadablePath(target) ? null : { status: 400, text: 'The address of this request is no path that can be read.' };
}

/** Is the path, up to its query, one that means the same to everybody who decodes it? */
export function isReadablePath(target: string): boolean {
  if (!target.startsWith('/')) return false;
  const path = target.split('?', 1)[0] ?? '';
  try {
    return !/\p{Cc}/u.test(decodeURIComponent(path));
  } catch {
    return false;
  }
}
