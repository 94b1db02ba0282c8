import { channelOf } from '../../attempt/attempt.ts';
import { type Notification, type Outcome, REQUESTS_A_SEND } from '../../attempt/channel.ts';
import { openSlack, type Slack, type SlackSettings } from './slack-client.ts';
import { findByKey, type Found } from './slack-lookup.ts';
import { following, standing, type SlackMessage } from './slack-message.ts';
import { base, matching, token } from '../../../domain/settings/parse-value.ts';
import { optional, standard } from '../../../domain/settings/variable.ts';
import type { Duration } from '../../../domain/time.ts';
import { defineChannel } from '../../attempt/define-channel.ts';

/** Everything that one attempt works with. */
type Desk = { readonly slack: Slack; readonly channel: string; readonly notification: Notification };

type Reply = { readonly thread_ts: string } | { readonly thread_ts: string; readonly reply_broadcast: true };

/**
 * Slack has no idempotency, so each message carries its delivery's key as metadata, and an attempt after an unknown outcome
 * looks for it first. Without the scope `channels:history` it posts again: a duplicate beats a loss.
 */
export const slack = defineChannel({
  traits: {
    label: 'Slack',
    rings: false,
    tracksIncidents: false,
    threads: true,
    edits: true,
    digest: true,
    repeats: ['P0', 'P1', 'P2'],
    // Slack takes about one message a second (docs/facts/platform.md C).
    lanes: { abreast: 1, claimed: 15 },
  },
  variables: {
    SLACK_BOT_TOKEN: optional('Slack', token, { secret: true, description: 'bot token (`xoxb-…`) with `chat:write`' }),
    SLACK_CHANNEL_ID: optional('Slack', matching(/^[A-Z0-9]{8,16}$/, 'a channel id such as C0123456789, not its name'), {
      description: 'id of the channel, not its name',
    }),
    SLACK_API_URL: standard('Slack', 'https://slack.com/api/', base, { description: "address of Slack's Web API" }),
    SLACK_SIGNING_SECRET: optional('Slack', token, { secret: true, description: 'signature of the acknowledge button' }),
  },
  needs: ['SLACK_BOT_TOKEN', 'SLACK_CHANNEL_ID'],
  acknowledgedBy: ['SLACK_SIGNING_SECRET'],
  settings: ({ SLACK_BOT_TOKEN: botToken, SLACK_CHANNEL_ID: channel, SLACK_API_URL: url }): SlackSettings | null =>
    botToken === null || channel === null ? null : { token: botToken, channel, apiUrl: `${url}/` },
  secrets: (settings) => [settings.token],
  ask: async (settings, timeout) => {
    const { client, outcomeOf } = await openSlack(settings, timeout, AbortSignal.timeout(timeout));
    const { user, team } = await client.auth.test().catch((error: unknown) => {
      throw new Error(outcomeOf(error, Date.now()).error);
    });
    return `Slack takes its token (${user} in ${team})`;
  },
  recipients: ({ channel }) => `channel ${channel}`,
  open: (settings, timeout, redact) =>
    channelOf({
      id: 'slack',
      recipients: 1,
      limit: timeout * REQUESTS_A_SEND,
      redact,
      attempt: (notification, signal) => attempt(settings, timeout, notification, signal),
    }),
});

async function attempt(settings: SlackSettings, timeout: Duration, notification: Notification, signal: AbortSignal): Promise<Outcome> {
  const client = await openSlack(settings, timeout, signal);
  const desk = { slack: client, channel: settings.channel, notification };
  return deliver(desk).catch((error: unknown) => client.outcomeOf(error, notification.now));
}

async function deliver(desk: Desk): Promise<Outcome> {
  const { notification } = desk;
  const root: Found = notification.root === null ? { ts: null } : await rootOf(desk, notification.root);
  if ('result' in root) return root;
  if (notification.kind === 'resolve' && root.absent)
    return { result: 'rootless', error: 'Slack: the message that this one ends never arrived' };
  if (root.ts === null || !CHANGES_THE_ROOT.has(notification.kind)) return once(desk, root.ts);
  const updated = await update(desk, root.ts);
  // If the first message cannot be edited any more (deleted, too old, in another channel), people still get a message.
  if (updated !== 'gone' && updated.result !== 'accepted' && updated.result !== 'rejected') return updated;
  // Nobody sees a reply to what was deleted.
  if (notification.kind === 'resolve') return once(desk, updated === 'gone' ? null : root.ts);
  return updated === 'gone' || updated.result === 'rejected' ? once(desk, null) : updated;
}

const CHANGES_THE_ROOT: ReadonlySet<Notification['kind']> = new Set(['update', 'acknowledge', 'resolve']);

async function rootOf({ slack, channel, notification }: Desk, root: NonNullable<Notification['root']>): Promise<Found> {
  return root.receipt === null ? findByKey({ slack, channel, notification, key: root.key, thread: null }) : { ts: root.receipt };
}

/** Posts, unless an earlier attempt's message is found. */
async function once(desk: Desk, thread: string | null): Promise<Outcome> {
  const { slack, channel, notification } = desk;
  if (notification.ambiguous) {
    const found = await findByKey({ slack, channel, notification, key: notification.key, thread });
    if ('result' in found) return found;
    if (found.ts !== null) return { result: 'accepted', receipt: found.ts };
  }
  return thread === null ? post(desk, standing(notification), {}) : post(desk, following(notification), replyTo(notification, thread));
}

/** A reminder that stays folded in a thread reaches nobody. */
function replyTo({ kind }: Notification, thread: string): Reply {
  return kind === 'remind' || kind === 'escalate' ? { thread_ts: thread, reply_broadcast: true } : { thread_ts: thread };
}

async function post({ slack, channel, notification }: Desk, message: SlackMessage, thread: Reply | Record<never, never>): Promise<Outcome> {
  const quiet = { unfurl_links: false, unfurl_media: false, link_names: false };
  const answer = await slack.client.chat.postMessage({ channel, ...message, ...quiet, metadata: metadata(notification.key), ...thread });
  if (typeof answer.ts !== 'string') return { result: 'unknown', error: 'Slack answered without a ts' };
  return { result: 'accepted', receipt: answer.ts };
}

/** Edits the first message of the thread. `gone`: there is no such message in the channel. */
async function update({ slack, channel, notification }: Desk, ts: string): Promise<Outcome | 'gone'> {
  try {
    await slack.client.chat.update({
      channel,
      ts,
      // A message about several incidents goes on showing all of them, whichever the notification is about.
      ...standing({ ...notification, incidents: notification.root?.incidents ?? notification.incidents }, notification.root?.key),
      metadata: metadata(notification.root?.key ?? notification.key),
    });
    return { result: 'accepted', receipt: ts };
  } catch (error) {
    return slack.isGone(error) ? 'gone' : slack.outcomeOf(error, notification.now);
  }
}

function metadata(key: string): { event_type: string; event_payload: { key: string } } {
  return { event_type: 'restorewatch_delivery', event_payload: { key } };
}
