import type { DeliveryKind, Incident, TimelineEntry } from '../../domain/incidents/incident.ts';
import type { PastDelivery } from '../../domain/incidents/past-incident.ts';
import { iso } from '../../domain/time.ts';
import { OPENED } from '../../reconcile/record-timeline.ts';

const NOTIFIED: Readonly<Record<DeliveryKind, string>> = {
  trigger: 'notified',
  update: 'told what changed',
  acknowledge: 'told that it is acknowledged',
  escalate: 'escalated',
  remind: 'reminded',
  resolve: 'told that it ended',
  past: 'told afterwards',
  digest: 'told in the digest',
};

/** By channel id: what people call the channel. */
export type ChannelNames = Readonly<Record<string, string>>;

/**
 * Pure: an incident's whole life, oldest first, each entry from what was recorded when it happened. Of an incident that an earlier version stored, what it
 * recorded; nothing is guessed.
 */
export function timelineOf(incident: Incident, deliveries: readonly PastDelivery[], names: ChannelNames): readonly TimelineEntry[] {
  const { timeline = [], notes = [] } = incident;
  const entries = [
    ...openedIn(incident, timeline),
    ...timeline,
    ...acknowledgedIn(incident),
    ...notes.map(({ at, by, text }) => ({ at, what: `note: ${text}`, by })),
    ...resolvedIn(incident),
    // Last, since of one moment what happened comes before whom it was told to.
    ...deliveries.flatMap((delivery) => acceptedIn(delivery, names)),
  ];
  return entries.toSorted((a, b) => a.at - b.at);
}

/** When the incident was first acknowledged, and by whom; null if it never was. */
export function firstAcknowledgement({ trail, acknowledgement }: Incident): { readonly at: number; readonly by: string } | null {
  return trail?.[0] ?? acknowledgement;
}

function openedIn({ openedAt, priority }: Incident, recorded: readonly TimelineEntry[]): readonly TimelineEntry[] {
  return recorded.some(({ what }) => what.startsWith(OPENED)) ? [] : [{ at: openedAt, what: `${OPENED} ${priority}`, by: null }];
}

function acceptedIn({ kind, channel, team, to, acceptedAt }: PastDelivery, names: ChannelNames): readonly TimelineEntry[] {
  if (acceptedAt === null) return [];
  const whom = [to, team === undefined ? undefined : `team ${team}`].filter((part) => part !== undefined).join(', ');
  return [{ at: acceptedAt, what: `${NOTIFIED[kind]} by ${names[channel] ?? channel}${whom === '' ? '' : ` (${whom})`}`, by: null }];
}

function acknowledgedIn({ trail, acknowledgement }: Incident): readonly TimelineEntry[] {
  const all = trail ?? (acknowledgement === null ? [] : [acknowledgement]);
  return all.map(({ at, by, via, until }) => ({ at, what: `acknowledged via ${via} until ${iso(until)}`, by }));
}

function resolvedIn({ resolvedAt, resolution }: Incident): readonly TimelineEntry[] {
  return resolvedAt === null ? [] : [{ at: resolvedAt, what: `resolved: ${resolution ?? 'no reason was recorded'}`, by: null }];
}
