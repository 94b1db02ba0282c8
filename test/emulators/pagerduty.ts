import { z } from 'zod';
import { makeAuthority, type Authority } from './authority.ts';
import { type Agent, INTEGRATION, listed, type Outbound, outbound } from './pagerduty-agents.ts';
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
  readonly acknowledgedBy: Agent[];
  resolvedBy: Agent | null;
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
  /** What the REST API takes. */
  readonly apiToken: string;
  /** What its webhooks tell, oldest first: of what was done to an alert there, also by the Events API. */
  readonly sent: readonly Outbound[];
  /** Somebody or something acts on the open alert of this key, other than by the Events API. */
  readonly act: (what: 'acknowledge' | 'resolve', key: string, agent: Agent) => void;
};

type State = { readonly alerts: PagerDutyAlert[]; readonly dropped: string[]; readonly refused: string[]; readonly sent: Outbound[] };
type Options = { readonly port?: number; readonly routingKey?: string; readonly authority?: Authority; readonly now?: () => number };

const API_TOKEN = 'u+APITOKENofTheEmulator';

/** PagerDuty's Events API v2 over TLS, with its de-duplication, its list of incidents by key, and what its webhooks would tell. */
export async function startPagerDuty({
  port,
  routingKey = 'R0utingKeyOfTheEmulator32chars00',
  authority,
  now = Date.now,
}: Options = {}): Promise<PagerDutyEmulator> {
  const { ca, tls } = authority ?? (await makeAuthority());
  const state: State = { alerts: [], dropped: [], refused: [], sent: [] };
  const act: PagerDutyEmulator['act'] = (what, key, agent) => acted(state, openAt(state, key), { what, agent, at: now() });
  const server = await startServer({ port, tls, handle: (asked) => handle(state, asked, routingKey, now) });
  return { ...server, host: `127.0.0.1:${server.port}`, routingKey, ca, apiToken: API_TOKEN, act, ...state };
}

function handle(state: State, asked: Asked, routingKey: string, now: () => number): Answer {
  if (asked.method === 'GET' && ['/incidents', '/abilities'].includes(asked.path)) return readable(state, asked);
  if (asked.method !== 'POST' || asked.path !== '/v2/enqueue') return refuse(state, asked, 404, 'no such resource');
  if (Buffer.byteLength(asked.body) > 512 * 1_024) return refuse(state, asked, 413, 'payload over 512 KB');
  const parsed = eventSchema.safeParse(parseJson(asked.body));
  if (!parsed.success) return refuse(state, asked, 400, z.prettifyError(parsed.error));
  if (parsed.data.routing_key !== routingKey) return refuse(state, asked, 400, 'routing_key is unknown');
  return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: accept(state, parsed.data, now()) } };
}

function accept(state: State, event: Event, at: number): string {
  const key = event.dedup_key ?? `generated-${state.alerts.length}`;
  const open = openAt(state, key);
  if (event.event_action === 'trigger') {
    const content = { payload: event.payload, links: event.links ?? [] };
    if (open) Object.assign(open, content, { triggers: open.triggers + 1 });
    else state.alerts.push({ key, ...content, state: 'open', triggers: 1, acknowledgedBy: [], resolvedBy: null, openedAt: at });
  } else if (open === undefined) state.dropped.push(`${event.event_action} ${key}`);
  else acted(state, open, { what: event.event_action, agent: INTEGRATION, at });
  return key;
}

function openAt({ alerts }: State, key: string): PagerDutyAlert | undefined {
  return alerts.find((alert) => alert.key === key && alert.state !== 'resolved');
}

type Act = { readonly what: 'acknowledge' | 'resolve'; readonly agent: Agent; readonly at: number };

function acted({ sent }: State, alert: PagerDutyAlert | undefined, { what, agent, at }: Act): void {
  if (!alert) throw new Error('PagerDuty holds nothing open under this key');
  alert.state = what === 'resolve' ? 'resolved' : 'acknowledged';
  if (what === 'acknowledge') alert.acknowledgedBy.push(agent);
  else alert.resolvedBy = agent;
  sent.push(outbound(alert, agent, { id: `01EVENT${sent.length + 1}`, at }));
}

/** What the REST API's token reads: incidents, and https://developer.pagerduty.com/api-reference/list-abilities. */
function readable(state: State, asked: Asked): Answer {
  if (asked.headers['authorization'] !== `Token token=${API_TOKEN}`) return { status: 401, body: { error: { message: 'Unauthorized' } } };
  return asked.path === '/incidents' ? list(state, asked) : { status: 200, body: { abilities: ['teams'] } };
}

/** https://developer.pagerduty.com/api-reference/list-incidents, by key alone. */
function list(state: State, { query }: Asked): Answer {
  const incidents = state.alerts.filter(({ key }) => key === query.get('incident_key')).map(listed);
  return { status: 200, body: { incidents, limit: 25, offset: 0, total: null, more: false } };
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
