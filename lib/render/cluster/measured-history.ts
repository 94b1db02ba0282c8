import type { ListedPoint } from '../../domain/memory/history/packed-listing.ts';
import type { ClusterPolicy } from '../../domain/policy/policy.ts';
import type { RecoveryState } from '../../domain/recovery/restore-test.ts';
import { type RestoreTimes, restoreTimes } from '../../domain/recovery/restore-times.ts';
import type { Duration, Instant } from '../../domain/time.ts';
import { baselineOf } from '../../evaluate/checks/snapshot-size.ts';

/** Sizes of recovery points, oldest first, with the size that the newest is compared with and the bounds beyond which `snapshot-size` warns. */
export type SizeHistory = {
  readonly sizes: readonly { readonly at: Instant; readonly bytes: number; readonly listed: boolean }[];
  readonly baseline: { readonly bytes: number; readonly low: number; readonly high: number } | null;
};

/** Pure; null if no size is known. */
export function sizeHistory(points: readonly ListedPoint[], { change, atLeastBytes }: ClusterPolicy['snapshotSize']): SizeHistory | null {
  const sizes = points.flatMap(({ createdAt: at, sizeBytes: bytes, listed }) => (bytes === null ? [] : [{ at, bytes, listed }]));
  if (sizes.length === 0) return null;
  const bytes = baselineOf(points);
  const room = bytes === null ? 0 : Math.max(change * bytes, atLeastBytes);
  return { sizes, baseline: bytes === null ? null : { bytes, low: Math.max(0, bytes - room), high: bytes + room } };
}

/** A restore that came to its end. */
export type RestoreMark = {
  readonly endedAt: Instant;
  readonly took: Duration;
  readonly by: 'test' | 'hand';
  /** Null of a restore by hand, whose data nobody validates. */
  readonly verdict: 'passed' | 'failed' | 'could-not-verify' | null;
  /** Its record in the log; null of one by hand. */
  readonly record: string | null;
  /** Of the restore tests in policy; null of one by hand. */
  readonly plan: string | null;
};

/** How long restores took, oldest first, beside the time that is promised. */
export type RestoreHistory = RestoreTimes & { readonly target: Duration; readonly marks: readonly RestoreMark[] };

/** Pure. A test counts with its validation and search, where it came so far, as an outage would last so long. */
export function restoreHistory(recovery: Pick<RecoveryState, 'proofs' | 'byHand'>, clusterId: string, target: Duration): RestoreHistory {
  const tests = recovery.proofs.flatMap(({ id, plan, source, endedAt, measured, verdict }): readonly RestoreMark[] => {
    const took = measured.rto ?? measured.restore;
    return source.clusterId !== clusterId || took === null ? [] : [{ endedAt, took, by: 'test', verdict, record: id, plan }];
  });
  const byHand = (recovery.byHand ?? []).flatMap((one): readonly RestoreMark[] =>
    one.clusterId === clusterId ? [{ endedAt: one.endedAt, took: one.restore, by: 'hand', verdict: null, record: null, plan: null }] : [],
  );
  return { ...restoreTimes(recovery, clusterId), target, marks: [...tests, ...byHand].toSorted((a, b) => a.endedAt - b.endedAt) };
}
