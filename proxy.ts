import { NextResponse, type NextRequest } from 'next/server';
import { CHALLENGE } from './app/challenge.ts';
import { logError, logOnce } from './app/log.ts';
import { authorise } from './lib/access.ts';
import { environment } from './lib/wire-environment.ts';

/** Every page; the routes under /api guard themselves, and static files hold nothing of anybody's. */
export const config = { matcher: ['/((?!api/|_next/static/).*)'] };

const READING = ['GET', 'HEAD'];

/** Asks for name and password, and gives each page a policy with a nonce of its own. The page checks access once more. */
export async function proxy(request: NextRequest): Promise<Response> {
  if (!READING.includes(request.method)) return refuse('Pages are only read.', 405, { Allow: READING.join(', ') });
  try {
    const { access } = environment();
    if (access.kind === 'closed')
      logOnce('The page and /api/status answer 401 to everyone: set STATUS_USERS, or STATUS_ACCESS=public or vercel.');
    const answer = await authorise(access, request.headers.get('authorization'));
    return answer.allowed ? passOn(request) : refuse('Sign in to see this page.', 401, CHALLENGE);
  } catch (error) {
    logError('access to a page', error);
    return refuse('This page cannot be shown; the log says why.', 500);
  }
}

function refuse(text: string, status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(text, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...headers } });
}

function passOn(request: NextRequest): Response {
  const policy = contentSecurityPolicy(crypto.randomUUID().replaceAll('-', ''));
  const headers = new Headers(request.headers);
  // Next reads the nonce from here and puts it on its own scripts (docs: guides/content-security-policy).
  headers.set('Content-Security-Policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
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
