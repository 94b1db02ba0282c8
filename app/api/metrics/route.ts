import { bearerAuthorised } from '../../../lib/people/access.ts';
import { CONTENT_TYPES, exposition, formFor } from '../../../lib/render/metrics/exposition.ts';
import { environment } from '../../../lib/wire/load-environment.ts';
import { readMetrics } from '../../../lib/wire/recorded-state.ts';
import { answering } from '../answer.ts';
import { byViewer } from '../by-user.ts';

export const dynamic = 'force-dynamic';

const OPERATION = 'GET /api/metrics';

/** For Prometheus, by its own token, and for whoever may see the page. */
export function GET(request: Request): Promise<Response> {
  return answering(OPERATION, async () => {
    const mayScrape = bearerAuthorised(environment().metrics.token, request.headers.get('authorization'));
    return mayScrape ? scraped(request) : byViewer(request, OPERATION, () => scraped(request));
  });
}

/** An error of the store is a 500, which Prometheus shows as a target that is down: no number here would be true. */
async function scraped(request: Request): Promise<Response> {
  const form = formFor(request.headers.get('accept'));
  const text = exposition(await readMetrics(), form);
  return new Response(text, { headers: { 'Content-Type': CONTENT_TYPES[form], 'Cache-Control': 'no-store', Vary: 'Accept' } });
}
