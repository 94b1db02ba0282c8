import { CHALLENGE } from './signed-in.ts';

/** The address that a browser is led to by the link "Sign out". */
export const SIGN_OUT = '/sign-out';

const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
} as const;

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Signed out</title>
<h1>You are signed out</h1>
<p>This browser has forgotten the password. If it asked for a password again, that was how it is made to forget: nothing typed there is accepted.</p>
<p><a href="/">Sign in again</a></p>
</html>
`;

/**
 * HTTP Basic has no sign-out, but a browser forgets credentials that the realm which accepted them refuses. So this address refuses every credential in that
 * realm (Chromium keeps them if another realm refuses). The browser then asks for others, and shows this page if that is cancelled. Requests from other sites
 * are ignored, since they could sign people out.
 */
export function signOut(headers: Pick<Headers, 'get'>): Response {
  const site = headers.get('sec-fetch-site');
  if (site === 'cross-site' || site === 'same-site')
    return new Response('Another site asked for this. Sign out on the page itself.', {
      status: 403,
      headers: { 'Cache-Control': 'no-store' },
    });
  return new Response(PAGE, { status: 401, headers: { ...HEADERS, ...CHALLENGE } });
}
