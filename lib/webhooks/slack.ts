import { z } from 'zod';
import { MINUTE, type Instant } from '../domain/time.ts';
import type { Received } from './pagerduty.ts';
import { hmac, same } from './signature.ts';

export type SlackAct = {
  /** From the signature: the same click sent again changes nothing, also after its acknowledgement was given back. */
  readonly eventId: string;
  /** What the button names: the key of its message; on those of before the incidents' ids, by comma. */
  readonly named: string;
  readonly by: string;
};

/** Slack's own advice: refuse what was signed more than five minutes ago (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
const WINDOW = 5 * MINUTE;

const CLICK = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string(), username: z.string().nullish(), name: z.string().nullish() }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().nullish() })),
});

export type SlackRequest = { readonly body: Uint8Array; readonly signature: string | null; readonly timestamp: string | null };

/** A click on the acknowledge button: signed `v0=` over `v0:{timestamp}:{raw body}`, not older than five minutes. */
export function readSlack({ body, signature, timestamp }: SlackRequest, secret: string, now: Instant): Received<SlackAct> {
  const text = new TextDecoder().decode(body);
  const fits = same(signature ?? '', `v0=${hmac(secret, `v0:${timestamp ?? ''}:${text}`)}`);
  if (!fits) return { kind: 'refuse', status: 401, why: 'Slack webhook: the signature does not fit' };
  if (!/^\d{1,12}$/.test(timestamp ?? '') || Math.abs(now - Number(timestamp) * 1000) > WINDOW) {
    return { kind: 'refuse', status: 401, why: 'Slack webhook: signed more than five minutes ago' };
  }
  const click = CLICK.safeParse(payloadOf(text));
  if (!click.success) return { kind: 'ignore' };
  const named = click.data.actions.find(({ action_id: action }) => action === 'acknowledge')?.value;
  const { username, name, id } = click.data.user;
  return named ? { kind: 'act', act: { eventId: `slack:${signature ?? ''}`, named, by: username ?? name ?? id } } : { kind: 'ignore' };
}

function payloadOf(text: string): unknown {
  try {
    return JSON.parse(new URLSearchParams(text).get('payload') ?? 'null');
  } catch {
    return null;
  }
}
