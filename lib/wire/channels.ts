import type { Channel } from '../deliver/attempt/channel.ts';
import { type ChannelSettings, openChannels, withContacts } from '../deliver/channels/registry.ts';
import type { Environment } from '../config/environment/environment.ts';
import { FIRST_CONTACT } from '../domain/incidents/channel-address.ts';
import type { GeneralPolicy } from '../domain/policy/policy.ts';

type Contacts = GeneralPolicy['contacts'];

/** Contacts are further recipients of each channel, numbered from `FIRST_CONTACT` on. No SDK is loaded here. */
export function openEveryChannel(
  { channels, teams, secrets, requestTimeoutMs }: Pick<Environment, 'channels' | 'teams' | 'secrets' | 'requestTimeoutMs'>,
  contacts: Contacts,
): readonly Channel[] {
  const open = (settings: ChannelSettings): readonly Channel[] =>
    openChannels({ ...withContacts(settings, contacts), secrets }, requestTimeoutMs).map((channel) =>
      counted(channel, contacts[channel.id]),
    );
  return [...open(channels), ...teams.flatMap(({ name, channels: own }) => open(own).map((channel) => ({ ...channel, team: name })))];
}

/** Counts the contacts apart from the recipients, who come first in the channel's own list. */
function counted(channel: Channel, contacts: readonly string[] | undefined): Channel {
  if (contacts === undefined) return channel;
  const { id } = channel;
  const recipients = channel.recipients - contacts.length;
  const positionOf = (recipient: number): number => (recipient < FIRST_CONTACT ? recipient : recipients + recipient - FIRST_CONTACT);
  const isUnknown = (recipient: number): boolean => recipient >= recipients && recipient < FIRST_CONTACT;
  const send: Channel['send'] = async (notification, signal) =>
    isUnknown(notification.recipient)
      ? { result: 'rejected', error: `${id}: recipient ${notification.recipient + 1} is not configured any more` }
      : channel.send({ ...notification, recipient: positionOf(notification.recipient) }, signal);
  return { ...channel, recipients, contacts: contacts.length, send };
}
