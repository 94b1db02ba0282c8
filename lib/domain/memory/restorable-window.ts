import type { ClusterFacts } from '../facts/facts.ts';
import { allGaps, type Gap } from './pitr-breaks.ts';
import type { ClusterMemory } from './memory.ts';
import { type RecoveryPoint, recoveryPoints, type RecoveryPoints } from './held/recovery-points.ts';
import { DAY, type Duration, type Instant } from '../time.ts';
import type { Break, RestorableMoments, RestorableUntil, Window } from '../findings/recorded-view.ts';

/** What can be restored of a cluster, as this run saw it. Every check needs it, so it is computed once a cluster and run. */
export type ClusterReach = {
  /** The snapshots that count; null if this run could not read them. */
  readonly points: RecoveryPoints | null;
  readonly restorable: RestorableMoments;
};

export type ClusterReading = {
  readonly memory: ClusterMemory;
  readonly facts: ClusterFacts | null;
  readonly eventsBlind: string | null;
  readonly oplogThreshold: Duration;
  readonly now: Instant;
};

export function restorableOf(reading: ClusterReading): ClusterReach {
  const { memory, facts, now } = reading;
  // What is left of a deleted cluster is in the finding that reports the deletion.
  if (memory.gone) return { points: null, restorable: { until: null, window: null, readAt: 0, mayReachFurther: true } };
  const points = facts?.snapshots.known ? recoveryPoints(facts.snapshots.value, now) : null;
  if (points === null || (points.newest === null && points.doubt !== null)) return { points, restorable: lastSeen(reading) };
  const isKnown = isPitrKnown(reading);
  const window = isKnown ? windowIfOn(reading, points) : null;
  const mayReachFurther = !isKnown || points.doubt !== null;
  return { points, restorable: { until: untilOf(points, window, now), window, readAt: now, mayReachFurther } };
}

/** The later of the window's end and the newest recovery point, which Atlas's clock may date a little ahead of `now`. */
function untilOf(
  { points, newest }: Pick<RecoveryPoints, 'points' | 'newest'>,
  window: Window | null,
  now: Instant,
): RestorableUntil | null {
  if (newest === null) return null;
  const at = Math.min(newest.createdAt, now);
  if (window === null || window.to < at) return { at, by: 'snapshot', base: newest.createdAt, baseExpiresAt: newest.expiresAt };
  // PITR replays the oplog onto the newest snapshot before the moment.
  const base = points.findLast(({ createdAt }) => createdAt <= window.to) ?? newest;
  return { at: window.to, by: 'pitr', base: base.createdAt, baseExpiresAt: base.expiresAt };
}

/** What the last check that could read the cluster saw, less what has expired since. */
function lastSeen({ memory, oplogThreshold, now }: ClusterReading): RestorableMoments {
  const { lastPoint, oldestPoint, snapshotsReadAt } = memory;
  const readAt = snapshotsReadAt ?? 0;
  if (lastPoint === null || (lastPoint.expiresAt !== null && lastPoint.expiresAt <= now))
    return { until: null, window: null, readAt, mayReachFurther: true };
  const newest: RecoveryPoint = { createdAt: lastPoint.at, expiresAt: lastPoint.expiresAt, sizeBytes: null };
  const points = [{ ...newest, createdAt: oldestPoint ?? lastPoint.at }, newest];
  const window = windowOf(memory, points, allGaps(memory, points, oplogThreshold, readAt), readAt);
  return { until: untilOf({ points, newest }, window, readAt), window, readAt, mayReachFurther: false };
}

function isPitrKnown({ memory, facts, eventsBlind }: ClusterReading): boolean {
  if (!facts?.pitEnabled.known) return false;
  return !facts.pitEnabled.value || (eventsBlind === null && facts.schedule.known && memory.restoreWindowDays !== null);
}

function windowIfOn({ memory, facts, oplogThreshold, now }: ClusterReading, { points }: RecoveryPoints): Window | null {
  if (!facts?.pitEnabled.known || !facts.pitEnabled.value) return null;
  // Atlas deletes what PITR needs with the backups, whatever the cluster still says of PITR.
  if (facts.backupEnabled.known && !facts.backupEnabled.value) return null;
  return windowOf(memory, points, allGaps(memory, points, oplogThreshold, now), now);
}

/**
 * What PITR can restore (docs/contract.md, `window`). It begins at the latest of: now − restoreWindowDays; the first counted snapshot since PITR was
 * last switched on; that switching on. It ends at the start of an open gap or of the pause, otherwise now. Null if PITR is off or nothing can be restored.
 */
export function windowOf(cluster: ClusterMemory, points: readonly RecoveryPoint[], gaps: readonly Gap[], now: Instant): Window | null {
  if (cluster.pitr.on !== true || cluster.restoreWindowDays === null) return null;
  const since = cluster.pitr.onSince ?? 0;
  const base = points.find((point) => point.createdAt >= since);
  if (!base) return null;
  const from = Math.max(now - cluster.restoreWindowDays * DAY, base.createdAt, since);
  const open = gaps.find((gap) => gap.to === null);
  const to = Math.min(open?.from ?? now, pausedSince(cluster, points) ?? now, now);
  if (to <= from) return null;
  return { from, to, breaks: gaps.flatMap((gap) => clipped(gap, from, to)) };
}

/** Nothing is written to a paused cluster, and its oplog is not read on (docs/facts/atlas.md §8). A pause that no run saw begin: since the newest snapshot. */
function pausedSince({ running }: ClusterMemory, points: readonly RecoveryPoint[]): Instant | null {
  return running.on === false ? (running.offSince ?? points.at(-1)?.createdAt ?? null) : null;
}

function clipped(gap: Gap, from: Instant, to: Instant): readonly Break[] {
  if (gap.to === null || gap.to <= from || gap.from >= to) return [];
  return [{ from: Math.max(gap.from, from), to: Math.min(gap.to, to), cause: gap.cause }];
}
