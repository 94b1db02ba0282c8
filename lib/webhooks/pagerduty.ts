import { z } from 'zod';
import { clean, cut } from '../alerts/plain.ts';
import type { Instant } from '../domain/time.ts';
import { hmac, same } from './signature.ts';

/** What a webhook came to: something to do, nothing to do, or a refusal with its HTTP status. */
export type Received<T> =
  | { readonly kind: 'act'; readonly act: T }
  /** `note`: a line for the audit, of what could be taken for an act and is none. */
  | { readonly kind: 'ignore'; readonly note?: string }
  | { readonly kind: 'refuse'; readonly status: 400 | 401; readonly why: string };

/** What a machine acknowledges is no act: nobody has the incident in hand. */
export type PagerDutyAct = {
  /** PagerDuty delivers at least once and stamps no time: its id is the defence against replays. */
  readonly eventId: string;
  readonly incidentId: string;
  /** `resolved`: by a person. `closed`: by PagerDuty itself (its service's auto-resolution) or another machine: nobody has taken it on. */
  readonly what: 'acknowledged' | 'unacknowledged' | 'resolved' | 'closed';
  readonly by: string;
  /** When it happened, by PagerDuty's clock; null where it does not say. Events may come in another order. */
  readonly at: Instant | null;
};

const EVENT = z.object({
  event: z.object({
    id: z.string().min(1).max(200),
    event_type: z.string(),
    occurred_at: z.string().nullish(),
    agent: z.object({ type: z.string().nullish(), summary: z.string().nullish() }).nullish(),
    data: z.object({ incident_key: z.string().nullish() }).nullish(),
  }),
});

const WHAT: ReadonlyMap<string, PagerDutyAct['what']> = new Map([
  ['incident.acknowledged', 'acknowledged'],
  ['incident.unacknowledged', 'unacknowledged'],
  ['incident.resolved', 'resolved'],
]);

/** How much of one text from outside a note shows. */
const SHOWN = 100;

/**
 * A v3 webhook (https://developer.pagerduty.com/docs/webhooks-v3-overview). The signature header carries one or more `v1=` HMACs of the raw
 * body, several while a secret is rotated; one that fits is enough.
 */
export function readPagerDuty(body: Uint8Array, signatures: string | null, secret: string): Received<PagerDutyAct> {
  const expected = `v1=${hmac(secret, body)}`;
  const given = (signatures ?? '').split(',', 10).map((signature) => signature.trim());
  if (!given.some((signature) => same(signature, expected)))
    return { kind: 'refuse', status: 401, why: 'PagerDuty webhook: no signature fits' };
  const parsed = EVENT.safeParse(parse(body));
  if (!parsed.success) return { kind: 'refuse', status: 400, why: 'PagerDuty webhook: signed, but not an event of version 3' };
  const { id, event_type: type, occurred_at: occurred, agent, data } = parsed.data.event;
  const key = data?.incident_key;
  const said = WHAT.get(type);
  if (!said || !key) return { kind: 'ignore' };
  const isPerson = agent?.type === 'user_reference';
  const eventId = `pagerduty:${id}`;
  if (said === 'acknowledged' && !isPerson) return { kind: 'ignore', note: noteOf(eventId, key, agent?.summary) };
  const what = said === 'resolved' && !isPerson ? 'closed' : said;
  const by = agent?.summary ?? 'somebody at PagerDuty';
  return { kind: 'act', act: { eventId, incidentId: key, what, by, at: instantOf(occurred) } };
}

/** Our own messages of acknowledgements come back like this, as their integration's (`inbound_integration_reference`). */
function noteOf(eventId: string, key: string, agent: string | null | undefined): string {
  const [event, about, by] = [eventId, key, agent ?? 'something without a name'].map((text) => cut(clean(text), SHOWN));
  return `PagerDuty’s event ${event} about ${about} changed nothing: acknowledged there by ${by}, which is no person`;
}

function instantOf(text: string | null | undefined): Instant | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : at;
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
}
