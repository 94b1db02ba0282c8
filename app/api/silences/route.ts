import { silenceFromPage } from '../../../lib/wire-people.ts';
import { byUser } from '../by-user.ts';
import { refused } from '../refused.ts';
import { readSilence } from './form.ts';

export const dynamic = 'force-dynamic';

export function POST(request: Request): Promise<Response> {
  return byUser(request, 'POST /api/silences', async (user) => {
    const asked = await readSilence(request, user, Date.now());
    if ('problems' in asked) return refused(`a silence asked for by ${user}`, asked.problems);
    const result = await silenceFromPage(asked);
    return 'problems' in result ? { status: 400, body: result, words: result.problems.join('\n') } : { status: 201, body: result };
  });
}
