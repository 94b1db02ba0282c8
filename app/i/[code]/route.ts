import { readIncidentPath } from '../../../lib/wire/recorded-state.ts';
import { logError } from '../../log.ts';
import { signedIn, turnedAway } from '../../signed-in.ts';

export const dynamic = 'force-dynamic';

type Context = { readonly params: Promise<{ readonly code: string }> };

/** The short link of a text message: leads to the incident's place on the page (docs/contract.md, clause 19). */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  // proxy.ts has checked already; a request that bypasses it must not learn which codes there are.
  const answer = await signedIn(request.headers);
  if (!answer.allowed) {
    const { words, status, headers } = turnedAway(answer);
    return plain(words, status, headers);
  }
  const path = await pathOf((await params).code);
  return path === null
    ? plain('No incident has such a link: is it mistyped? The page itself is at /.', 404)
    : plain('', 307, { Location: path });
}

/** If the store cannot be read, the page itself says so. */
async function pathOf(code: string): Promise<string | null> {
  try {
    return await readIncidentPath(code);
  } catch (error) {
    logError('GET /i/{code}', error);
    return '/';
  }
}

function plain(text: string, status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(text, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...headers } });
}
