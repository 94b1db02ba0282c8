import type { ChannelId } from '../domain/policy.ts';
import type { Channel } from './channels/channel.ts';

/** The channel that was asked for, the default one or a team's. Throws Error that says which there are. */
export function chosenChannel(channels: readonly Channel[], id: ChannelId, team: string | undefined): Channel {
  const found = channels.find((channel) => channel.id === id && channel.team === team);
  if (found) return found;
  if (team === undefined) throw new Error(`test-alert: the channel ${id} is off, because none of its variables is set; README lists them`);
  const own = channels.filter((channel) => channel.team === team).map((channel) => channel.id);
  if (own.length > 0) throw new Error(`test-alert: team ${team} has no recipients of its own on ${id}; it has some on ${own.join(', ')}`);
  const names = [...new Set(channels.flatMap((channel) => channel.team ?? []))];
  throw new Error(
    `test-alert: restorable.config.ts names no team ${team}; ${names.length === 0 ? 'it names none' : `it names ${names.join(', ')}`}`,
  );
}
