import { addressOf, failingAddress } from '../domain/incidents/channel-address.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Delivery } from '../domain/incidents/incident.ts';
import type { ChannelId, GeneralPolicy } from '../domain/policy/policy.ts';
import type { Instant } from '../domain/time.ts';

type ChannelRecipients = { readonly id: ChannelId; readonly team?: string; readonly recipients: number };

/**
 * Pure: the addresses that deliver nothing. An open incident says that messages are overdue there, and every recipient has an overdue message and has
 * received none since it was made. One bad address among several, or one refused message, is no reason to reroute. An incident that is only held
 * open because it flaps is about a channel that delivers.
 */
export function brokenIn(
  { incidents, deliveries }: Pick<Head, 'incidents' | 'deliveries'>,
  channels: readonly ChannelRecipients[],
  general: GeneralPolicy,
  now: Instant,
): ReadonlySet<string> {
  const open = incidents.filter(({ state, steadySince }) => state !== 'resolved' && steadySince === undefined);
  const suspected = new Set(open.flatMap((incident) => failingAddress(incident) ?? []));
  if (suspected.size === 0) return suspected;
  const isLate = (delivery: Delivery): boolean =>
    isOutstanding(delivery) && (delivery.kind === 'past' || now - delivery.createdAt > general.responseTime[delivery.priority]);
  const isCutOff = ({ id, team }: ChannelRecipients, recipient: number): boolean => {
    const own = deliveries.filter((one) => one.channel === id && one.team === team && one.recipient === recipient);
    const latest = own.filter(isLate).reduce((newest, { createdAt }) => Math.max(newest, createdAt), Number.NEGATIVE_INFINITY);
    return Number.isFinite(latest) && !own.some(({ acceptedAt }) => acceptedAt !== null && acceptedAt >= latest);
  };
  const broken = channels.filter(
    (channel) =>
      suspected.has(addressOf(channel.id, channel.team)) &&
      channel.recipients > 0 &&
      Array.from({ length: channel.recipients }, (_, recipient) => isCutOff(channel, recipient)).every(Boolean),
  );
  return new Set(broken.map(({ id, team }) => addressOf(id, team)));
}

/** Also while another attempt is under way. */
function isOutstanding({ kind, state, nextTryAt }: Delivery): boolean {
  return kind !== 'digest' && state !== 'accepted' && state !== 'cancelled' && nextTryAt !== null;
}
