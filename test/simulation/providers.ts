import type { Notification, Outcome } from '../../lib/deliver/attempt/channel.ts';
import { pagerdutyEvent } from '../../lib/deliver/channels/pagerduty/pagerduty-message.ts';
import type { ChannelId } from '../support/channel-ids.ts';
import type { Priority } from '../../lib/domain/policy/policy.ts';
import type { DeliveryKind } from '../../lib/domain/incidents/incident.ts';
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
  readonly take: (to: Address, notification: Notification, at: Instant) => Outcome;
};

export type ProviderEvents = { readonly message: (message: Message) => void; readonly alert: (alert: Alert, again: boolean) => void };

const ROUTING_KEY = 'R0utingKeyOfTheSimulation32chars';

export function openProviders(events: ProviderEvents): Providers {
  const alerts: Alert[] = [];
  const messages: Message[] = [];
  const receive = (message: Message): void => {
    messages.push(message);
    events.message(message);
  };
  const take = (to: Address, notification: Notification, at: Instant): Outcome => {
    const { id: channel } = to;
    const message = messageOf(to, notification, at);
    if (channel === 'pagerduty') return takeEvent(alerts, notification, message, events, receive);
    if (channel === 'slack') return post(messages, notification, message, receive);
    const twice =
      channel === 'email' &&
      messages.some((mail) => mail.channel === 'email' && mail.key === notification.key && mail.recipient === notification.recipient);
    if (!twice) receive(message);
    return { result: 'accepted', receipt: `${channel}-${messages.length}` };
  };
  return { alerts, messages, take };
}

function messageOf({ id, team }: Address, { recipient, key, kind, priority, incidents, root }: Notification, at: Instant): Message {
  return { channel: id, team, recipient, key, kind, priority, incidents: incidents.map(({ id }) => id), root: root?.key ?? null, at };
}

/** Events API v2: one open alert a key; acknowledging or resolving what is not open does nothing, and is answered the same. */
function takeEvent(
  alerts: Alert[],
  notification: Notification,
  message: Message,
  events: ProviderEvents,
  receive: (message: Message) => void,
): Outcome {
  const event = pagerdutyEvent(notification, ROUTING_KEY);
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
    events.alert(alert, again);
  }
  receive(message);
  return { result: 'accepted', receipt: key };
}

/** Slack's search for our own message goes back to ten minutes before the oldest incident (lib/deliver/channels/slack/slack-lookup.ts). */
function post(messages: readonly Message[], notification: Notification, message: Message, receive: (message: Message) => void): Outcome {
  const from = Math.min(message.at, ...notification.incidents.map(({ openedAt }) => openedAt)) - 10 * MINUTE;
  const find = (key: string): Message | undefined =>
    messages.find((posted) => posted.channel === 'slack' && posted.key === key && posted.at >= from);
  if (notification.ambiguous && find(notification.key)) return { result: 'accepted', receipt: notification.key };
  const root = notification.root === null ? null : (notification.root.receipt ?? find(notification.root.key)?.key ?? null);
  const inPlace = (notification.kind === 'update' || notification.kind === 'acknowledge') && root !== null;
  receive({
    ...message,
    root: inPlace ? (notification.root?.key ?? null) : root === null ? null : (notification.root?.key ?? null),
  });
  return { result: 'accepted', receipt: notification.key };
}
