import { NextResponse, type NextRequest } from 'next/server';
import { countedLines } from './app/counted-lines.ts';
import { logError, logOnce } from './app/log.ts';
import { SHORT_CACHE_OF_PAGE } from './app/short-cache.ts';
import { signedIn, turnedAway } from './app/signed-in.ts';
import { SIGN_OUT, signOut } from './app/sign-out.ts';
import { isReadablePath, READING } from './lib/domain/request-target.ts';
import { environment } from './lib/wire/load-environment.ts';

/** Every page. The routes under /api check access themselves, and static files hold no data. */
export const config = { matcher: ['/((?!api/|api$|_next/static/).*)'] };

/** Next builds a page of its own for errors, and answers with a server error whoever asks for it by its address (measured with 16.4). */
const ERROR_PAGE = '/_global-error';

/** Asks for name and password, and gives each page a content security policy with its own nonce. The page checks access once more. */
export async function proxy(request: NextRequest): Promise<Response> {
  if (!READING.includes(request.method)) return refuse('Pages are only read.', 405, { Allow: READING.join(', ') });
  if (!isReadablePath(request.nextUrl.pathname)) return refuse('The address of this page cannot be read.', 400);
  try {
    const { access } = environment();
    countedLines().flush();
    if (access.kind === 'closed')
      logOnce('The page and /api/status answer 401 to everyone: set STATUS_USERS, or STATUS_ACCESS=public (on Vercel also vercel).');
    if (access.kind === 'users' && request.nextUrl.pathname === SIGN_OUT) return signOut(request.headers);
    const answer = await signedIn(request.headers);
    if (answer.allowed && request.nextUrl.pathname === ERROR_PAGE) return refuse('There is no such page.', 404);
    if (answer.allowed) return passOn(request, { isPublic: access.kind === 'public' });
    const { words, status, headers } = turnedAway(answer);
    return refuse(words, status, headers);
  } catch (error) {
    logError('access to a page', error);
    return refuse('This page cannot be shown; the log says why.', 500);
  }
}

function refuse(text: string, status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(text, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...headers } });
}

function passOn(request: NextRequest, { isPublic }: { readonly isPublic: boolean }): Response {
  const policy = contentSecurityPolicy(crypto.randomUUID().replaceAll('-', ''));
  const headers = new Headers(request.headers);
  // Next reads the nonce from here and puts it on its own scripts (docs: guides/content-security-policy).
  headers.set('Content-Security-Policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
  if (isPublic) response.headers.set('Cache-Control', SHORT_CACHE_OF_PAGE['Cache-Control']);
  return response;
}

function contentSecurityPolicy(nonce: string): string {
  // React's development build evaluates code to show server errors; its production build does not.
  const development = process.env.NODE_ENV === 'development' ? " 'unsafe-eval'" : '';
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development}`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
