import { auditRefusal, silenceFromPage } from '../../../lib/wire-people.ts';
import { byUser } from '../by-user.ts';
import { readSilence } from './form.ts';

export const dynamic = 'force-dynamic';

export function POST(request: Request): Promise<Response> {
  return byUser(request, 'POST /api/silences', async (user) => {
    const asked = await readSilence(request, user, Date.now());
    if ('problems' in asked) await auditRefusal(`a silence asked for by ${user}: ${asked.problems.join('; ')}`);
    const result = 'problems' in asked ? asked : await silenceFromPage(asked);
    return 'problems' in result ? { status: 400, body: result, words: result.problems.join('\n') } : { status: 201, body: result };
  });
}
