import type { Latency } from './head.ts';
import type { Delivery, Incident } from './incident.ts';
import type { CheckId } from './policy.ts';
import type { Instant } from './time.ts';

/** The checks whose faults have a beginning by what Atlas says, not by our own clock: the others would tell of our schedule. */
const TIMED_BY_ATLAS: ReadonlySet<CheckId> = new Set([
  'backup-age',
  'rpo',
  'snapshot-size',
  'snapshot-failed',
  'pitr-gap',
  'pitr-break',
  'backup-off',
  'cluster-gone',
  'disagreement',
]);

/** Pure: how long each of these incidents took, where its fault began by Atlas's times. */
export function latenciesOf(incidents: readonly Incident[], deliveries: readonly Delivery[]): readonly Latency[] {
  const timed = incidents.filter(({ check }) => TIMED_BY_ATLAS.has(check));
  if (timed.length === 0) return [];
  const told = firstTold(new Set(timed.map(({ id }) => id)), deliveries);
  return timed.map((incident) => stepsOf(incident, told.get(incident.id) ?? null));
}

/** When the first provider accepted the first message of each. */
function firstTold(ids: ReadonlySet<string>, deliveries: readonly Delivery[]): ReadonlyMap<string, Instant> {
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
