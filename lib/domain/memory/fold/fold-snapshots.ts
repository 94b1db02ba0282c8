import type { Fact } from '../../facts/fact.ts';
import type { Snapshot } from '../../facts/facts.ts';
import type { ClusterMemory, Completion } from '../memory.ts';
import { type RecoveryPoint, recoveryPoints } from '../held/recovery-points.ts';
import type { Instant } from '../../time.ts';

const COMPLETIONS_KEPT = 8;

/** More than any schedule leaves: a fallback snapshot is taken where another failed. Of more, those are kept that expire last. */
const BESIDE_KEPT = 100;

/** Pure: the snapshots of a list that hold data and are no recovery points; undefined if there are none, as nearly always. */
export function foldBeside(before: ClusterMemory['beside'], fact: Fact<readonly Snapshot[]>, now: Instant): ClusterMemory['beside'] {
  if (!fact.known) return before;
  const { beside } = recoveryPoints(fact.value, now);
  if (beside.length === 0) return undefined;
  return beside
    .map(({ createdAt, requestedAt, expiresAt }) => ({ at: createdAt ?? requestedAt, expiresAt }))
    .toSorted((a, b) => (b.expiresAt ?? Number.MAX_VALUE) - (a.expiresAt ?? Number.MAX_VALUE))
    .slice(0, BESIDE_KEPT);
}

/** Folds a listing of snapshots, and the completions that events reported, into a cluster's memory. Lists that do not change stay the same object. */
export function foldSnapshots(
  previous: ClusterMemory,
  fact: Fact<readonly Snapshot[]>,
  { completions: reported, now }: { readonly completions: readonly Completion[]; readonly now: Instant },
): Pick<ClusterMemory, 'completions' | 'unfinished' | 'lastPoint' | 'oldestPoint' | 'snapshotsReadAt'> {
  const { unfinished, lastPoint, oldestPoint, snapshotsReadAt } = previous;
  if (!fact.known)
    return { completions: recentCompletions([], previous.completions, reported), unfinished, lastPoint, oldestPoint, snapshotsReadAt };
  const { points, newest, doubt, uncompleted } = recoveryPoints(fact.value, now);
  return {
    completions: recentCompletions(completedSinceLastRun(fact.value, unfinished, now), previous.completions, reported),
    unfinished: uncompleted.filter(({ status }) => status === 'queued' || status === 'inProgress').map(({ id }) => id),
    lastPoint: doubt !== null && newest === null ? lastPoint : lastPointOf(newest, lastPoint),
    oldestPoint: points[0]?.createdAt ?? null,
    snapshotsReadAt: now,
  };
}

/** Snapshots that the last run saw unfinished and this run sees completed. Their durations are upper bounds: a run sees a completion late. */
function completedSinceLastRun(snapshots: readonly Snapshot[], unfinished: readonly string[], now: Instant): readonly Completion[] {
  return unfinished.flatMap((id) => {
    const { status, createdAt = null } = snapshots.findLast((snapshot) => snapshot.id === id) ?? {};
    return status === 'completed' && createdAt !== null ? [{ createdAt, took: Math.max(0, now - createdAt) }] : [];
  });
}

function lastPointOf(newest: RecoveryPoint | null, before: ClusterMemory['lastPoint']): ClusterMemory['lastPoint'] {
  if (newest === null) return null;
  const { createdAt: at, expiresAt } = newest;
  return before?.at === at && before.expiresAt === expiresAt ? before : { at, expiresAt };
}

/** One completion a snapshot, newest last. Where an event reports one, its exact duration replaces the upper bound. */
function recentCompletions(
  seen: readonly Completion[],
  before: readonly Completion[],
  reported: readonly Completion[],
): readonly Completion[] {
  // Events are read with an overlap, so most completions that they report are known already.
  const isKnown = ({ createdAt, took }: Completion): boolean => before.some((one) => one.createdAt === createdAt && one.took === took);
  if (seen.length === 0 && reported.every(isKnown)) return before;
  const byTime = new Map([...seen, ...before, ...reported].map((completion) => [completion.createdAt, completion]));
  return [...byTime.values()].toSorted((a, b) => a.createdAt - b.createdAt).slice(-COMPLETIONS_KEPT);
}
