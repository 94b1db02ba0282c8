import { addressOf } from '../domain/address.ts';
import type { Delivery, DeliveryKind, Incident } from '../domain/incident.ts';
import type { ChannelId, Priority } from '../domain/policy.ts';
import type { Instant } from '../domain/time.ts';

/** A message of its own, which others may follow in its thread. */
export function isRoot(delivery: Delivery): boolean {
  return delivery.kind === 'trigger' || (delivery.kind === 'escalate' && delivery.root === null);
}

/** May the provider have, or get, this message? */
export function mayHaveArrived(delivery: Delivery): boolean {
  return delivery.state === 'accepted' || delivery.ambiguous || delivery.claim !== null;
}

export const POINTLESS_WHEN_RESOLVED: ReadonlySet<DeliveryKind> = new Set(['trigger', 'update', 'escalate', 'remind', 'acknowledge']);

type Making = {
  readonly channel: ChannelId;
  readonly team?: string | undefined;
  readonly recipient: number;
  readonly kind: DeliveryKind;
  readonly reroute: string | null;
  readonly root?: string;
  readonly stamp?: Instant;
};

/** An owed delivery. Its key is deterministic, so that making it twice makes the same one. */
export function made(incidents: readonly Incident[], making: Making, now: Instant): Delivery {
  const ids = incidents.map((incident) => incident.id);
  const priority = incidents.reduce<Priority>((highest, incident) => (incident.priority < highest ? incident.priority : highest), 'P2');
  const about =
    making.root && ids.length > 1 ? `${ids[0]}+${ids.length - 1}@${making.root}` : `${ids[0]}${ids.length > 1 ? `+${ids.length - 1}` : ''}`;
  return {
    key: `${making.kind}/${addressOf(making.channel, making.team)}/${making.recipient}/${about}${making.stamp === undefined ? '' : `/${making.stamp.toString(36)}`}`,
    kind: making.kind,
    channel: making.channel,
    ...(making.team !== undefined && { team: making.team }),
    recipient: making.recipient,
    priority,
    incidents: ids,
    root: making.root ?? null,
    reroute: making.reroute,
    state: 'owed',
    attempts: 0,
    createdAt: now,
    acceptedAt: null,
    nextTryAt: now,
    lastError: null,
    ambiguous: false,
    claim: null,
    receipt: null,
  };
}
