import type { Authorisation } from '../../lib/people/sign-in/access.ts';
import { auditRefusal } from '../../lib/people/webhooks/receive-webhook.ts';
import { environment } from '../../lib/wire/load-environment.ts';
import { openPorts } from '../../lib/wire/wire.ts';
import { addressFor, countRefusal } from '../refusals.ts';
import { noteSignIn } from '../note-sign-in.ts';
import { SHORT_CACHE } from '../short-cache.ts';
import { signedIn, turnedAway } from '../signed-in.ts';
import { answering, json } from './answer.ts';

/** The result of what a signed-in user asked for. `words` are shown to a person, who is led on where there are none; `leadsTo`: where to, `/` by default. */
type ActResult = {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly words?: string;
  readonly leadsTo?: string;
};

type Viewer = Extract<Authorisation, { readonly allowed: true }>;

/** Runs what everybody may do who may see the page. */
export function byViewer(request: Request, operation: string, act: (viewer: Viewer) => Promise<Response>): Promise<Response> {
  return answering(operation, async () => {
    const answer = await signedIn(request.headers);
    if (answer.allowed) {
      // At once with the act: a store that does not answer is not waited for twice.
      const [response] = await Promise.all([act(answer), noteSignIn(answer, request.headers)]);
      return cachedShortly(request, response);
    }
    // A browser asks for a page first without a password; whoever wants to change something without one was refused something.
    if (answer.why === 'missing' && request.method !== 'GET')
      countRefusal(request.headers, `${operation} by somebody who has not signed in`);
    const { status, error, headers } = turnedAway(answer);
    return json({ error }, status, headers);
  });
}

/** What is shown to everybody may be kept for a few seconds by a cache in front of us. */
function cachedShortly({ method }: Request, response: Response): Response {
  if (method === 'GET' && response.ok && environment().access.kind === 'public')
    for (const [name, value] of Object.entries(SHORT_CACHE)) response.headers.set(name, value);
  return response;
}

/** Runs what changes something, which only a signed-in responder may; `from`: the address of the request, null if it is not known. The request must come from our own page or from a program. */
export function byUser(
  request: Request,
  operation: string,
  act: (user: string, from: string | null) => Promise<ActResult>,
): Promise<Response> {
  return byViewer(request, operation, async ({ user, role }) => {
    if (user === null) {
      countRefusal(request.headers, `${operation} by somebody who has not signed in`);
      return forbidden(request, 'only a signed-in user does this: set STATUS_USERS');
    }
    if (!isFromOurPage(request.headers, environment().statusUrl)) {
      countRefusal(request.headers, `a request from another site in the browser of ${user}: ${operation}`);
      return forbidden(request, 'the request does not come from this page');
    }
    if (role !== 'responder') {
      countRefusal(request.headers, `${operation} by ${user}, who is a viewer`);
      return forbidden(
        request,
        `${user} is a viewer, who changes nothing: ask a responder, or have :viewer taken from your entry in STATUS_USERS`,
      );
    }
    return responseTo(request, await act(user, addressFor(request.headers)));
  });
}

function forbidden(request: Request, error: string): Response {
  return responseTo(request, { status: 403, body: { error }, words: `This was refused: ${error}.` });
}

/**
 * Whether the request was not made by another site in a signed-in browser. Every browser says where a POST comes from (Sec-Fetch-Site, or Origin in
 * older ones). A request that says neither comes from a program, and nobody can trick a program into sending a password. Behind a proxy that changes
 * `Host`, the origin of the page is that of `STATUS_URL`.
 */
export function isFromOurPage(headers: Headers, statusUrl: string | null = null): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = headers.get('origin');
  if (origin === null) return true;
  if (!URL.canParse(origin)) return false;
  return new URL(origin).host === headers.get('host') || (statusUrl !== null && new URL(statusUrl).origin === new URL(origin).origin);
}

/**
 * The refusal of a file that another site has the browser of `user` fetch without a click, as by an image: it would be noted that this person took it out.
 * Null for every other request, and where nobody signs in, since nothing is noted then. A link on another site that somebody follows says so by
 * Sec-Fetch-User (https://www.w3.org/TR/fetch-metadata/#sec-fetch-user-header).
 */
export function refusedEmbedding(request: Request, user: string | null, operation: string): Response | null {
  const site = request.headers.get('sec-fetch-site') ?? 'none';
  const isOurs = site === 'same-origin' || site === 'none' || request.headers.get('sec-fetch-user') === '?1';
  if (user === null || isOurs) return null;
  countRefusal(request.headers, `a request from another site in the browser of ${user}: ${operation}`);
  return forbidden(request, 'another site asks for this file: open it yourself');
}

/** A browser that sent a form is sent back to the page, or shown what it is to know first; a program gets JSON. */
function responseTo(request: Request, { status, body, words, leadsTo = '/' }: ActResult): Response {
  if (!request.headers.get('accept')?.includes('text/html')) return json(body, status);
  if (status < 400 && !words) return new Response(null, { status: 303, headers: { Location: leadsTo, 'Cache-Control': 'no-store' } });
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };
  return new Response(`${words ?? 'That was not possible.'}\n\nGo back to the page to see how things are now.\n`, { status, headers });
}

/** The result for a request with problems: 400, a line in the audit, and no change. `what`: what was asked for, and by whom. */
export async function refused(what: string, problems: readonly string[]): Promise<ActResult> {
  auditRefusal(await openPorts(), `${what}: ${problems.join('; ')}`);
  return withProblems(problems);
}

/** The result for a request that is well formed, and still cannot be done. */
export function withProblems(problems: readonly string[]): ActResult {
  return { status: 400, body: { problems }, words: problems.join('\n') };
}
