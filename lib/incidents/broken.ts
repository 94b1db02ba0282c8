import { addressIn, addressOf } from '../domain/address.ts';
import type { Head } from '../domain/head.ts';
import type { Delivery } from '../domain/incident.ts';
import type { ChannelId, GeneralPolicy } from '../domain/policy.ts';
import type { Instant } from '../domain/time.ts';

type Desk = { readonly id: ChannelId; readonly team?: string; readonly recipients: number };

/**
 * Pure: the addresses that deliver nothing: an open incident says that messages are overdue there, and every recipient has an overdue one and was
 * brought none since it was made. One bad address among several, or one message that is refused, is no reason to tell others. One that is only
 * held open, since it flaps, is about a channel that delivers.
 */
export function brokenIn(
  { incidents, deliveries }: Pick<Head, 'incidents' | 'deliveries'>,
  desks: readonly Desk[],
  general: GeneralPolicy,
  now: Instant,
): ReadonlySet<string> {
  const open = incidents.filter(({ state, steadySince }) => state !== 'resolved' && steadySince === undefined);
  const suspected = new Set(open.flatMap((incident) => addressIn(incident) ?? []));
  if (suspected.size === 0) return suspected;
  const isLate = (delivery: Delivery): boolean =>
    waits(delivery) && (delivery.kind === 'past' || now - delivery.createdAt > general.responseTime[delivery.priority]);
  const isCutOff = ({ id, team }: Desk, recipient: number): boolean => {
    const own = deliveries.filter((one) => one.channel === id && one.team === team && one.recipient === recipient);
    const latest = own.filter(isLate).reduce((newest, { createdAt }) => Math.max(newest, createdAt), Number.NEGATIVE_INFINITY);
    return Number.isFinite(latest) && !own.some(({ acceptedAt }) => acceptedAt !== null && acceptedAt >= latest);
  };
  const broken = desks.filter(
    (desk) =>
      suspected.has(addressOf(desk.id, desk.team)) &&
      desk.recipients > 0 &&
      Array.from({ length: desk.recipients }, (_, recipient) => isCutOff(desk, recipient)).every(Boolean),
  );
  return new Set(broken.map(({ id, team }) => addressOf(id, team)));
}

/** Also while it is being sent once more. */
function waits({ kind, state, nextTryAt }: Delivery): boolean {
  return kind !== 'digest' && state !== 'accepted' && state !== 'cancelled' && nextTryAt !== null;
}
