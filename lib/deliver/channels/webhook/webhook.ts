import { createHash, createHmac } from 'node:crypto';
import { channelOf } from '../../attempt/attempt.ts';
import type { Notification, Outcome } from '../../attempt/channel.ts';
import { lost, refusal, retryAfterOf } from '../../attempt/provider-answer.ts';
import { defineChannel } from '../../attempt/define-channel.ts';
import { webhookBody } from './webhook-body.ts';
import { matching, secureAddress } from '../../../domain/settings/parse-value.ts';
import { optional } from '../../../domain/settings/variable.ts';
import { SECOND } from '../../../domain/time.ts';

type Settings = { readonly url: string; readonly secret: string };

/** At least 24 bytes, which are 32 characters of base64, as the specification asks for. */
const signingSecret = matching(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, '`whsec_` and the base64 of at least 24 random bytes');

/**
 * A POST to an address of the user's own by Standard Webhooks 1.0.0
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md). The receiver knows a repeated message by its
 * `webhook-id`, so a message of unknown outcome is sent again.
 */
export const webhook = defineChannel({
  traits: {
    label: 'webhook',
    rings: false,
    tracksIncidents: false,
    threads: true,
    edits: false,
    digest: false,
    repeats: ['P0', 'P1', 'P2'],
    routedOnly: true,
    lanes: { abreast: 4, claimed: 30 },
  },
  variables: {
    WEBHOOK_URL: optional('Webhook', secureAddress, {
      secret: true,
      description: 'address that gets each message as JSON, signed by Standard Webhooks; used where `routes` names `webhook`',
    }),
    WEBHOOK_SECRET: optional('Webhook', signingSecret, { secret: true, description: 'the secret of the signature: `whsec_…`' }),
  },
  needs: ['WEBHOOK_URL', 'WEBHOOK_SECRET'],
  settings: ({ WEBHOOK_URL: url, WEBHOOK_SECRET: secret }): Settings | null => (url === null || secret === null ? null : { url, secret }),
  secrets: ({ url, secret }) => [url, secret, secret.replace('whsec_', '')],
  recipients: ({ url }) => new URL(url).host,
  open: (settings, timeout, redact) =>
    channelOf({
      id: 'webhook',
      recipients: 1,
      limit: timeout,
      redact,
      attempt: (notification, signal) => send(settings, notification, signal),
    }),
});

async function send({ url, secret }: Settings, notification: Notification, signal: AbortSignal): Promise<Outcome> {
  const body = JSON.stringify(webhookBody(notification));
  const id = messageId(notification.key);
  const timestamp = String(Math.floor(notification.now / SECOND));
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature(secret, `${id}.${timestamp}.${body}`),
  };
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', cache: 'no-store', signal });
    await answer.body?.cancel();
    if (answer.ok) return { result: 'accepted', receipt: id };
    return refusal(answer.status, answerInWords(answer.status), retryAfterOf(answer.headers.get('retry-after'), notification.now));
  } catch (error) {
    return lost('the webhook', error);
  }
}

/** Explains two answers whose status alone does not: by Standard Webhooks a receiver unsubscribes with 410, and redirects are not followed. */
function answerInWords(status: number): string {
  const words = `the webhook answered ${status}`;
  if (status === 410) return `${words} (gone): its receiver wants no more messages`;
  return status >= 300 && status < 400
    ? `${words}, a redirect, which is not followed: set WEBHOOK_URL to the address that takes messages`
    : words;
}

/** The delivery's key may contain full stops, which separate the signed parts and therefore must not be in an id. */
function messageId(key: string): string {
  return `msg_${createHash('sha256').update(key).digest('hex').slice(0, 40)}`;
}

/** The value of `webhook-signature`: HMAC-SHA256 of the signed content under the bytes that the secret is the base64 of. */
export function signature(secret: string, content: string): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}
