import type { Head } from './domain/head.ts';
import type { Delivery, Incident } from './domain/incident.ts';
import type { Duration } from './domain/time.ts';

/** How long one incident took: fault by Atlas's own times → our run → accepted by a provider → acknowledged. Null where a step did not happen. */
export type Latency = { readonly detected: Duration | null; readonly accepted: Duration | null; readonly acknowledged: Duration | null };

export type Percentiles = { readonly count: number; readonly p50: Duration | null; readonly p95: Duration | null };
export type LatencySummary = { readonly detected: Percentiles; readonly accepted: Percentiles; readonly acknowledged: Percentiles };

/** Pure: p50 and p95 of each step over the incidents of the head, in milliseconds. */
export function latencyOf(head: Head | null): LatencySummary {
  const byIncident = new Map<string, Delivery[]>();
  for (const delivery of head?.deliveries ?? [])
    for (const id of delivery.incidents) byIncident.set(id, [...(byIncident.get(id) ?? []), delivery]);
  // The synthetic ones of a proof are no faults.
  const real = (head?.incidents ?? []).filter(({ check }) => check !== 'alert-path');
  const all = real.map((incident) => stepsOf(incident, byIncident.get(incident.id) ?? []));
  return { detected: percentiles(all, 'detected'), accepted: percentiles(all, 'accepted'), acknowledged: percentiles(all, 'acknowledged') };
}

function stepsOf(incident: Incident, deliveries: readonly Delivery[]): Latency {
  const accepted = deliveries.flatMap((delivery) =>
    delivery.kind === 'trigger' && delivery.acceptedAt !== null ? [delivery.acceptedAt] : [],
  );
  const acknowledged = incident.trail?.[0]?.at ?? null;
  return {
    detected: incident.startedAt === null ? null : Math.max(0, incident.openedAt - incident.startedAt),
    accepted: accepted.length === 0 ? null : Math.max(0, Math.min(...accepted) - incident.openedAt),
    acknowledged: acknowledged === null ? null : Math.max(0, acknowledged - incident.openedAt),
  };
}

function percentiles(all: readonly Latency[], step: keyof Latency): Percentiles {
  const values = all.flatMap((latency) => latency[step] ?? []).toSorted((a, b) => a - b);
  return { count: values.length, p50: rank(values, 0.5), p95: rank(values, 0.95) };
}

/** Nearest rank: the smallest value that at least the fraction of all do not exceed. */
function rank(sorted: readonly number[], fraction: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)] ?? null;
}
