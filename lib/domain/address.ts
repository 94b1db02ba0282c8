import type { Incident } from './incident.ts';
import { CHANNEL_IDS, type ChannelId } from './policy.ts';

/**
 * The people of the last rung are counted from here on, on every channel: were they to follow the recipients, one recipient more would make a thread
 * of theirs somebody else's.
 */
export const FIRST_CONTACT = 1_000;

/** A channel together with whose recipients: "slack" for the default ones, "slack@payments" for a team's. */
export function addressOf(channel: ChannelId, team: string | undefined): string {
  return team === undefined ? channel : `${channel}@${team}`;
}

/** The channel of an address; null for a text that is none. */
export function channelAt(address: string): ChannelId | null {
  return CHANNEL_IDS.find((id) => address === id || address.startsWith(`${id}@`)) ?? null;
}

/** The channel, with its team's name where it is a team's, that an incident is about which says that nothing gets through there; null for every other. */
export function addressIn({ check, resource: { part } }: Pick<Incident, 'check' | 'resource'>): string | null {
  return check === 'monitor' && part !== undefined && channelAt(part) !== null ? part : null;
}
