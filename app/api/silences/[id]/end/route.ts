import { endSilenceFromPage } from '../../../../../lib/wire-people.ts';
import { byUser } from '../../../by-user.ts';

export const dynamic = 'force-dynamic';

type Context = { readonly params: Promise<{ readonly id: string }> };

export function POST(request: Request, { params }: Context): Promise<Response> {
  return byUser(request, 'POST /api/silences/{id}/end', async (user) => {
    const ended = await endSilenceFromPage((await params).id, user);
    return ended
      ? { status: 200, body: { ended } }
      : { status: 404, body: { error: 'no such silence' }, words: 'This silence has ended already.' };
  });
}
