import { after } from 'next/server';
import { slackWebhook } from '../../../../lib/wire-people.ts';
import { answering, json } from '../../answer.ts';
import { rawBody } from '../body.ts';
import { tooLong } from '../too-long.ts';

export const dynamic = 'force-dynamic';

export function POST(request: Request): Promise<Response> {
  return answering('POST /api/webhooks/slack', async () => {
    const body = await rawBody(request);
    if (body === null) return tooLong('Slack');
    const signed = {
      body,
      signature: request.headers.get('x-slack-signature'),
      timestamp: request.headers.get('x-slack-request-timestamp'),
    };
    const { status, tell } = await slackWebhook(signed);
    if (tell) after(tell);
    return status < 300 ? new Response(null, { status: 200 }) : json({ error: 'refused' }, status);
  });
}
