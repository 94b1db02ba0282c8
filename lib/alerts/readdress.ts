import { addressOf } from '../domain/address.ts';
import type { Delivery } from '../domain/incident.ts';
import type { Roster } from './route.ts';

/**
 * Pure: what is still to be sent to a team's recipients that are configured no more goes to the default recipients of that channel and says so.
 * Where there are none, a message of its own counts as refused, so that it goes by other channels, and one that follows another is cancelled.
 */
export function readdressed(deliveries: readonly Delivery[], roster: Roster): readonly Delivery[] {
  const open = new Set(roster.map(({ id, team }) => addressOf(id, team)));
  const stranded = ({ channel, team, claim, nextTryAt }: Delivery): boolean =>
    team !== undefined && claim === null && nextTryAt !== null && !open.has(addressOf(channel, team));
  return deliveries.some(stranded)
    ? deliveries.flatMap((delivery) => (stranded(delivery) ? moved(delivery, roster) : [delivery]))
    : deliveries;
}

function moved(delivery: Delivery, roster: Roster): readonly Delivery[] {
  const { team, ...rest } = delivery;
  const why = `team ${team} has no recipients of its own there any more`;
  const entry = roster.find(({ id, team: whose }) => id === delivery.channel && whose === undefined);
  if (!entry && delivery.root === null) return [{ ...delivery, state: 'rejected', nextTryAt: null, lastError: why }];
  // The team's first recipient stands for all of them: each default recipient gets the message once.
  if (!entry || delivery.recipient > 0) return [{ ...delivery, state: 'cancelled', nextTryAt: null, lastError: why }];
  const reroute = [`Sent here because ${why}.`, delivery.reroute].filter((reason) => reason !== null).join(' ');
  return Array.from({ length: entry.recipients }, (_, recipient) => ({
    ...rest,
    recipient,
    reroute,
    key: recipient === 0 ? rest.key : `${rest.key}~${recipient}`,
  }));
}
