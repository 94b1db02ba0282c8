import { addSilence, addWindow } from '../../../lib/people/silences.ts';
import { openPorts } from '../../../lib/wire/wire.ts';
import { byUser, refused, withProblems } from '../by-user.ts';
import { readSilence } from './form.ts';

export function POST(request: Request): Promise<Response> {
  return byUser(request, 'POST /api/silences', async (user, from) => {
    const asked = await readSilence(request, user, Date.now());
    if ('problems' in asked) return refused(`a silence asked for by ${user}`, asked.problems);
    const ports = await openPorts();
    const result = 'cron' in asked ? await addWindow(ports, asked, from) : await addSilence(ports, asked, from);
    return 'problems' in result ? withProblems(result.problems) : { status: 201, body: result, leadsTo: '/silences' };
  });
}
