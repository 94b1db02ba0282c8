import { channelOf } from './attempt.ts';
import { type Channel, type Letter, type Outcome, REQUESTS_A_SEND } from './channel.ts';
import { openSlack, type Slack, type SlackSettings } from './slack-client.ts';
import { findByKey, type Found } from './slack-lookup.ts';
import { following, standing, type SlackMessage } from './slack-message.ts';
import type { Duration } from '../../domain/time.ts';

export type { SlackSettings };

/** Everything that one attempt works with. */
type Desk = { readonly slack: Slack; readonly channel: string; readonly letter: Letter };

type Reply = { readonly thread_ts: string } | { readonly thread_ts: string; readonly reply_broadcast: true };

/**
 * Slack has no idempotency, so each message carries its delivery's key as metadata, and an attempt after an unknown outcome
 * looks for it first. Without the scope `channels:history` it posts again: a duplicate beats a loss.
 */
export function slackChannel(settings: SlackSettings, timeout: Duration, redact: (text: string) => string): Channel {
  async function attempt(letter: Letter, signal: AbortSignal): Promise<Outcome> {
    const slack = await openSlack(settings, timeout, signal);
    const desk = { slack, channel: settings.channel, letter };
    return deliver(desk).catch((error: unknown) => slack.outcomeOf(error, letter.now));
  }
  return channelOf({ id: 'slack', recipients: 1, limit: timeout * REQUESTS_A_SEND, redact, attempt });
}

async function deliver(desk: Desk): Promise<Outcome> {
  const { letter } = desk;
  const root = letter.root === null ? { ts: null } : await rootOf(desk, letter.root);
  if ('result' in root) return root;
  if (root.ts === null || !CHANGES_THE_ROOT.has(letter.kind)) return once(desk, root.ts);
  const updated = await update(desk, root.ts);
  // A root that can't be edited any more (deleted, too old, in a channel that was ours) is no reason to keep the news from people.
  if (updated !== 'gone' && updated.result !== 'accepted' && updated.result !== 'rejected') return updated;
  // Nobody sees a reply to what was deleted.
  if (letter.kind === 'resolve') return once(desk, updated === 'gone' ? null : root.ts);
  return updated === 'gone' || updated.result === 'rejected' ? once(desk, null) : updated;
}

const CHANGES_THE_ROOT: ReadonlySet<Letter['kind']> = new Set(['update', 'acknowledge', 'resolve']);

async function rootOf({ slack, channel, letter }: Desk, root: NonNullable<Letter['root']>): Promise<Found> {
  return root.receipt === null ? findByKey({ slack, channel, letter, key: root.key, thread: null }) : { ts: root.receipt };
}

/** Posts, unless an earlier attempt's message is found. */
async function once(desk: Desk, thread: string | null): Promise<Outcome> {
  const { slack, channel, letter } = desk;
  if (letter.ambiguous) {
    const found = await findByKey({ slack, channel, letter, key: letter.key, thread });
    if ('result' in found) return found;
    if (found.ts !== null) return { result: 'accepted', receipt: found.ts };
  }
  return thread === null ? post(desk, standing(letter), {}) : post(desk, following(letter), replyTo(letter, thread));
}

/** A reminder that stays folded in a thread reaches nobody. */
function replyTo({ kind }: Letter, thread: string): Reply {
  return kind === 'remind' || kind === 'escalate' ? { thread_ts: thread, reply_broadcast: true } : { thread_ts: thread };
}

async function post({ slack, channel, letter }: Desk, message: SlackMessage, thread: Reply | Record<never, never>): Promise<Outcome> {
  const quiet = { unfurl_links: false, unfurl_media: false, link_names: false };
  const answer = await slack.client.chat.postMessage({ channel, ...message, ...quiet, metadata: metadata(letter.key), ...thread });
  if (typeof answer.ts !== 'string') return { result: 'unknown', error: 'Slack answered without a ts' };
  return { result: 'accepted', receipt: answer.ts };
}

/** `gone`: there is no such message in the channel. */
async function update({ slack, channel, letter }: Desk, ts: string): Promise<Outcome | 'gone'> {
  try {
    await slack.client.chat.update({
      channel,
      ts,
      // A root that told of several incidents goes on telling of all of them, whichever the letter is about.
      ...standing({ ...letter, incidents: letter.root?.incidents ?? letter.incidents }, letter.root?.key),
      metadata: metadata(letter.root?.key ?? letter.key),
    });
    return { result: 'accepted', receipt: ts };
  } catch (error) {
    return slack.isGone(error) ? 'gone' : slack.outcomeOf(error, letter.now);
  }
}

function metadata(key: string): { event_type: string; event_payload: { key: string } } {
  return { event_type: 'restorable_delivery', event_payload: { key } };
}
