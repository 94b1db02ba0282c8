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
<p>This browser has forgotten the password. Where it went on asking for one, that was how it is made to forget: a name and password given there are not taken.</p>
<p><a href="/">Sign in again</a></p>
</html>
`;

/**
 * HTTP Basic has no sign-out. A browser forgets credentials that are refused for the realm that they were accepted for, so they are refused here, whatever
 * they are; where another realm refuses them, Chromium keeps them. It asks for others then, and shows this page to whoever cancels that. Another site must not sign anybody out.
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
