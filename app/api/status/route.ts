import { readStatus } from '../../../lib/wire/recorded-state.ts';
import { json } from '../answer.ts';
import { byViewer } from '../by-user.ts';
import { readQuery } from './query.ts';

export const dynamic = 'force-dynamic';

export function GET(request: Request): Promise<Response> {
  return byViewer(request, 'GET /api/status', async () => {
    const query = readQuery(new URL(request.url).searchParams);
    return 'error' in query ? json(query, 400) : json(await readStatus(query));
  });
}
