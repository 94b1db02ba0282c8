import { z } from 'zod';
import { jsonValue } from '../../domain/json-text.ts';
import { clean, cut } from '../../domain/text.ts';
import type { Instant } from '../../domain/time.ts';
import { hmac, same } from './signature.ts';

/** What a webhook asks for: an act, nothing, or it is refused with this HTTP status. */
export type Received<T> =
  | { readonly kind: 'act'; readonly act: T }
  /** `note`: a line for the audit about an event that looks like an act and is none. */
  | { readonly kind: 'ignore'; readonly note?: string }
  | { readonly kind: 'refuse'; readonly status: 400 | 401; readonly why: string };

/** An acknowledgement by a machine is no act: nobody works on the incident. */
export type PagerDutyAct = {
  /** PagerDuty delivers at least once, and its signature holds no time, so the id of the event is the defence against replays. */
  readonly eventId: string;
  /** The key of the incident at PagerDuty. */
  readonly key: string;
  /** `resolved`: by a person. `closed`: by PagerDuty itself (auto-resolution of its service) or another machine, so nobody works on the incident. */
  readonly what: 'acknowledged' | 'unacknowledged' | 'resolved' | 'closed';
  readonly by: string;
  /** When it happened by PagerDuty's clock; null if it does not say. Events may arrive in another order. */
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

/** Characters of one text from outside that a note shows. */
const SHOWN = 100;

/** Reads a v3 webhook (https://developer.pagerduty.com/docs/webhooks-v3-overview). Of its `v1=` HMACs of the raw body, one has to fit. */
export function readPagerDuty(body: Uint8Array, signatures: string | null, secret: string): Received<PagerDutyAct> {
  const expected = `v1=${hmac(secret, body)}`;
  const given = (signatures ?? '').split(',', 10).map((signature) => signature.trim());
  if (!given.some((signature) => same(signature, expected)))
    return { kind: 'refuse', status: 401, why: 'PagerDuty webhook: no signature fits' };
  const parsed = EVENT.safeParse(jsonValue(new TextDecoder().decode(body)));
  if (!parsed.success) return { kind: 'refuse', status: 400, why: 'PagerDuty webhook: signed, but not an event of version 3' };
  const { id, event_type: type, occurred_at: occurred, agent, data } = parsed.data.event;
  const key = data?.incident_key;
  const reported = WHAT.get(type);
  if (!reported || !key) return { kind: 'ignore' };
  const isPerson = agent?.type === 'user_reference';
  const eventId = `pagerduty:${id}`;
  if (reported === 'acknowledged' && !isPerson) return { kind: 'ignore', note: noteOf(eventId, key, agent?.summary) };
  const what = reported === 'resolved' && !isPerson ? 'closed' : reported;
  const by = agent?.summary ?? 'somebody at PagerDuty';
  return { kind: 'act', act: { eventId, key, what, by, at: instantOf(occurred) } };
}

/** Our own acknowledge events come back as webhooks too, by the agent of our integration (`inbound_integration_reference`). */
function noteOf(eventId: string, key: string, agent: string | null | undefined): string {
  const [event, about, by] = [eventId, key, agent ?? 'something without a name'].map((text) => cut(clean(text), SHOWN));
  return `PagerDuty’s event ${event} about ${about} changed nothing: acknowledged there by ${by}, which is no person`;
}

function instantOf(text: string | null | undefined): Instant | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : at;
}
