import { z } from 'zod';
import type { Snapshot } from '../../domain/facts.ts';
import type { Instant } from '../../domain/time.ts';
import { happened, instantOfId, lenient, moment, objectId } from './fields.ts';

const size = lenient(z.number().nonnegative());

const dedicatedSnapshot = z.object({
  id: objectId,
  status: lenient(z.enum(['queued', 'inProgress', 'completed', 'failed'])),
  snapshotType: lenient(z.enum(['onDemand', 'scheduled', 'fallback'])),
  createdAt: moment,
  expiresAt: moment,
  storageSizeBytes: size,
});

/** A snapshot of a replica set or a sharded cluster; null where it has no usable id. */
export function parseSnapshot(entry: unknown, now: Instant): Snapshot | null {
  const parsed = dedicatedSnapshot.safeParse(entry);
  if (!parsed.success) return null;
  const { id, status, snapshotType, createdAt, expiresAt, storageSizeBytes } = parsed.data;
  return {
    id,
    status: status ?? null,
    type: snapshotType ?? null,
    requestedAt: instantOfId(id),
    createdAt: happened(createdAt, now),
    expiresAt: expiresAt ?? null,
    sizeBytes: storageSizeBytes ?? null,
  };
}

const FLEX_STATUS = { PENDING: 'queued', QUEUED: 'queued', RUNNING: 'inProgress', FAILED: 'failed', COMPLETED: 'completed' } as const;

const flexSnapshot = z.object({
  id: objectId,
  status: lenient(z.enum(['PENDING', 'QUEUED', 'RUNNING', 'FAILED', 'COMPLETED'])),
  scheduledTime: moment,
  startTime: moment,
  expiration: moment,
});

/** A snapshot of a flex cluster: always scheduled, never with a size (facts/atlas-api §2); null where it has no usable id. */
export function parseFlexSnapshot(entry: unknown, now: Instant): Snapshot | null {
  const parsed = flexSnapshot.safeParse(entry);
  if (!parsed.success) return null;
  const { id, status, scheduledTime, startTime, expiration } = parsed.data;
  return {
    id,
    status: status === null || status === undefined ? null : FLEX_STATUS[status],
    type: 'scheduled',
    requestedAt: scheduledTime ?? null,
    createdAt: status === 'COMPLETED' ? happened(startTime ?? scheduledTime, now) : null,
    expiresAt: expiration ?? null,
    sizeBytes: null,
  };
}
