import type { Delivery, Incident } from './incident.ts';
import type { Instant } from '../time.ts';

/** What is kept of a delivery with an incident that has left the head: what is shown of it. The other incidents of its storm are left out. */
export type PastDelivery = Pick<
  Delivery,
  'key' | 'kind' | 'channel' | 'team' | 'to' | 'state' | 'attempts' | 'createdAt' | 'acceptedAt' | 'nextTryAt' | 'lastError'
>;

/** An incident that ended, with the messages about it. */
export type PastIncident = { readonly incident: Incident; readonly deliveries: readonly PastDelivery[] };

/** A span of time, both ends included. `to`: null for one without an end. */
export type Span = { readonly from: Instant; readonly to: Instant | null };

/** Of more deliveries, the ones in the middle are dropped: a reminder a day and recipient, for months. */
const DELIVERIES_MOST = 200;

/** Pure: the incidents among these ids with their deliveries, as history keeps them. */
export function pastIncidents(incidents: readonly Incident[], deliveries: readonly Delivery[]): readonly PastIncident[] {
  if (incidents.length === 0) return [];
  const own = new Map<string, PastDelivery[]>(incidents.map(({ id }) => [id, []]));
  for (const delivery of deliveries) for (const id of delivery.incidents) own.get(id)?.push(pastDelivery(delivery));
  return incidents.map((incident) => ({ incident, deliveries: firstAndLast(own.get(incident.id) ?? [], DELIVERIES_MOST) }));
}

/** The list itself, or its first quarter and the newest of the rest, `most` entries in all. */
export function firstAndLast<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  const first = Math.floor(most / 4);
  return [...list.slice(0, first), ...list.slice(first - most)];
}

/** Whether an incident was open at any moment of the span. */
export function wasOpenIn({ openedAt, resolvedAt }: Pick<Incident, 'openedAt' | 'resolvedAt'>, { from, to }: Span): boolean {
  return (to === null || openedAt <= to) && (resolvedAt === null || resolvedAt >= from);
}

function pastDelivery(delivery: Delivery): PastDelivery {
  const { key, kind, channel, team, to, state, attempts, createdAt, acceptedAt, nextTryAt, lastError } = delivery;
  const named = { ...(team !== undefined && { team }), ...(to !== undefined && { to }) };
  return { key, kind, channel, ...named, state, attempts, createdAt, acceptedAt, nextTryAt, lastError };
}
