import { subjectKey } from '../domain/finding.ts';
import type { Head } from '../domain/head.ts';
import type { Incident } from '../domain/incident.ts';
import type { GeneralPolicy } from '../domain/policy.ts';
import { type Instant, spell } from '../domain/time.ts';

export type FlappingContext = {
  readonly now: Instant;
  readonly flapping?: GeneralPolicy['flapping'];
  /** Ends of episodes whose incidents have left the head. */
  readonly endings?: Head['endings'];
};

/**
 * Pure: what opens and resolves again and again is held open until it was well for a while, and says so (policy, `flapping`). `before` and
 * `after`: the incident before and after this run's finding; `all`: every incident of the head.
 */
export function held(before: Incident, after: Incident, all: readonly Incident[], context: FlappingContext): Incident {
  const { now, flapping } = context;
  if (after.state !== 'resolved' || !flapping || !after.resolution?.startsWith('recovered')) return after;
  const episodes = 1 + earlier(before, all, now - flapping.within, context);
  const steadySince = before.steadySince ?? now;
  if (before.flapping === undefined && episodes <= flapping.episodes) return after;
  if (now - steadySince >= flapping.steady) return after;
  if (before.flapping !== undefined) return { ...before, steadySince };
  const words = ` (flapping: ${episodes} episodes in ${spell(flapping.within)}; held open until it was well for ${spell(flapping.steady)})`;
  return { ...before, steadySince, flapping: words, summary: before.summary + words };
}

function earlier({ check, resource }: Incident, all: readonly Incident[], since: Instant, { endings = {} }: FlappingContext): number {
  const key = subjectKey(check, resource);
  const inHead = all.flatMap((other) => (subjectKey(other.check, other.resource) === key ? (other.resolvedAt ?? []) : []));
  return [...inHead, ...(endings[key] ?? [])].filter((at) => at > since).length;
}

/** Pure: what cannot be read is not well, so the time that a flapping one is to be well for begins anew. */
export function unsteady(incident: Incident): Incident {
  if (incident.steadySince === undefined) return incident;
  const { steadySince: _steadySince, ...rest } = incident;
  return rest;
}
