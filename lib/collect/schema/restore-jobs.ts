import { z } from 'zod';
import type { RestoreJob } from '../../domain/recovery/atlas-recovery.ts';
import { SECOND, type Instant } from '../../domain/time.ts';
import { flag, instantOfId, lenient, moment, objectId, text } from './answer-fields.ts';

const seconds = lenient(z.number().int().positive());

const restoreJob = z.object({
  id: objectId,
  deliveryType: text,
  snapshotId: lenient(objectId),
  targetGroupId: lenient(objectId),
  targetClusterName: text,
  // Undocumented, but sent (docs/facts/atlas.md §5).
  targetDeploymentItemName: text,
  cancelled: flag,
  failed: flag,
  expired: flag,
  finishedAt: moment,
  pointInTimeUTCSeconds: seconds,
  oplogTs: seconds,
  desiredTimestamp: lenient(z.object({ date: moment })),
});

type Fields = z.infer<typeof restoreJob>;

/** A restore job; null if its id, which also holds the time of the request, cannot be used. */
export function parseRestoreJob(entry: unknown): RestoreJob | null {
  const fields = restoreJob.safeParse(entry).data;
  const askedAt = fields === undefined ? null : instantOfId(fields.id);
  if (fields === undefined || askedAt === null) return null;
  return {
    id: fields.id,
    askedAt,
    state: stateOf(fields),
    finishedAt: fields.finishedAt,
    deliveryType: fields.deliveryType ?? 'unknown',
    snapshotId: fields.snapshotId,
    targetProjectId: fields.targetGroupId,
    targetClusterName: fields.targetClusterName ?? fields.targetDeploymentItemName,
    desiredAt: desiredAt(fields),
  };
}

/** A failed job also has `finishedAt` (docs/facts/atlas.md §5), so that the other fields are read first. */
function stateOf({ failed, cancelled, expired, finishedAt }: Fields): RestoreJob['state'] {
  if (failed === true) return 'failed';
  if (cancelled === true) return 'cancelled';
  if (expired === true) return 'expired';
  return finishedAt === null ? 'running' : 'done';
}

function desiredAt({ pointInTimeUTCSeconds, oplogTs, desiredTimestamp }: Fields): Instant | null {
  const asked = pointInTimeUTCSeconds ?? oplogTs;
  return asked === null ? (desiredTimestamp?.date ?? null) : asked * SECOND;
}
