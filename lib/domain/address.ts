import { CHANNEL_IDS, type ChannelId } from './policy.ts';

/** A channel together with whose recipients: "slack" for the default ones, "slack@payments" for a team's. */
export function addressOf(channel: ChannelId, team: string | undefined): string {
  return team === undefined ? channel : `${channel}@${team}`;
}

/** The channel of an address; null for a text that is none. */
export function channelAt(address: string): ChannelId | null {
  return CHANNEL_IDS.find((id) => address === id || address.startsWith(`${id}@`)) ?? null;
}
