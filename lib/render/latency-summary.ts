import type { Head, Latency } from '../domain/incidents/head.ts';
import { latenciesOf } from '../domain/incidents/latency-samples.ts';
import type { Duration } from '../domain/time.ts';
import { checksThat } from '../evaluate/checks/registry.ts';

const TIMED_BY_ATLAS = checksThat('timedByAtlas');

export type Percentiles = { readonly count: number; readonly p50: Duration | null; readonly p95: Duration | null };
export type LatencySummary = { readonly detected: Percentiles; readonly accepted: Percentiles; readonly acknowledged: Percentiles };

/** Pure: p50 and p95 of each step over the incidents of the head and the last ones that have left it, in milliseconds. */
export function latencySummary(head: Head | null): LatencySummary {
  const all = head === null ? [] : [...head.latencies, ...latenciesOf(head.incidents, head.deliveries, TIMED_BY_ATLAS)];
  const over = (step: (latency: Latency) => Duration | null): Percentiles => percentiles(all.flatMap((latency) => step(latency) ?? []));
  return {
    detected: over(([detected]) => detected),
    accepted: over(([, accepted]) => accepted),
    acknowledged: over(([, , acknowledged]) => acknowledged),
  };
}

function percentiles(unsorted: readonly Duration[]): Percentiles {
  const values = unsorted.toSorted((a, b) => a - b);
  return { count: values.length, p50: rank(values, 0.5), p95: rank(values, 0.95) };
}

/** Nearest rank: the smallest value that at least this fraction of all values does not exceed. */
function rank(sorted: readonly number[], fraction: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)] ?? null;
}
