import { after } from 'next/server';
import { acknowledgeFromPage } from '../../../../../lib/wire-people.ts';
import { byUser } from '../../../by-user.ts';

export const dynamic = 'force-dynamic';

type Context = { readonly params: Promise<{ readonly id: string }> };

const STATUS = { acknowledged: 200, unchanged: 200, resolved: 409, unknown: 404 } as const;
const WORDS = {
  acknowledged: '',
  unchanged: '',
  resolved: 'This incident has ended meanwhile.',
  unknown: 'There is no such incident.',
} as const;

export function POST(request: Request, { params }: Context): Promise<Response> {
  return byUser(request, 'POST /api/incidents/{id}/acknowledge', async (user) => {
    const { outcome, tell } = await acknowledgeFromPage((await params).id, user);
    after(tell);
    return { status: STATUS[outcome], body: { outcome }, words: WORDS[outcome] };
  });
}
