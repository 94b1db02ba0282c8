import { z } from 'zod';
import { jsonValue } from '../../domain/json-text.ts';
import { MINUTE, type Instant } from '../../domain/time.ts';
import type { Received } from './pagerduty-webhook.ts';
import { hmac, same } from './signature.ts';

export type SlackAct = {
  /** Made from the signature, so that the same click sent again changes nothing, even if its acknowledgement was withdrawn meanwhile. */
  readonly eventId: string;
  /** The value of the button: the key of its message. */
  readonly named: string;
  readonly by: string;
};

/** Slack advises to refuse what was signed more than five minutes ago (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
const WINDOW = 5 * MINUTE;

const CLICK = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string(), username: z.string().nullish(), name: z.string().nullish() }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().nullish() })),
});

export type SlackRequest = { readonly body: Uint8Array; readonly signature: string | null; readonly timestamp: string | null };

/** Reads a click on the acknowledge button. It is signed `v0=` over `v0:{timestamp}:{raw body}`, at most five minutes ago. */
export function readSlack({ body, signature, timestamp }: SlackRequest, secret: string, now: Instant): Received<SlackAct> {
  const text = new TextDecoder().decode(body);
  const isSigned = same(signature ?? '', `v0=${hmac(secret, `v0:${timestamp ?? ''}:${text}`)}`);
  if (!isSigned) return { kind: 'refuse', status: 401, why: 'Slack webhook: the signature does not fit' };
  if (!/^\d{1,12}$/.test(timestamp ?? '') || Math.abs(now - Number(timestamp) * 1000) > WINDOW) {
    return { kind: 'refuse', status: 401, why: 'Slack webhook: signed more than five minutes ago' };
  }
  const click = CLICK.safeParse(jsonValue(new URLSearchParams(text).get('payload') ?? ''));
  if (!click.success) return { kind: 'ignore' };
  const named = click.data.actions.find(({ action_id: action }) => action === 'acknowledge')?.value;
  const { username, name, id } = click.data.user;
  return named ? { kind: 'act', act: { eventId: `slack:${signature ?? ''}`, named, by: username ?? name ?? id } } : { kind: 'ignore' };
}
