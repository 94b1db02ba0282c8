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

/** Cancelled before anybody can have had it: whoever was to be told by it has not been. */
export function wasNever(delivery: Delivery): boolean {
  return delivery.state === 'cancelled' && !mayHaveArrived(delivery);
}

/** The key that a page of an incident has at PagerDuty. */
export function pageKey({ dedupKey, incidents }: Delivery): string | undefined {
  return dedupKey ?? incidents[0];
}

/** The key of an incident's next page, where its earlier ones were closed at PagerDuty: none of theirs. `pages`: all that it had. */
export function nextPageKey(id: string, pages: readonly Delivery[]): string {
  return `${id}-${new Set(pages.map(pageKey)).size + 1}`;
}

/** A message of its own that people have or will get, and that others may still follow. */
export function isLive(delivery: Delivery): boolean {
  return isRoot(delivery) && !wasNever(delivery) && delivery.closedThere === undefined;
}

export const POINTLESS_WHEN_RESOLVED: ReadonlySet<DeliveryKind> = new Set(['trigger', 'update', 'escalate', 'remind', 'acknowledge']);

export type Making = {
  readonly channel: ChannelId;
  readonly team?: string | undefined;
  readonly recipient: number;
  readonly kind: DeliveryKind;
  readonly reroute: string | null;
  readonly root?: string;
  readonly stamp?: Instant;
  /** PagerDuty: a key of its own, where the incident's id has been resolved there. */
  readonly dedupKey?: string;
};

/** An owed delivery. Its key is deterministic, so that making it twice makes the same one. */
export function made(incidents: readonly Incident[], making: Making, now: Instant): Delivery {
  const ids = incidents.map((incident) => incident.id);
  const priority = incidents.reduce<Priority>((highest, incident) => (incident.priority < highest ? incident.priority : highest), 'P2');
  const about =
    making.root && ids.length > 1 ? `${ids[0]}+${ids.length - 1}@${making.root}` : `${ids[0]}${ids.length > 1 ? `+${ids.length - 1}` : ''}`;
  return {
    key: [making.kind, addressOf(making.channel, making.team), making.recipient, about, making.stamp?.toString(36), making.dedupKey]
      .filter((part) => part !== undefined)
      .join('/'),
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
    ...(making.dedupKey !== undefined && { dedupKey: making.dedupKey }),
    claim: null,
    receipt: null,
  };
}
