import { failing, type Finding, ok } from '../domain/findings/finding.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Delivery } from '../domain/incidents/incident.ts';
import { FIRST_CONTACT, addressOf, failingAddress, resourceAt } from '../domain/incidents/channel-address.ts';
import type { ChannelId, GeneralPolicy, Priority, Severity } from '../domain/policy/policy.ts';
import { cut, plural } from '../domain/text.ts';
import { type Instant, iso, spell } from '../domain/time.ts';
import { monitor } from '../evaluate/checks/monitor.ts';
import { urgencyOf } from './reached-others.ts';

const check = monitor.id;
/** A configured channel, with the masked names of its recipients, then of its contacts. */
type Watched = { readonly id: ChannelId; readonly team?: string; readonly recipients?: number; readonly names?: readonly string[] };

/**
 * Pure: one finding for each channel (and team) where messages are still owed after the response time of their priority, although the run has just attempted
 * them. It is no worse than what is stuck there (`urgencyOf`), and names the recipients and the answer. It ends when nothing is overdue there. The messages
 * about it do not count, or a dead channel would never recover.
 */
export function overdueFindings(
  head: Head,
  general: GeneralPolicy,
  now: Instant,
  roster: readonly Watched[] | null = null,
): readonly Finding[] {
  // Nobody could repair a channel that was taken out of the environment, so its messages do not count.
  const isThere = ({ channel, team }: Delivery): boolean =>
    roster === null || roster.some((entry) => entry.id === channel && entry.team === team);
  const own = new Set(head.incidents.filter((incident) => failingAddress(incident) !== null).map((incident) => incident.id));
  const open = new Map<string, Instant>();
  for (const incident of head.incidents) {
    const address = incident.state === 'resolved' ? null : failingAddress(incident);
    if (address !== null) open.set(address, incident.openedAt);
  }
  // A message about a past incident replaces the one that was overdue: until it is accepted, the channel has not recovered.
  const isLate = (delivery: Delivery): boolean =>
    isOverdue(delivery, general, now) ||
    (delivery.kind === 'past' && isWaiting(delivery) && open.has(addressOf(delivery.channel, delivery.team)));
  const late = Map.groupBy(
    head.deliveries.filter((delivery) => isLate(delivery) && isThere(delivery) && !delivery.incidents.every((id) => own.has(id))),
    ({ channel, team }) => addressOf(channel, team),
  );
  const well = [...open.keys()].filter((address) => !late.has(address));
  return [
    ...[...late].map(([address, deliveries]) => {
      const entry = roster?.find(({ id, team }) => addressOf(id, team) === address);
      const priority = urgencyOf(deliveries, head.deliveries, general.channels);
      return overdue(address, deliveries, { now, openedAt: open.get(address) ?? now, priority, entry });
    }),
    ...well.map((address) => ok({ check, resource: resourceAt(address), summary: `nothing is overdue on ${address}` })),
  ];
}

function isOverdue(delivery: Delivery, general: GeneralPolicy, now: Instant): boolean {
  return isWaiting(delivery) && delivery.kind !== 'digest' && now - delivery.createdAt > general.responseTime[delivery.priority];
}

function isWaiting({ state, nextTryAt, claim }: Delivery): boolean {
  return claim === null && (state === 'owed' || state === 'rejected' || (state === 'unknown' && nextTryAt !== null));
}

type Circumstances = {
  readonly now: Instant;
  readonly openedAt: Instant;
  readonly priority: Priority;
  readonly entry: Watched | undefined;
};

const SEVERITY: Readonly<Record<Priority, Severity>> = { P0: 'critical', P1: 'warning', P2: 'info' };
/** A summary is read at a glance; the evidence has the whole errors. */
const ANSWER_MOST = 120;

function overdue(address: string, deliveries: readonly Delivery[], { now, openedAt, priority, entry }: Circumstances): Finding {
  const oldest = Math.min(...deliveries.map(({ kind, createdAt }) => (kind === 'past' ? Math.min(createdAt, openedAt) : createdAt)));
  const errors = [...new Set(deliveries.flatMap((delivery) => delivery.lastError ?? []))].slice(0, 3);
  const recipients = namesOf(deliveries, entry);
  const to = recipients.length === 0 ? '' : ` to ${recipients[0]}${recipients.length > 1 ? ` and ${recipients.length - 1} more` : ''}`;
  const answer = errors[0] === undefined ? '' : `: ${cut(errors[0], ANSWER_MOST)}`;
  const summary = `${plural(deliveries.length, 'message')} could not be delivered by ${address}${to}, the oldest for ${spell(now - oldest)}${answer}`;
  const evidence = [
    ...(recipients.length === 0 ? [] : [['recipients', recipients.join(', ')] as const]),
    ['oldest message', iso(oldest)],
    ['last error', errors.join('; ') || 'none'],
  ] as const;
  return failing({
    check,
    resource: resourceAt(address),
    severity: SEVERITY[priority],
    summary,
    action: actionAt(address),
    evidence,
    startedAt: oldest,
  });
}

/** A channel's id has no `@`, which stands before the team. */
function actionAt(address: string): string {
  const [channel, ...team] = address.split('@');
  const option = team.length === 0 ? '' : ` --team ${team.join('@')}`;
  return `See “last error” on the page. Try the channel with \`restorewatch alerts test --channel ${channel}${option}\`; mend its settings or wait for the provider.`;
}

/** The masked names of those whom these messages were for; none for a channel whose recipients have no names. */
function namesOf(deliveries: readonly Delivery[], entry: Watched | undefined): readonly string[] {
  const { names = [], recipients = 0 } = entry ?? {};
  const positions = deliveries.map(({ recipient }) => (recipient < FIRST_CONTACT ? recipient : recipients + recipient - FIRST_CONTACT));
  return [...new Set(positions)].toSorted((a, b) => a - b).flatMap((position) => names[position] ?? []);
}
