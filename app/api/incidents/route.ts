import { readIncidents } from '../../../lib/wire/read-incidents.ts';
import { json } from '../answer.ts';
import { byViewer } from '../by-user.ts';
import { readIncidentsQuery } from './query.ts';

export const dynamic = 'force-dynamic';

/** The incidents of a span of time with their whole lives (docs/contract.md, clause 17). */
export function GET(request: Request): Promise<Response> {
  return byViewer(request, 'GET /api/incidents', async () => {
    const query = readIncidentsQuery(new URL(request.url).searchParams, Date.now());
    return 'error' in query ? json(query, 400) : json(await readIncidents(query));
  });
}
