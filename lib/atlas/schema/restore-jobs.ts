import { z } from 'zod';
import type { RestoreJob } from '../../domain/recovery-atlas.ts';
import { SECOND, type Instant } from '../../domain/time.ts';
import { flag, instantOfId, lenient, moment, objectId, text } from './fields.ts';

const seconds = lenient(z.number().int().positive());

const restoreJob = z.object({
  id: objectId,
  deliveryType: text,
  snapshotId: lenient(objectId),
  targetGroupId: lenient(objectId),
  targetClusterName: text,
  // Undocumented, but sent (facts/atlas-api §5).
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

/** A restore job; null where its id, which also tells when it was asked for, cannot be used. */
export function parseRestoreJob(entry: unknown): RestoreJob | null {
  const fields = restoreJob.safeParse(entry).data;
  const askedAt = fields === undefined ? null : instantOfId(fields.id);
  if (fields === undefined || askedAt === null) return null;
  return {
    id: fields.id,
    askedAt,
    state: stateOf(fields),
    finishedAt: fields.finishedAt ?? null,
    deliveryType: fields.deliveryType ?? 'unknown',
    snapshotId: fields.snapshotId ?? null,
    targetProjectId: fields.targetGroupId ?? null,
    targetClusterName: fields.targetClusterName ?? fields.targetDeploymentItemName ?? null,
    desiredAt: desiredAt(fields),
  };
}

/** A job that failed also carries `finishedAt` (facts/atlas-api §5), so that it says nothing until the rest was asked. */
function stateOf({ failed, cancelled, expired, finishedAt }: Fields): RestoreJob['state'] {
  if (failed === true) return 'failed';
  if (cancelled === true) return 'cancelled';
  if (expired === true) return 'expired';
  return finishedAt === null || finishedAt === undefined ? 'running' : 'done';
}

function desiredAt({ pointInTimeUTCSeconds, oplogTs, desiredTimestamp }: Fields): Instant | null {
  const asked = pointInTimeUTCSeconds ?? oplogTs ?? null;
  return asked === null ? (desiredTimestamp?.date ?? null) : asked * SECOND;
}
