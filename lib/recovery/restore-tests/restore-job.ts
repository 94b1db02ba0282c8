import type { RestorePoint, RestoreTest } from '../../domain/recovery/restore-test.ts';
import { type Instant, MINUTE, SECOND } from '../../domain/time.ts';
import type { RestoreJob } from '../../domain/recovery/atlas-recovery.ts';

/** What was asked of Atlas, but whose answer was lost, shows in its listings within this time. */
export const SHOWS_WITHIN = 3 * MINUTE;
/** Atlas's clock and ours may differ by so much: a job is ours also where its id says that it began a little before we asked. */
export const CLOCKS_DIFFER = 5 * MINUTE;
const NOT_RESTORABLE: ReadonlySet<string> = new Set(['INVALID_PIT_RESTORE_TIME', 'UNABLE_T0_FIND_SNAPSHOT_PRIOR_TO_PIT_RESTORE_OPTIME']);

/** Is this the restore of that point, as far as Atlas tells? PITR jobs were never recorded, and `desiredTimestamp` may come empty (docs/facts/atlas.md §5). */
export function isOf(job: RestoreJob, point: RestorePoint | null): boolean {
  if (point === null) return false;
  if (point.kind === 'snapshot') return job.snapshotId === null ? job.deliveryType === 'automated' : job.snapshotId === point.snapshotId;
  return job.desiredAt === null ? job.deliveryType === 'pointInTime' : Math.abs(job.desiredAt - point.at) < SECOND;
}

/** May this be the restore of the point into the target that was asked for at about that time? */
export function isLike(job: RestoreJob, { target, point, at }: Pick<RestoreTest, 'target' | 'point'> & { readonly at: Instant }): boolean {
  const isInto = job.targetProjectId === target?.projectId && job.targetClusterName === target?.name;
  return isInto && job.askedAt >= at - CLOCKS_DIFFER && isOf(job, point);
}

/** Does Atlas say that it does not have this moment, or not yet? */
export function isNotRestorable({ code }: { readonly code: string | null }): boolean {
  return code !== null && NOT_RESTORABLE.has(code);
}

/** What a job that no longer runs means where it did not restore the point; null where it did. */
export function failureOf(
  job: RestoreJob,
  point: RestorePoint | null,
): { readonly verdict: 'failed' | 'could-not-verify'; readonly why: string } | null {
  const { id, state } = job;
  if (state === 'failed') return { verdict: 'failed', why: `Atlas’s restore job ${id} failed; Atlas gives no reason by its API` };
  if (state === 'cancelled') return { verdict: 'could-not-verify', why: `restore job ${id} was cancelled by somebody` };
  if (state === 'expired') return { verdict: 'could-not-verify', why: `restore job ${id} expired before it was done` };
  return isOf(job, point) ? null : { verdict: 'failed', why: `restore job ${id} restored another point than was asked for` };
}
