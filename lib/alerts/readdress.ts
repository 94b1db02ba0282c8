import { addressOf, FIRST_CONTACT } from '../domain/address.ts';
import type { Delivery } from '../domain/incident.ts';
import type { Roster, RosterEntry } from './route.ts';

/**
 * Pure: what is still to be sent to whom it can't be any more, by the present configuration. The same deliveries where there is nothing such.
 * Recipients are known by their position alone, so that only the last one leaves without touching the others. Where one before it is taken out,
 * those after it move up: what waits for their position reaches another, who may have it already, and what waits for the last position is ended.
 */
export function readdressed(deliveries: readonly Delivery[], roster: Roster): readonly Delivery[] {
  return withoutTheGone(ofTeams(deliveries, roster), roster);
}

/** A last recipient who was taken out is nobody whom another could stand in for: the others have messages of their own. */
function withoutTheGone(deliveries: readonly Delivery[], roster: Roster): readonly Delivery[] {
  const entries = new Map(roster.map((entry) => [addressOf(entry.id, entry.team), entry]));
  const gone = (delivery: Delivery): boolean => {
    if (!isWaiting(delivery)) return false;
    const entry = entries.get(addressOf(delivery.channel, delivery.team));
    return entry !== undefined && !isOf(delivery, entry);
  };
  const cancelled = (delivery: Delivery): Delivery => ({
    ...delivery,
    state: 'cancelled',
    nextTryAt: null,
    lastError: `${addressOf(delivery.channel, delivery.team)}: this recipient is not configured any more`,
  });
  return deliveries.some(gone) ? deliveries.map((delivery) => (gone(delivery) ? cancelled(delivery) : delivery)) : deliveries;
}

function isOf({ recipient }: Delivery, { recipients, contacts = 0 }: RosterEntry): boolean {
  return recipient < FIRST_CONTACT ? recipient < recipients : recipient < FIRST_CONTACT + contacts;
}

function isWaiting({ claim, nextTryAt }: Delivery): boolean {
  return claim === null && nextTryAt !== null;
}

/**
 * What is still to be sent to a team's recipients that are configured no more goes to the default recipients of that channel and says so.
 * Where there are none, a message of its own counts as refused, so that it goes by other channels, and one that follows another is cancelled.
 */
function ofTeams(deliveries: readonly Delivery[], roster: Roster): readonly Delivery[] {
  const open = new Set(roster.map(({ id, team }) => addressOf(id, team)));
  const stranded = (delivery: Delivery): boolean =>
    delivery.team !== undefined && isWaiting(delivery) && !open.has(addressOf(delivery.channel, delivery.team));
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
