import { after } from 'next/server';
import { receivePagerDuty } from '../../../../lib/people/webhooks/receive-webhook.ts';
import { environment } from '../../../../lib/wire/load-environment.ts';
import { openPorts } from '../../../../lib/wire/wire.ts';
import { answering, json } from '../../answer.ts';
import { countRefusal } from '../../../refusals.ts';
import { rawBody, tooLong } from '../../body.ts';

export function POST(request: Request): Promise<Response> {
  return answering('POST /api/webhooks/pagerduty', async () => {
    const body = await rawBody(request);
    if (body === null) return tooLong(request, 'PagerDuty');
    const signatures = request.headers.get('x-pagerduty-signature');
    const { pagerdutySecret } = environment().webhooks;
    const { status, notify, refused } = await receivePagerDuty(await openPorts(), pagerdutySecret, { body, signatures });
    if (refused !== undefined) countRefusal(request.headers, refused);
    if (notify) after(notify);
    return json(status < 300 ? { ok: true } : { error: 'refused' }, status);
  });
}
