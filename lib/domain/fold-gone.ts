import type { Fact } from './fact.ts';
import type { Snapshot } from './facts.ts';
import type { ClusterMemory, Signal } from './memory.ts';
import { recoveryPoints } from './recovery.ts';
import { type Instant, iso } from './time.ts';

/** A cluster that an event says was deleted: who, when, and what is left of its backups. */
export function rememberGone(
  cluster: ClusterMemory,
  deletion: Signal,
  remains: Fact<readonly Snapshot[]> | null,
  now: Instant,
): ClusterMemory {
  return { ...cluster, missingSince: null, gone: { at: deletion.at, by: deletion.actor, left: leftOf(remains, now) } };
}

function leftOf(remains: Fact<readonly Snapshot[]> | null, now: Instant): string {
  if (remains === null || !remains.known) return `not known${remains ? ` (${remains.reason})` : ''}`;
  const { points, newest } = recoveryPoints(remains.value, now);
  return newest === null ? 'none that Atlas lists' : `${points.length} snapshot(s), newest of ${iso(newest.createdAt)}`;
}

/** A cluster that has vanished without a word: not known to be gone. */
export function rememberMissing(cluster: ClusterMemory, signals: readonly Signal[], now: Instant): ClusterMemory {
  const known = new Set(cluster.signals.map((signal) => signal.id));
  return {
    ...cluster,
    missingSince: cluster.missingSince ?? now,
    signals: [...cluster.signals, ...signals.filter((signal) => !known.has(signal.id))],
  };
}
