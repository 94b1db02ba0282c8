import { addressOf } from './channel-address.ts';
import type { Delivery, DeliveryKind, Incident } from './incident.ts';
import type { ChannelId, Priority } from '../policy/policy.ts';
import type { Instant } from '../time.ts';

/** Does this message begin a thread, which others may follow? */
export function isRoot(delivery: Delivery): boolean {
  return delivery.kind === 'trigger' || (delivery.kind === 'escalate' && delivery.root === null);
}

/** May the provider have, or get, this message? */
export function mayHaveArrived(delivery: Delivery): boolean {
  return delivery.state === 'accepted' || delivery.ambiguous || delivery.claim !== null;
}

/** Cancelled before it can have reached anybody. */
export function wasNeverSent(delivery: Delivery): boolean {
  return delivery.state === 'cancelled' && !mayHaveArrived(delivery);
}

/** PagerDuty's dedup_key of a page. */
export function pageKey({ dedupKey, incidents }: Delivery): string | undefined {
  return dedupKey ?? incidents[0];
}

/** A new key for an incident whose earlier pages (`pages`: all of them) were closed at PagerDuty. */
export function nextPageKey(id: string, pages: readonly Delivery[]): string {
  return `${id}-${new Set(pages.map(pageKey)).size + 1}`;
}

/** Begins a thread that can still be followed: not cancelled unsent, not closed at PagerDuty. */
export function isLive(delivery: Delivery): boolean {
  return isRoot(delivery) && !wasNeverSent(delivery) && delivery.closedAtPagerDuty === undefined;
}

/** The words of an update to people who were notified before. */
export const FURTHER = 'A further one was found since this was told; the summary lists them all.';

export const POINTLESS_WHEN_RESOLVED: ReadonlySet<DeliveryKind> = new Set(['trigger', 'update', 'escalate', 'remind', 'acknowledge']);

export type NewDelivery = {
  readonly channel: ChannelId;
  readonly team?: string | undefined;
  readonly recipient: number;
  readonly kind: DeliveryKind;
  readonly reroute: string | null;
  readonly root?: string;
  readonly stamp?: Instant;
  /** PagerDuty: the page's key, if the incident's id was resolved there. */
  readonly dedupKey?: string;
};

/** An owed delivery. Its key is deterministic, so that spec it twice makes the same one. */
export function newDelivery(incidents: readonly Incident[], spec: NewDelivery, now: Instant): Delivery {
  const ids = incidents.map((incident) => incident.id);
  const priority = incidents.reduce<Priority>((highest, incident) => (incident.priority < highest ? incident.priority : highest), 'P2');
  const about =
    spec.root && ids.length > 1 ? `${ids[0]}+${ids.length - 1}@${spec.root}` : `${ids[0]}${ids.length > 1 ? `+${ids.length - 1}` : ''}`;
  return {
    key: [spec.kind, addressOf(spec.channel, spec.team), spec.recipient, about, spec.stamp?.toString(36), spec.dedupKey]
      .filter((part) => part !== undefined)
      .join('/'),
    kind: spec.kind,
    channel: spec.channel,
    ...(spec.team !== undefined && { team: spec.team }),
    recipient: spec.recipient,
    priority,
    incidents: ids,
    root: spec.root ?? null,
    reroute: spec.reroute,
    state: 'owed',
    attempts: 0,
    createdAt: now,
    acceptedAt: null,
    nextTryAt: now,
    lastError: null,
    ambiguous: false,
    ...(spec.dedupKey !== undefined && { dedupKey: spec.dedupKey }),
    claim: null,
    receipt: null,
  };
}

/** A resolve whose first message never arrived: nobody was told that it began, so it is told as past (docs/contract.md, clause 15). The key is another one, so that the same run can send it. */
export function asPast(resolve: Delivery, lastError: string, now: Instant): Delivery {
  const key = resolve.key.replace(/^resolve/, 'past');
  return { ...resolve, key, kind: 'past', root: null, state: 'owed', attempts: 0, ambiguous: false, nextTryAt: now, lastError };
}
