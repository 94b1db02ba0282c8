import { CONTENT_TYPES, exposition, formFor } from '../../../lib/render/metrics/exposition.ts';
import { environment } from '../../../lib/wire/load-environment.ts';
import { isStoreError } from '../../../lib/wire/reading.ts';
import { readMetrics } from '../../../lib/wire/recorded-state.ts';
import { logError } from '../../log.ts';
import { turnedAway } from '../../signed-in.ts';
import { answering, json } from '../answer.ts';
import { bearerVerdict, countRefusedBearer } from '../by-bearer.ts';
import { byViewer } from '../by-user.ts';

export const dynamic = 'force-dynamic';

const OPERATION = 'GET /api/metrics';

/** For Prometheus, by its own token, and for whoever may see the page. */
export function GET(request: Request): Promise<Response> {
  return answering(OPERATION, async () => {
    const { metrics, access } = environment();
    const verdict = bearerVerdict(metrics.token, request.headers);
    if (verdict === 'right') return scraped(request);
    // A wrong token is no wrong password. Where everybody may look it opens as much as none.
    const isRefused = verdict === 'wrong' && (access.kind === 'users' || access.kind === 'closed');
    return isRefused ? refusedToken(request) : byViewer(request, OPERATION, () => scraped(request));
  });
}

function refusedToken({ headers: sent }: Request): Response {
  countRefusedBearer(sent, OPERATION, 'wrong');
  const { status, error, headers } = turnedAway({ allowed: false, why: 'wrong', tried: null });
  return json({ error }, status, headers);
}

/** While the store cannot be read no number would be true: a 503, which Prometheus shows as a target that is down. The cause is in the log alone. */
async function scraped(request: Request): Promise<Response> {
  const form = formFor(request.headers.get('accept'));
  try {
    const text = exposition(await readMetrics(), form);
    return new Response(text, { headers: { 'Content-Type': CONTENT_TYPES[form], 'Cache-Control': 'no-store', Vary: 'Accept' } });
  } catch (error) {
    if (!isStoreError(error)) throw error;
    logError(OPERATION, error);
    return json({ error: 'the store cannot be read, so that no metric would be true; the log has the cause' }, 503);
  }
}
