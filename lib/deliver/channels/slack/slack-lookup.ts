import type { Notification, Outcome } from '../../attempt/channel.ts';
import { field } from '../../attempt/provider-answer.ts';
import type { Slack } from './slack-client.ts';
import { DAY, MINUTE, SECOND } from '../../../domain/time.ts';

/** The message's ts; null if there is none or we could not look at all of them (`absent`: there is none); or why looking failed. */
export type Found = { readonly ts: string | null; readonly absent?: boolean } | Extract<Outcome, { readonly result: 'failed' }>;

type Search = {
  readonly slack: Slack;
  readonly channel: string;
  readonly notification: Notification;
  readonly key: string;
  readonly thread: string | null;
};

/** Slack's clock and ours may differ, and a run that opens an incident takes a while. */
const EARLIER = 10 * MINUTE;
const PAGES_MOST = 5;
const PAGE = 100;

/** Looks for the message with our key, in the channel or in a thread, among those since the oldest incident opened. */
export async function findByKey(search: Search): Promise<Found> {
  try {
    return await browse(search);
  } catch (error) {
    const outcome = search.slack.outcomeOf(error, search.notification.now);
    // missing_scope, not_in_channel …: we will never be able to look.
    if (outcome.result === 'rejected') return { ts: null };
    // Looking changes nothing at Slack, so it may simply be tried again.
    return { result: 'failed', error: `${outcome.error} (looking for an earlier message)`, retryAfter: outcome.retryAfter ?? null };
  }
}

async function browse({ slack, channel, notification, key, thread }: Search): Promise<Found> {
  // A digest is about no incident, and is given up after a day.
  const since =
    notification.incidents.length === 0 ? notification.now - DAY : Math.min(...notification.incidents.map(({ openedAt }) => openedAt));
  const from = since - EARLIER;
  const asked = { channel, include_all_metadata: true, limit: PAGE, oldest: (from / SECOND).toFixed(6) };
  let cursor = '';
  for (let page = 0; page < PAGES_MOST; page += 1) {
    const at = cursor === '' ? asked : { ...asked, cursor };
    const answer =
      thread === null ? await slack.client.conversations.history(at) : await slack.client.conversations.replies({ ...at, ts: thread });
    const found = answer.messages?.find((message) => field(field(field(message, 'metadata'), 'event_payload'), 'key') === key);
    if (found?.ts !== undefined) return { ts: found.ts };
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') return { ts: null, absent: true };
  }
  return { ts: null };
}
