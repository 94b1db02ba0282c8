import { after } from 'next/server';
import { takeAcknowledgement } from '../../../../../lib/people/take-acknowledgement.ts';
import { openPorts } from '../../../../../lib/wire/wire.ts';
import { byUser } from '../../../by-user.ts';

type Context = { readonly params: Promise<{ readonly id: string }> };

const STATUS = { acknowledged: 200, unchanged: 200, resolved: 409, unknown: 404 } as const;
const WORDS = {
  acknowledged: '',
  unchanged: '',
  resolved: 'This incident has ended meanwhile.',
  unknown: 'There is no such incident.',
} as const;

export function POST(request: Request, { params }: Context): Promise<Response> {
  return byUser(request, 'POST /api/incidents/{id}/acknowledge', async (user, from) => {
    const { id } = await params;
    const { outcome, notify } = await takeAcknowledgement(await openPorts(), { incidentIds: [id], by: user, via: 'page', from });
    after(notify);
    return { status: STATUS[outcome], body: { outcome }, words: WORDS[outcome] };
  });
}
