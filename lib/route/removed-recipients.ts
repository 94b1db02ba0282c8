import { addressOf, FIRST_CONTACT } from '../domain/incidents/channel-address.ts';
import type { Delivery } from '../domain/incidents/incident.ts';
import type { Roster, RosterEntry } from './route.ts';

/**
 * Reroutes or cancels messages that wait for recipients who are not configured any more. Returns the same deliveries if there are none.
 * Recipients are known by their position alone, so only the last one can be removed without touching the others. If an earlier one is removed, those
 * after it move up: a message that waits for a position reaches the next person, who may have it already, and one for the last position is cancelled.
 */
export function rerouteRemovedRecipients(deliveries: readonly Delivery[], roster: Roster): readonly Delivery[] {
  return cancelRemoved(moveTeamsMessages(deliveries, roster), roster);
}

/** Cancels messages to recipients who were removed: nobody takes their place, because the other recipients have messages of their own. */
function cancelRemoved(deliveries: readonly Delivery[], roster: Roster): readonly Delivery[] {
  const entries = new Map(roster.map((entry) => [addressOf(entry.id, entry.team), entry]));
  const isRemoved = (delivery: Delivery): boolean => {
    if (!isWaiting(delivery)) return false;
    const entry = entries.get(addressOf(delivery.channel, delivery.team));
    return entry !== undefined && !isConfigured(delivery, entry);
  };
  const cancelled = (delivery: Delivery): Delivery => ({
    ...delivery,
    state: 'cancelled',
    nextTryAt: null,
    lastError: `${addressOf(delivery.channel, delivery.team)}: this recipient is not configured any more`,
  });
  return deliveries.some(isRemoved) ? deliveries.map((delivery) => (isRemoved(delivery) ? cancelled(delivery) : delivery)) : deliveries;
}

function isConfigured({ recipient }: Delivery, { recipients, contacts = 0 }: RosterEntry): boolean {
  return recipient < FIRST_CONTACT ? recipient < recipients : recipient < FIRST_CONTACT + contacts;
}

function isWaiting({ claim, nextTryAt }: Delivery): boolean {
  return claim === null && nextTryAt !== null;
}

/**
 * Messages that wait for a team whose recipients are not configured any more go to the default recipients of that channel and say so. If there are none,
 * an announcement counts as refused, so that it goes to other channels, and a follow-up is cancelled.
 */
function moveTeamsMessages(deliveries: readonly Delivery[], roster: Roster): readonly Delivery[] {
  const open = new Set(roster.map(({ id, team }) => addressOf(id, team)));
  const isStranded = (delivery: Delivery): boolean =>
    delivery.team !== undefined && isWaiting(delivery) && !open.has(addressOf(delivery.channel, delivery.team));
  return deliveries.some(isStranded)
    ? deliveries.flatMap((delivery) => (isStranded(delivery) ? moved(delivery, roster) : [delivery]))
    : deliveries;
}

function moved(delivery: Delivery, roster: Roster): readonly Delivery[] {
  const { team, ...rest } = delivery;
  const why = `team ${team} has no recipients of its own there any more`;
  const entry = roster.find(({ id, team: whose }) => id === delivery.channel && whose === undefined);
  if (!entry && delivery.root === null) return [{ ...delivery, state: 'rejected', nextTryAt: null, lastError: why }];
  // Only the message to the team's first recipient moves, so that each default recipient gets it once.
  if (!entry || delivery.recipient > 0) return [{ ...delivery, state: 'cancelled', nextTryAt: null, lastError: why }];
  const reroute = [`Sent here because ${why}.`, delivery.reroute].filter((reason) => reason !== null).join(' ');
  return Array.from({ length: entry.recipients }, (_, recipient) => ({
    ...rest,
    recipient,
    reroute,
    key: recipient === 0 ? rest.key : `${rest.key}~${recipient}`,
  }));
}
