/** The methods that pages and routes have. */
export const METHODS = ['GET', 'HEAD', 'POST'] as const;

/** How a request is refused that no page or route could answer, whatever is behind it. */
export type RequestRefusal = { readonly status: 400 | 405; readonly text: string };

/**
 * Refuses a method that no route has, and a target that is no readable path: `*`, an absolute address as a proxy gets, an escape that is none, bytes that are
 * no UTF-8, a control character. Next fails over some of them with 500. Null: the request may be answered.
 */
export function refusedRequest(method: string, target: string): RequestRefusal | null {
  if (!METHODS.some((known) => known === method)) return { status: 405, text: `There is no method but ${METHODS.join(', ')}.` };
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
