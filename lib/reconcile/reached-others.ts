import type { Delivery, DeliveryKind } from '../domain/incidents/incident.ts';
import { type ChannelTable, traitsOf } from '../domain/policy/channel-traits.ts';
import { PRIORITIES, type Priority } from '../domain/policy/policy.ts';

/** What a message is about, whichever its kind. */
const MEANING: Readonly<Record<DeliveryKind, 'beginning' | 'acknowledgement' | 'end' | 'digest'>> = {
  trigger: 'beginning',
  update: 'beginning',
  escalate: 'beginning',
  remind: 'beginning',
  acknowledge: 'acknowledgement',
  resolve: 'end',
  past: 'end',
  digest: 'digest',
};

/**
 * Pure: how urgent it is that these messages are stuck (docs/contract.md, clause 14): the priority of the most urgent of them that reached nobody else. One that
 * another channel or recipient accepted is one step milder, P2 at least.
 */
export function urgencyOf(stuck: readonly Delivery[], deliveries: readonly Delivery[], channels: ChannelTable): Priority {
  const accepted = Map.groupBy(
    deliveries
      .filter((delivery) => delivery.state === 'accepted' && isNoticed(delivery, channels))
      .flatMap((delivery) => delivery.incidents.map((id) => ({ id, delivery }))),
    ({ id }) => id,
  );
  const isTaken = (message: Delivery): boolean =>
    message.incidents.every((id) => (accepted.get(id) ?? []).some(({ delivery }) => tellsTheSame(delivery, message)));
  const ranks = stuck.map((message) => PRIORITIES.indexOf(message.priority) + (isTaken(message) ? 1 : 0));
  return PRIORITIES[Math.min(...ranks, PRIORITIES.length - 1)] ?? 'P2';
}

/** Somebody else has it, and as urgently as this message says it. */
function tellsTheSame(other: Delivery, message: Delivery): boolean {
  const isElsewhere = other.channel !== message.channel || other.team !== message.team || other.recipient !== message.recipient;
  return isElsewhere && MEANING[other.kind] === MEANING[message.kind] && other.priority <= message.priority;
}

/** An edit in place notifies nobody, unless the provider tracks incidents. */
function isNoticed({ kind, channel }: Delivery, channels: ChannelTable): boolean {
  return kind !== 'update' || traitsOf({ channels }, channel).tracksIncidents;
}
