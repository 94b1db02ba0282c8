import type { Letter, Outcome } from '../../lib/alerts/channels/channel.ts';
import { pagerdutyEvent } from '../../lib/alerts/channels/pagerduty-message.ts';
import type { ChannelId, Priority } from '../../lib/domain/policy.ts';
import type { DeliveryKind } from '../../lib/domain/incident.ts';
import { MINUTE, type Instant } from '../../lib/domain/time.ts';

/** A message that a provider took, as it reached people. */
export type Message = {
  readonly channel: ChannelId;
  /** Whose recipients; null: the default ones. */
  readonly team: string | null;
  readonly recipient: number;
  readonly key: string;
  readonly kind: DeliveryKind;
  readonly priority: Priority;
  readonly incidents: readonly string[];
  /** The key of the message whose thread it is in; null for one of its own. */
  readonly root: string | null;
  readonly at: Instant;
};

export type Alert = {
  readonly key: string;
  /** Another incident's page may have a key of its own. */
  readonly incident: string;
  readonly openedAt: Instant;
  state: 'open' | 'acknowledged' | 'resolved';
  /** Did a person bring it there? What our own events do PagerDuty puts down to their integration. */
  byHand: boolean;
  triggers: number;
};

export type Address = { readonly id: ChannelId; readonly team: string | null };

/** What the people have: what rang, what stands in the channel, what lies in the mailbox. */
export type Providers = {
  /** Every alert that PagerDuty ever opened: a trigger under a key whose alert is resolved opens another. */
  readonly alerts: Alert[];
  /** What came over each other channel, in order; a mail that came twice under one Message-ID is one. */
  readonly messages: Message[];
  readonly take: (to: Address, letter: Letter, at: Instant) => Outcome;
};

export type Heard = { readonly message: (message: Message) => void; readonly alert: (alert: Alert, again: boolean) => void };

const ROUTING_KEY = 'R0utingKeyOfTheSimulation32chars';

export function openProviders(heard: Heard): Providers {
  const alerts: Alert[] = [];
  const messages: Message[] = [];
  const receive = (message: Message): void => {
    messages.push(message);
    heard.message(message);
  };
  const take = (to: Address, letter: Letter, at: Instant): Outcome => {
    const { id: channel } = to;
    const message = messageOf(to, letter, at);
    if (channel === 'pagerduty') return takeEvent(alerts, letter, message, heard, receive);
    if (channel === 'slack') return post(messages, letter, message, receive);
    const twice =
      channel === 'email' &&
      messages.some((mail) => mail.channel === 'email' && mail.key === letter.key && mail.recipient === letter.recipient);
    if (!twice) receive(message);
    return { result: 'accepted', receipt: `${channel}-${messages.length}` };
  };
  return { alerts, messages, take };
}

function messageOf({ id, team }: Address, { recipient, key, kind, priority, incidents, root }: Letter, at: Instant): Message {
  return { channel: id, team, recipient, key, kind, priority, incidents: incidents.map(({ id }) => id), root: root?.key ?? null, at };
}

/** Events API v2: one open alert a key; acknowledging or resolving what is not open does nothing, and is answered the same. */
function takeEvent(alerts: Alert[], letter: Letter, message: Message, heard: Heard, receive: (message: Message) => void): Outcome {
  const event = pagerdutyEvent(letter, ROUTING_KEY);
  if ('never' in event) return { result: 'rejected', error: event.never };
  const key = event.dedup_key ?? '';
  const open = alerts.find((alert) => alert.key === key && alert.state !== 'resolved');
  if (event.event_action === 'resolve' && open) Object.assign(open, { state: 'resolved', byHand: false });
  if (event.event_action === 'acknowledge' && open?.state === 'open') open.state = 'acknowledged';
  if (event.event_action === 'trigger' && open) open.triggers += 1;
  if (event.event_action === 'trigger' && !open) {
    const again = alerts.some((alert) => alert.key === key);
    const alert: Alert = { key, incident: message.incidents[0] ?? '', openedAt: message.at, state: 'open', byHand: false, triggers: 1 };
    alerts.push(alert);
    heard.alert(alert, again);
  }
  receive(message);
  return { result: 'accepted', receipt: key };
}

/** Slack's search for our own message goes back to ten minutes before the oldest incident (lib/alerts/channels/slack-lookup.ts). */
function post(messages: readonly Message[], letter: Letter, message: Message, receive: (message: Message) => void): Outcome {
  const from = Math.min(message.at, ...letter.incidents.map(({ openedAt }) => openedAt)) - 10 * MINUTE;
  const find = (key: string): Message | undefined =>
    messages.find((posted) => posted.channel === 'slack' && posted.key === key && posted.at >= from);
  if (letter.ambiguous && find(letter.key)) return { result: 'accepted', receipt: letter.key };
  const root = letter.root === null ? null : (letter.root.receipt ?? find(letter.root.key)?.key ?? null);
  const inPlace = (letter.kind === 'update' || letter.kind === 'acknowledge') && root !== null;
  receive({
    ...message,
    root: inPlace ? (letter.root?.key ?? null) : root === null ? null : (letter.root?.key ?? null),
  });
  return { result: 'accepted', receipt: letter.key };
}
