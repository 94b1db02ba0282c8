import type { Latency } from './head.ts';
import type { Delivery, Incident } from './incident.ts';
import type { CheckId } from '../policy/policy.ts';
import type { Instant } from '../time.ts';

/** Pure: how long each of these incidents took. Only incidents of the checks in `timedByAtlas` count: Atlas reports when their faults began. */
export function latenciesOf(
  incidents: readonly Incident[],
  deliveries: readonly Delivery[],
  timedByAtlas: ReadonlySet<CheckId>,
): readonly Latency[] {
  const timed = incidents.filter(({ check }) => timedByAtlas.has(check));
  if (timed.length === 0) return [];
  const accepted = firstAccepted(new Set(timed.map(({ id }) => id)), deliveries);
  return timed.map((incident) => stepsOf(incident, accepted.get(incident.id) ?? null));
}

/** When a provider first accepted a trigger, by incident. */
function firstAccepted(ids: ReadonlySet<string>, deliveries: readonly Delivery[]): ReadonlyMap<string, Instant> {
  const first = new Map<string, Instant>();
  for (const { kind, acceptedAt, incidents } of deliveries) {
    if (kind !== 'trigger' || acceptedAt === null) continue;
    for (const id of incidents) if (ids.has(id)) first.set(id, Math.min(acceptedAt, first.get(id) ?? acceptedAt));
  }
  return first;
}

function stepsOf({ startedAt, openedAt, trail }: Incident, accepted: Instant | null): Latency {
  const acknowledged = trail?.[0]?.at ?? null;
  const since = (from: Instant, to: Instant | null): number | null => (to === null ? null : Math.max(0, to - from));
  return [startedAt === null ? null : since(startedAt, openedAt), since(openedAt, accepted), since(openedAt, acknowledged)];
}
