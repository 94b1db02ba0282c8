import type { Channel } from './alerts/channels/channel.ts';
import { openChannels } from './alerts/channels/registry.ts';
import type { ChannelSettings, Environment } from './config/environment.ts';
import { FIRST_CONTACT } from './domain/address.ts';
import type { GeneralPolicy } from './domain/policy.ts';

type Contacts = GeneralPolicy['contacts'];

/**
 * The default recipients' channels and each team's own, with the people of the last rung (from `FIRST_CONTACT` on) besides the recipients of each.
 * No SDK loads here.
 */
export function openEveryChannel(
  { channels, teams, secrets, requestTimeoutMs }: Pick<Environment, 'channels' | 'teams' | 'secrets' | 'requestTimeoutMs'>,
  contacts: Contacts,
): readonly Channel[] {
  const open = (settings: ChannelSettings): readonly Channel[] =>
    openChannels({ ...withContacts(settings, contacts), secrets }, requestTimeoutMs).map((channel) => counted(channel, settings, contacts));
  return [...open(channels), ...teams.flatMap(({ name, channels: own }) => open(own).map((channel) => ({ ...channel, team: name })))];
}

/** The people of the last rung come after the channels' own recipients. */
function withContacts(settings: ChannelSettings, contacts: Contacts): ChannelSettings {
  const { email, sms } = settings;
  return {
    ...settings,
    email: email && { ...email, to: [...email.to, ...contacts.email] },
    sms: sms && { ...sms, to: [...sms.to, ...contacts.sms] },
  };
}

function counted(channel: Channel, settings: ChannelSettings, contacts: Contacts): Channel {
  const { id } = channel;
  if (id !== 'email' && id !== 'sms') return channel;
  const recipients = settings[id]?.to.length ?? 0;
  const positionOf = (recipient: number): number => (recipient < FIRST_CONTACT ? recipient : recipients + recipient - FIRST_CONTACT);
  const isNobody = (recipient: number): boolean => recipient >= recipients && recipient < FIRST_CONTACT;
  const send: Channel['send'] = async (letter, signal) =>
    isNobody(letter.recipient)
      ? { result: 'rejected', error: `${id}: recipient ${letter.recipient + 1} is not configured any more` }
      : channel.send({ ...letter, recipient: positionOf(letter.recipient) }, signal);
  return { ...channel, recipients, contacts: contacts[id].length, send };
}
