import type { Silence } from '../domain/incidents/head.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import type { MaintenanceWindow, SilenceMatch } from '../domain/policy/policy.ts';
import { type Instant, iso } from '../domain/time.ts';

export type SuppressionRules = {
  readonly silences: readonly Silence[];
  readonly maintenance: readonly MaintenanceWindow[];
  readonly now: Instant;
};

/** Returns the silence or maintenance window that covers an incident now, in words; null if notifications are not suppressed. */
export function suppressedBy(
  incident: Pick<Incident, 'resource' | 'check' | 'priority'>,
  { silences, maintenance, now }: SuppressionRules,
): string | null {
  const silence = silences.find(({ match, from, until }) => from <= now && now < until && matches(match, incident));
  if (silence) return `silenced by ${silence.by} until ${iso(silence.until)}: ${silence.why}`;
  for (const window of maintenance) {
    const until = matches(window.match, incident) ? window.activeUntil(now) : null;
    if (until !== null) return `maintenance until ${iso(until)}: ${window.why}`;
  }
  return null;
}

function matches(match: SilenceMatch, { resource, check, priority }: Pick<Incident, 'resource' | 'check' | 'priority'>): boolean {
  const isNamed = (wanted: string | undefined, ...names: readonly (string | null)[]): boolean =>
    wanted === undefined || names.includes(wanted);
  const cluster = match.cluster === undefined || (resource.clusterId !== null && isNamed(match.cluster, resource.clusterId, resource.name));
  return (
    cluster &&
    isNamed(match.project, resource.projectId, resource.projectName) &&
    isNamed(match.check, check) &&
    isNamed(match.priority, priority)
  );
}
