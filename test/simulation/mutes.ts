import type { Incident } from '../../lib/domain/incident.ts';
import { DAY, type Duration, HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';

/** This cluster has maintenance every night, in UTC. */
export const MAINTAINED = 'c3';
export const NIGHTLY = { hour: 2, minutes: 180 } as const;

/** A silence over a cluster, by true time. */
export type Mute = { readonly cluster: string; readonly from: Instant; readonly until: Instant; stored: Instant | null };

/** Machines' clocks are up to six minutes off, either way, and a check that began before may store after. */
const MARGIN: Duration = 13 * MINUTE;

type Span = { readonly from: Instant; readonly until: Instant };

/** Is an incident that opened then surely covered, then and now, by one silence or maintenance window? Nobody may be told of it. */
export function surelyMuted(mutes: readonly Mute[], { resource }: Incident, openedAt: Instant, now: Instant): boolean {
  const stored = mutes.filter((mute) => mute.cluster === resource.clusterId && mute.stored !== null);
  const spans = [...stored.map(({ stored: from, until }) => ({ from: from ?? until, until })), ...nightsOf(resource.clusterId, openedAt)];
  const within = ({ from, until }: Span, at: Instant): boolean => at > from + MARGIN && at < until - MARGIN;
  return spans.some((span) => within(span, openedAt) && within(span, now));
}

/** May a silence or maintenance window have covered it at some time since then? */
export function maybeMuted(mutes: readonly Mute[], { resource }: Incident, since: Instant, now: Instant): boolean {
  const spans = [
    ...mutes.filter((mute) => mute.cluster === resource.clusterId),
    ...nightsOf(resource.clusterId, since),
    ...nightsOf(resource.clusterId, now),
  ];
  return spans.some(({ from, until }) => from - MARGIN < now && until + MARGIN > since);
}

function nightsOf(clusterId: string | null, at: Instant): readonly Span[] {
  if (clusterId !== MAINTAINED) return [];
  const from = at - (at % DAY) + NIGHTLY.hour * HOUR;
  return [{ from, until: from + NIGHTLY.minutes * MINUTE }];
}
