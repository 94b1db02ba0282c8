import { after } from 'next/server';
import { pagerdutyWebhook } from '../../../../lib/wire-people.ts';
import { answering, json } from '../../answer.ts';
import { rawBody } from '../body.ts';
import { tooLong } from '../too-long.ts';

export const dynamic = 'force-dynamic';

export function POST(request: Request): Promise<Response> {
  return answering('POST /api/webhooks/pagerduty', async () => {
    const body = await rawBody(request);
    if (body === null) return tooLong('PagerDuty');
    const { status, tell } = await pagerdutyWebhook(body, request.headers.get('x-pagerduty-signature'));
    if (tell) after(tell);
    return json(status < 300 ? { ok: true } : { error: 'refused' }, status);
  });
}
