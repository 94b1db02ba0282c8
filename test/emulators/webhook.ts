import { createHmac, timingSafeEqual } from 'node:crypto';
import { startServer, type Answer, type Asked, type Emulator } from './server.ts';

export type WebhookMessage = { readonly id: string; readonly type: string; readonly data: Readonly<Record<string, unknown>> };

export type WebhookEmulator = Emulator & {
  readonly address: string;
  readonly secret: string;
  /** What a receiver that knows repeated ids has taken. */
  readonly messages: readonly WebhookMessage[];
  readonly refused: readonly string[];
};

const PATH = '/hooks/restorewatch';
const KEY = Buffer.from('a key of more than 24 bytes, for the emulator');
/** A receiver by the specification refuses what was signed longer ago, or later, than this. */
const TOLERANCE_SECONDS = 300;

/** A receiver of Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export async function startWebhook({ now = Date.now }: { readonly now?: () => number } = {}): Promise<WebhookEmulator> {
  const messages: WebhookMessage[] = [];
  const refused: string[] = [];
  const handle = (asked: Asked): Answer => {
    const problem = problemOf(asked, now());
    if (problem !== null) {
      refused.push(problem);
      return { status: 400, body: { error: problem } };
    }
    const id = asked.headers['webhook-id'] ?? '';
    if (!messages.some((message) => message.id === id)) messages.push({ id, ...JSON.parse(asked.body) });
    return { status: 204, body: '' };
  };
  const server = await startServer({ handle });
  return { ...server, address: `${server.url}${PATH}`, secret: `whsec_${KEY.toString('base64')}`, messages, refused };
}

function problemOf({ method, path, headers, body }: Asked, now: number): string | null {
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '', 'webhook-signature': signatures = '' } = headers;
  if (method !== 'POST' || path !== PATH) return `no such endpoint: ${method} ${path}`;
  if (headers['content-type'] !== 'application/json') return 'the body is not JSON';
  if (!/^[\w-]{1,64}$/.test(id)) return `not an id: ${id}`;
  if (!/^\d+$/.test(timestamp) || Math.abs(now / 1_000 - Number(timestamp)) > TOLERANCE_SECONDS) return `too old or too new: ${timestamp}`;
  const expected = createHmac('sha256', KEY).update(`${id}.${timestamp}.${body}`).digest();
  const fits = signatures.split(' ').some((one) => {
    const given = Buffer.from(one.replace(/^v1,/, ''), 'base64');
    return one.startsWith('v1,') && given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!fits) return 'no signature fits';
  const { type, timestamp: occurred, data } = JSON.parse(body);
  if (typeof type !== 'string' || !/^[\w.]+$/.test(type)) return `not a type: ${String(type)}`;
  if (Number.isNaN(Date.parse(occurred)) || typeof data !== 'object') return 'the payload lacks its timestamp or data';
  return Buffer.byteLength(body) > 200_000 ? 'the payload is too large' : null;
}
