import { after } from 'next/server';
import { resend } from '../../../../lib/people/resend.ts';
import { openPorts } from '../../../../lib/wire/wire.ts';
import { byUser, refused } from '../../by-user.ts';
import { readFields } from '../../fields.ts';

const STATUS = { due: 202, sending: 202, settled: 409, waiting: 409, unknown: 404 } as const;
const WORDS = {
  due: '',
  sending: '',
  settled: 'This message was accepted meanwhile, or is no longer worth sending.',
  waiting: 'This message follows one that has not arrived yet: send that one again first; this one goes after it.',
  unknown: 'There is no such message any more.',
} as const;

/** `key`: the key of a delivery, as /api/status shows it. */
export function POST(request: Request): Promise<Response> {
  return byUser(request, 'POST /api/deliveries/resend', async (user, from) => {
    const read = await readFields(request, ['key']);
    if ('problems' in read) return refused(`a message to be sent again, asked for by ${user}`, read.problems);
    const { key = '' } = read.fields;
    const { outcome, send } = await resend(await openPorts(), key, user, from);
    after(send);
    return { status: STATUS[outcome], body: { outcome }, words: WORDS[outcome] };
  });
}
