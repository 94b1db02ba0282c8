import { z } from 'zod';
import type { Channel, Notification, Outcome } from '../../attempt/channel.ts';
import type { Duration } from '../../../domain/time.ts';

/** The channel's id, for what is about PagerDuty's own API and webhooks. */
export const PAGERDUTY = 'pagerduty';

/**
 * `acknowledged`: by a person. `triggered`: by nobody, or only by a machine, as our own acknowledge event is. `resolved`: by a person. `closed`: resolved by a
 * timer of PagerDuty's or another machine, as by our own resolve event. `unknown`: PagerDuty knows no such key.
 */
export type PagerDutyState = 'triggered' | 'acknowledged' | 'resolved' | 'closed' | 'unknown';

/** Asks PagerDuty for the state of our keys. `null` for a key whose answer could not be read: nothing is concluded from that. */
export type PagerDutyApi = (keys: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, PagerDutyState | null>>;

/** A `user_reference`, a `service_reference` or another kind of agent. */
const AGENT = z.object({ type: z.string().nullish() });
const ANSWER = z.object({
  incidents: z.array(
    z.object({
      incident_key: z.string().nullish(),
      status: z.enum(['triggered', 'acknowledged', 'resolved']),
      last_status_change_by: AGENT.nullish(),
      // All acknowledgements; `last_status_change_by` names only the first.
      acknowledgements: z.array(z.object({ acknowledger: AGENT.nullish() })).nullish(),
    }),
  ),
});
/** 960 requests a minute are allowed for a token (docs/facts/platform.md B); a few at a time are enough. */
const ABREAST = 5;

/** REST API `GET /incidents?incident_key=` (https://developer.pagerduty.com/api-reference/list-incidents). Never throws. */
export function openPagerDutyApi({
  token,
  url,
  timeout,
}: {
  readonly token: string;
  readonly url: string;
  readonly timeout: Duration;
}): PagerDutyApi {
  return async (keys, signal) => {
    const found = new Map<string, PagerDutyState | null>();
    const queue = keys.values();
    const work = async (): Promise<void> => {
      for (const key of queue)
        found.set(
          key,
          await stateOf(
            `${url}/incidents?incident_key=${encodeURIComponent(key)}&date_range=all`,
            token,
            AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
          ),
        );
    };
    await Promise.all(Array.from({ length: ABREAST }, work));
    return found;
  };
}

/** Asks whether PagerDuty takes the token (https://developer.pagerduty.com/api-reference/list-abilities). Throws Error where it does not. */
export async function askPagerDuty({ token, url, timeout }: Parameters<typeof openPagerDutyApi>[0]): Promise<string> {
  const answer = await read(`${url}/abilities`, token, AbortSignal.timeout(timeout));
  await answer.body?.cancel();
  if (answer.status !== 200) throw new Error(`PagerDuty answered ${answer.status}`);
  return 'PagerDuty takes its token';
}

function read(address: string, token: string, signal: AbortSignal): Promise<Response> {
  const headers = { Authorization: `Token token=${token}`, Accept: 'application/vnd.pagerduty+json;version=2' };
  return fetch(address, { headers, signal, redirect: 'manual', cache: 'no-store' });
}

async function stateOf(address: string, token: string, signal: AbortSignal): Promise<PagerDutyState | null> {
  try {
    const answer = await read(address, token, signal);
    if (answer.status !== 200) return null;
    const parsed = ANSWER.safeParse(await answer.json());
    if (!parsed.success) return null;
    const states = parsed.data.incidents.map(stateShown);
    return (['triggered', 'acknowledged', 'resolved'] as const).find((state) => states.includes(state)) ?? states[0] ?? 'unknown';
  } catch {
    return null;
  }
}

type Shown = z.infer<typeof ANSWER>['incidents'][number];

function stateShown({ status, last_status_change_by: by, acknowledgements }: Shown): Exclude<PagerDutyState, 'unknown'> {
  if (status === 'resolved') return isPerson(by) ? 'resolved' : 'closed';
  const isTaken = status === 'acknowledged' && acknowledgements?.some(({ acknowledger }) => isPerson(acknowledger));
  return isTaken ? 'acknowledged' : 'triggered';
}

function isPerson(agent: z.infer<typeof AGENT> | null | undefined): boolean {
  return agent?.type === 'user_reference';
}

/**
 * Makes a PagerDuty channel look before it sends a message that could reopen a page which has ended there: a page that may have arrived already, and an
 * update of a page that a person or a timer there may have resolved since the run began. A page that PagerDuty shows is not sent twice, and nothing is
 * sent under a resolved key (docs/contract.md, clause 2). If PagerDuty cannot be read, the message is sent: a second page is better than none.
 */
export function lookingFirst(channel: Channel, ask: PagerDutyApi): Channel {
  const send = async (notification: Notification, signal: AbortSignal): Promise<Outcome> =>
    (await outcomeThere(notification, ask, signal)) ?? channel.send(notification, signal);
  return { ...channel, send };
}

/** The outcome, if what PagerDuty shows decides it; null: the message is to be sent. */
async function outcomeThere(notification: Notification, ask: PagerDutyApi, signal: AbortSignal): Promise<Outcome | null> {
  const key = notification.dedupKey ?? notification.incidents[0]?.id;
  const isPage = notification.root === null;
  if (key === undefined || !PAGING.has(notification.kind) || (isPage && !notification.ambiguous)) return null;
  const state = await ask([key], signal).then(
    (states) => states.get(key) ?? null,
    () => null,
  );
  const hasEnded = state === 'resolved' || state === 'closed';
  if (isPage) return hasEnded || state === 'triggered' || state === 'acknowledged' ? { result: 'accepted', receipt: key } : null;
  // The next comparison makes the update a page of its own (lib/domain/incidents/closed-pages.ts).
  return hasEnded ? { result: 'failed', error: 'PagerDuty: its page was resolved there meanwhile', retryAfter: null } : null;
}

/** The kinds that are sent to PagerDuty as trigger events (pagerduty-message.ts). */
const PAGING: ReadonlySet<Notification['kind']> = new Set(['trigger', 'update', 'escalate', 'remind']);
