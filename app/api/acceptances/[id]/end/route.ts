import { endAcceptance } from '../../../../../lib/people/acceptances.ts';
import { openPorts } from '../../../../../lib/wire/wire.ts';
import { byUser } from '../../../by-user.ts';

type Context = { readonly params: Promise<{ readonly id: string }> };

export function POST(request: Request, { params }: Context): Promise<Response> {
  return byUser(request, 'POST /api/acceptances/{id}/end', async (user, from) => {
    const ended = await endAcceptance(await openPorts(), (await params).id, user, from);
    return ended
      ? { status: 200, body: { ended }, leadsTo: '/silences' }
      : { status: 404, body: { error: 'no such acceptance' }, words: 'This acceptance has ended already.' };
  });
}
