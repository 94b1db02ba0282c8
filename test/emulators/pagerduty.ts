import { z } from 'zod';
import { makeAuthority, type Authority } from './authority.ts';
import { startServer, type Answer, type Asked, type Emulator } from './server.ts';

const links = z.array(z.object({ href: z.string(), text: z.string().optional() })).optional();
const images = z.array(z.object({ src: z.string().startsWith('https://') })).optional();
const payload = z.object({
  summary: z.string().min(1).max(1_024),
  source: z.string().min(1),
  severity: z.enum(['critical', 'error', 'warning', 'info']),
  timestamp: z.iso.datetime({ offset: true }).optional(),
  component: z.string().optional(),
  group: z.string().optional(),
  class: z.string().optional(),
  custom_details: z.record(z.string(), z.unknown()).optional(),
});
const common = { routing_key: z.string().length(32), links, images };
const dedupKey = z.string().min(1).max(255);
/** https://developer.pagerduty.com/docs/send-alert-event */
const eventSchema = z.discriminatedUnion('event_action', [
  z
    .object({
      ...common,
      event_action: z.literal('trigger'),
      dedup_key: dedupKey.optional(),
      payload,
      client: z.string().optional(),
      client_url: z.string().optional(),
    })
    .strict(),
  z.object({ ...common, event_action: z.literal('acknowledge'), dedup_key: dedupKey, payload: payload.optional() }).strict(),
  z.object({ ...common, event_action: z.literal('resolve'), dedup_key: dedupKey, payload: payload.optional() }).strict(),
]);
type Event = z.infer<typeof eventSchema>;
type Trigger = Extract<Event, { event_action: 'trigger' }>;

export type PagerDutyAlert = {
  readonly key: string;
  payload: Trigger['payload'];
  links: NonNullable<Trigger['links']>;
  state: 'open' | 'acknowledged' | 'resolved';
  /** How often it was triggered; more than once is a log entry, not a page. */
  triggers: number;
  readonly openedAt: number;
};

export type PagerDutyEmulator = Emulator & {
  /** What PAGERDUTY_EVENTS_HOST takes. */
  readonly host: string;
  readonly routingKey: string;
  /** The authority's certificate in PEM, for NODE_EXTRA_CA_CERTS. */
  readonly ca: string;
  readonly alerts: readonly PagerDutyAlert[];
  /** Acknowledges and resolves without an open alert, which PagerDuty drops without a word. */
  readonly dropped: readonly string[];
  readonly refused: readonly string[];
};

type State = { readonly alerts: PagerDutyAlert[]; readonly dropped: string[]; readonly refused: string[] };
type Options = { readonly port?: number; readonly routingKey?: string; readonly authority?: Authority; readonly now?: () => number };

/** PagerDuty's Events API v2 over TLS, with its de-duplication. */
export async function startPagerDuty({
  port,
  routingKey = 'R0utingKeyOfTheEmulator32chars00',
  authority,
  now = Date.now,
}: Options = {}): Promise<PagerDutyEmulator> {
  const { ca, tls } = authority ?? (await makeAuthority());
  const state: State = { alerts: [], dropped: [], refused: [] };
  const server = await startServer({ port, tls, handle: (asked) => handle(state, asked, routingKey, now) });
  return { ...server, host: `127.0.0.1:${server.port}`, routingKey, ca, ...state };
}

function handle(state: State, asked: Asked, routingKey: string, now: () => number): Answer {
  if (asked.method !== 'POST' || asked.path !== '/v2/enqueue') return refuse(state, asked, 404, 'no such resource');
  if (Buffer.byteLength(asked.body) > 512 * 1_024) return refuse(state, asked, 413, 'payload over 512 KB');
  const parsed = eventSchema.safeParse(parseJson(asked.body));
  if (!parsed.success) return refuse(state, asked, 400, z.prettifyError(parsed.error));
  if (parsed.data.routing_key !== routingKey) return refuse(state, asked, 400, 'routing_key is unknown');
  return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: accept(state, parsed.data, now()) } };
}

function accept(state: State, event: Event, at: number): string {
  const key = event.dedup_key ?? `generated-${state.alerts.length}`;
  const open = state.alerts.find((alert) => alert.key === key && alert.state !== 'resolved');
  if (event.event_action === 'trigger') {
    const news = { payload: event.payload, links: event.links ?? [] };
    if (open === undefined) state.alerts.push({ key, ...news, state: 'open', triggers: 1, openedAt: at });
    else Object.assign(open, news, { triggers: open.triggers + 1 });
  } else if (open === undefined) state.dropped.push(`${event.event_action} ${key}`);
  else open.state = event.event_action === 'resolve' ? 'resolved' : 'acknowledged';
  return key;
}

function refuse(state: State, asked: Asked, status: number, why: string): Answer {
  state.refused.push(`${why}: ${asked.method} ${asked.path} ${asked.body.slice(0, 300)}`);
  return { status, body: { status: 'invalid event', message: 'Event object is invalid', errors: [why] } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
