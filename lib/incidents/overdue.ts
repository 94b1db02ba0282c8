import { failing, type Finding, ok } from '../domain/finding.ts';
import type { Head } from '../domain/head.ts';
import type { Delivery } from '../domain/incident.ts';
import { addressIn, addressOf } from '../domain/address.ts';
import type { ChannelId, GeneralPolicy } from '../domain/policy.ts';
import { ORGANISATION } from '../domain/subject.ts';
import { type Instant, iso, spell } from '../domain/time.ts';

const check = 'monitor';
const ACTION =
  'See “last error” on the page. Try the channel with `npm run test-alert -- --channel NAME`; mend its settings or wait for the provider.';

/**
 * What is still owed beyond its priority's response time, after a run's own attempts: one P0 a channel (and team), not a message. It ends when nothing is
 * overdue there. Its own messages do not count, or a dead channel would never be well again.
 */
export function overdueFindings(
  head: Head,
  general: GeneralPolicy,
  now: Instant,
  roster: readonly { readonly id: ChannelId; readonly team?: string }[] | null = null,
): readonly Finding[] {
  // What is owed by a channel that was taken out of the environment is nothing that anybody could mend.
  const isThere = ({ channel, team }: Delivery): boolean =>
    roster === null || roster.some((entry) => entry.id === channel && entry.team === team);
  const own = new Set(head.incidents.filter((incident) => addressIn(incident) !== null).map((incident) => incident.id));
  const open = new Map<string, Instant>();
  for (const incident of head.incidents) {
    const address = incident.state === 'resolved' ? null : addressIn(incident);
    if (address !== null) open.set(address, incident.openedAt);
  }
  // What is told as past takes the place of what was overdue: until it is taken, the channel is not well again.
  const isLate = (delivery: Delivery): boolean =>
    isOverdue(delivery, general, now) ||
    (delivery.kind === 'past' && waits(delivery) && open.has(addressOf(delivery.channel, delivery.team)));
  const late = Map.groupBy(
    head.deliveries.filter((delivery) => isLate(delivery) && isThere(delivery) && !delivery.incidents.every((id) => own.has(id))),
    ({ channel, team }) => addressOf(channel, team),
  );
  const well = [...open.keys()].filter((address) => !late.has(address));
  return [
    ...[...late].map(([address, deliveries]) => overdue(address, deliveries, { now, openedAt: open.get(address) ?? now })),
    ...well.map((address) => ok({ check, resource: resourceOf(address), summary: `nothing is overdue on ${address}` })),
  ];
}

function isOverdue(delivery: Delivery, general: GeneralPolicy, now: Instant): boolean {
  return waits(delivery) && delivery.kind !== 'digest' && now - delivery.createdAt > general.responseTime[delivery.priority];
}

function waits({ state, nextTryAt, claim }: Delivery): boolean {
  return claim === null && (state === 'owed' || state === 'rejected' || (state === 'unknown' && nextTryAt !== null));
}

type Since = { readonly now: Instant; readonly openedAt: Instant };

function overdue(address: string, deliveries: readonly Delivery[], { now, openedAt }: Since): Finding {
  const oldest = Math.min(...deliveries.map(({ kind, createdAt }) => (kind === 'past' ? Math.min(createdAt, openedAt) : createdAt)));
  const errors = [...new Set(deliveries.flatMap((delivery) => delivery.lastError ?? []))].slice(0, 3);
  const summary = `${deliveries.length} message(s) could not be delivered by ${address}, the oldest for ${spell(now - oldest)}`;
  const evidence = [
    ['oldest message', iso(oldest)],
    ['last error', errors.join('; ') || 'none'],
  ] as const;
  return failing({ check, resource: resourceOf(address), severity: 'critical', summary, action: ACTION, evidence, startedAt: oldest });
}

function resourceOf(address: string): Finding['resource'] {
  return { ...ORGANISATION, name: `channel ${address}`, part: address };
}
