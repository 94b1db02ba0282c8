import type { Channel } from './alerts/channels/channel.ts';
import { openChannels } from './alerts/channels/registry.ts';
import type { ChannelSettings, Environment } from './config/environment.ts';
import type { GeneralPolicy } from './domain/policy.ts';

type Contacts = GeneralPolicy['contacts'];

/** The default recipients' channels and each team's own, with the people of the last rung after the recipients of each. No SDK loads here. */
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
  if (channel.id === 'email') return { ...channel, recipients: settings.email?.to.length ?? 0, contacts: contacts.email.length };
  if (channel.id === 'sms') return { ...channel, recipients: settings.sms?.to.length ?? 0, contacts: contacts.sms.length };
  return channel;
}
