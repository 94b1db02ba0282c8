import { after } from 'next/server';
import { acknowledgeSeveral, severalInWords } from '../../../../lib/people/acknowledgement/acknowledge-several.ts';
import { openPorts } from '../../../../lib/wire/wire.ts';
import { byUser, refused } from '../../by-user.ts';
import { readIds } from './ids.ts';

/** Acknowledges all incidents of a card. What had been acknowledged or had ended meanwhile is told and is no failure. */
export function POST(request: Request): Promise<Response> {
  return byUser(request, 'POST /api/incidents/acknowledge', async (user, from) => {
    const asked = await readIds(request);
    if ('problems' in asked) return refused(`an acknowledgement of several incidents by ${user}`, asked.problems);
    const { notify, ...several } = await acknowledgeSeveral(await openPorts(), { ids: asked.ids, by: user, from });
    after(notify);
    const isUnknown = several.unknown.length === asked.ids.length;
    return { status: isUnknown ? 404 : 200, body: several, words: severalInWords(several) };
  });
}
