import { after } from 'next/server';
import { receiveSlack } from '../../../../lib/people/webhooks/receive-webhook.ts';
import { environment } from '../../../../lib/wire/load-environment.ts';
import { openPorts } from '../../../../lib/wire/wire.ts';
import { answering, json } from '../../answer.ts';
import { countRefusal } from '../../../refusals.ts';
import { rawBody, tooLong } from '../../body.ts';

export function POST(request: Request): Promise<Response> {
  return answering('POST /api/webhooks/slack', async () => {
    const body = await rawBody(request);
    if (body === null) return tooLong(request, 'Slack');
    const { slackSigningSecret } = environment().webhooks;
    const signed = {
      body,
      signature: request.headers.get('x-slack-signature'),
      timestamp: request.headers.get('x-slack-request-timestamp'),
    };
    const { status, notify, refused } = await receiveSlack(await openPorts(), slackSigningSecret, signed);
    if (refused !== undefined) countRefusal(request.headers, refused);
    if (notify) after(notify);
    return status < 300 ? new Response(null, { status: 200 }) : json({ error: 'refused' }, status);
  });
}
