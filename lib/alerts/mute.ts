import type { Silence, SilenceMatch } from '../domain/head.ts';
import type { Incident } from '../domain/incident.ts';
import type { MaintenanceWindow } from '../domain/policy.ts';
import { type Instant, iso } from '../domain/time.ts';

export type Mutes = { readonly silences: readonly Silence[]; readonly maintenance: readonly MaintenanceWindow[]; readonly now: Instant };

/** Pure: the silence or maintenance window that covers an incident now, in words; null where people are to be told. */
export function mutedBy(incident: Pick<Incident, 'resource' | 'check' | 'priority'>, { silences, maintenance, now }: Mutes): string | null {
  const silence = silences.find(({ match, from, until }) => from <= now && now < until && fits(match, incident));
  if (silence) return `silenced by ${silence.by} until ${iso(silence.until)}: ${silence.why}`;
  for (const window of maintenance) {
    const until = fits(window.match, incident) ? window.activeUntil(now) : null;
    if (until !== null) return `maintenance until ${iso(until)}: ${window.why}`;
  }
  return null;
}

function fits(match: SilenceMatch, { resource, check, priority }: Pick<Incident, 'resource' | 'check' | 'priority'>): boolean {
  const named = (wanted: string | undefined, ...names: readonly (string | null)[]): boolean =>
    wanted === undefined || names.includes(wanted);
  const cluster = match.cluster === undefined || (resource.clusterId !== null && named(match.cluster, resource.clusterId, resource.name));
  return (
    cluster &&
    named(match.project, resource.projectId, resource.projectName) &&
    named(match.check, check) &&
    named(match.priority, priority)
  );
}
