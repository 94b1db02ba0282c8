import { authorise } from '../../../lib/access.ts';
import { readStatus } from '../../../lib/wire.ts';
import { environment } from '../../../lib/wire-environment.ts';
import { answering, json } from '../answer.ts';
import { CHALLENGE } from '../../challenge.ts';
import { readQuery } from './query.ts';

export const dynamic = 'force-dynamic';

export function GET(request: Request): Promise<Response> {
  return answering('GET /api/status', async () => {
    const answer = await authorise(environment().access, request.headers.get('authorization'));
    if (!answer.allowed) return json({ error: 'unauthorised' }, 401, CHALLENGE);
    const query = readQuery(new URL(request.url).searchParams);
    return 'error' in query ? json(query, 400) : json(await readStatus(query));
  });
}
