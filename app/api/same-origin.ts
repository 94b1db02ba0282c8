/**
 * Defence against requests that another site makes a signed-in browser send. Every browser says where a POST comes from (Sec-Fetch-Site, or Origin
 * in older ones), and what says neither is a program, which nobody can trick into sending a password it does not hold. Behind a proxy that
 * changes `Host`, the page's own origin is that of `STATUS_URL`.
 */
export function fromOurselves(headers: Headers, statusUrl: string | null = null): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = headers.get('origin');
  if (origin === null) return true;
  if (!URL.canParse(origin)) return false;
  return new URL(origin).host === headers.get('host') || (statusUrl !== null && new URL(statusUrl).origin === new URL(origin).origin);
}
