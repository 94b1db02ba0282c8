import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { DAY, type Duration, HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';

/** This cluster has maintenance every night, in UTC. */
export const MAINTAINED_CLUSTER = 'c3';
export const NIGHTLY = { hour: 2, minutes: 180 } as const;

/** A silence of a cluster, in true time; `stored` is when the store had it. */
export type SimulatedSilence = { readonly cluster: string; readonly from: Instant; readonly until: Instant; stored: Instant | null };

/** Clocks are up to six minutes off either way, and a check that began before a silence may store after it. */
const MARGIN: Duration = 13 * MINUTE;

type Span = { readonly from: Instant; readonly until: Instant };

/** Is one silence or maintenance window certain to cover the incident both when it opened and now? Then nobody may be notified of it. */
export function certainlySilenced(silences: readonly SimulatedSilence[], { resource }: Incident, openedAt: Instant, now: Instant): boolean {
  const stored = silences.filter((silence) => silence.cluster === resource.clusterId && silence.stored !== null);
  const spans = [...stored.map(({ stored: from, until }) => ({ from: from ?? until, until })), ...nightsOf(resource.clusterId, openedAt)];
  const within = ({ from, until }: Span, at: Instant): boolean => at > from + MARGIN && at < until - MARGIN;
  return spans.some((span) => within(span, openedAt) && within(span, now));
}

/** Can a silence or maintenance window have covered the incident at any time since then? */
export function possiblySilenced(silences: readonly SimulatedSilence[], { resource }: Incident, since: Instant, now: Instant): boolean {
  const spans = [
    ...silences.filter((silence) => silence.cluster === resource.clusterId),
    ...nightsOf(resource.clusterId, since),
    ...nightsOf(resource.clusterId, now),
  ];
  return spans.some(({ from, until }) => from - MARGIN < now && until + MARGIN > since);
}

function nightsOf(clusterId: string | null, at: Instant): readonly Span[] {
  if (clusterId !== MAINTAINED_CLUSTER) return [];
  const from = at - (at % DAY) + NIGHTLY.hour * HOUR;
  return [{ from, until: from + NIGHTLY.minutes * MINUTE }];
}
