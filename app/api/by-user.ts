import { authorise } from '../../lib/access.ts';
import { environment } from '../../lib/wire-environment.ts';
import { CHALLENGE } from '../challenge.ts';
import { answering, json } from './answer.ts';
import { fromOurselves } from './same-origin.ts';

/** What a signed-in user's request came to; `words`: what a person is told where it failed. */
export type Done = { readonly status: number; readonly body: Readonly<Record<string, unknown>>; readonly words?: string };

/** Runs what only a signed-in user may do, and only from our own page or from a program. */
export function byUser(request: Request, operation: string, act: (user: string) => Promise<Done>): Promise<Response> {
  return answering(operation, async () => {
    const answer = await authorise(environment().access, request.headers.get('authorization'));
    if (!answer.allowed) return json({ error: 'unauthorised' }, 401, CHALLENGE);
    if (answer.user === null) return json({ error: 'only a signed-in user does this: set STATUS_USERS' }, 403);
    if (!fromOurselves(request.headers, environment().statusUrl)) return json({ error: 'the request does not come from this page' }, 403);
    return answerTo(request, await act(answer.user));
  });
}

/** A browser that sent a form goes back to the page, or is told in words; a program gets JSON. */
function answerTo(request: Request, { status, body, words }: Done): Response {
  if (!request.headers.get('accept')?.includes('text/html')) return json(body, status);
  if (status < 400) return new Response(null, { status: 303, headers: { Location: '/', 'Cache-Control': 'no-store' } });
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };
  return new Response(`${words ?? 'That was not possible.'}\n\nGo back to the page to see how things are now.\n`, { status, headers });
}
