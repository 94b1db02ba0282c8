import { subjectKey } from '../domain/findings/finding.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import type { GeneralPolicy } from '../domain/policy/policy.ts';
import { type Instant, spell } from '../domain/time.ts';

export type FlappingContext = {
  readonly now: Instant;
  readonly flapping?: GeneralPolicy['flapping'];
  /** When episodes ended whose incidents have left the head. */
  readonly endings?: Head['endings'];
};

/**
 * Pure: an incident that opens and resolves again and again is held open until it has been well for a while, and says so (policy, `flapping`).
 * `before` and `after`: the incident before and after the finding of this run; `all`: every incident of the head.
 */
export function holdIfFlapping(before: Incident, after: Incident, all: readonly Incident[], context: FlappingContext): Incident {
  const { now, flapping } = context;
  if (after.state !== 'resolved' || !flapping || !after.resolution?.startsWith('recovered')) return after;
  const episodes = 1 + earlierEpisodes(before, all, now - flapping.within, context);
  const steadySince = before.steadySince ?? now;
  if (before.flapping === undefined && episodes <= flapping.episodes) return after;
  if (now - steadySince >= flapping.steady) return after;
  if (before.flapping !== undefined) return { ...before, steadySince };
  const words = ` (flapping: ${episodes} episodes in ${spell(flapping.within)}; held open until it was well for ${spell(flapping.steady)})`;
  return { ...before, steadySince, flapping: words, summary: before.summary + words };
}

function earlierEpisodes(
  { check, resource }: Incident,
  all: readonly Incident[],
  since: Instant,
  { endings = {} }: FlappingContext,
): number {
  const key = subjectKey(check, resource);
  const inHead = all.flatMap((other) => (subjectKey(other.check, other.resource) === key ? (other.resolvedAt ?? []) : []));
  return [...inHead, ...(endings[key] ?? [])].filter((at) => at > since).length;
}

/** Pure: a cluster that cannot be read is not well, so the time for which a flapping incident has to be well begins anew. */
export function restartSteadyTime(incident: Incident): Incident {
  if (incident.steadySince === undefined) return incident;
  const { steadySince: _steadySince, ...rest } = incident;
  return rest;
}
