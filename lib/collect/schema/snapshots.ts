import { z } from 'zod';
import type { Snapshot } from '../../domain/facts/facts.ts';
import { instantOfId, lenient, moment, objectId } from './answer-fields.ts';

const dedicatedSnapshot = z.object({
  id: objectId,
  status: lenient(z.enum(['queued', 'inProgress', 'completed', 'failed'])),
  snapshotType: lenient(z.enum(['onDemand', 'scheduled', 'fallback'])),
  createdAt: moment,
  expiresAt: moment,
  storageSizeBytes: lenient(z.number().nonnegative()),
  frequencyType: lenient(z.enum(['hourly', 'daily', 'weekly', 'monthly', 'yearly', 'ondemand'])),
  copyRegions: lenient(z.array(z.string())),
});

/** A snapshot of a replica set or a sharded cluster; null if it has no usable id. One dated ahead of us is none of the recovery points (`recoveryPoints`). */
export function parseSnapshot(entry: unknown): Snapshot | null {
  const parsed = dedicatedSnapshot.safeParse(entry);
  if (!parsed.success) return null;
  const { id, status, snapshotType: type, createdAt, expiresAt, storageSizeBytes: sizeBytes, frequencyType: frequency } = parsed.data;
  // Nearly all have no copies, and a run reads hundreds of thousands of them.
  const copyRegions = parsed.data.copyRegions?.length === 0 ? NO_COPIES : parsed.data.copyRegions;
  return { id, status, type, requestedAt: instantOfId(id), createdAt, expiresAt, sizeBytes, frequency, copyRegions };
}

const NO_COPIES: readonly string[] = [];

const FLEX_STATUS = { PENDING: 'queued', QUEUED: 'queued', RUNNING: 'inProgress', FAILED: 'failed', COMPLETED: 'completed' } as const;

const flexSnapshot = z.object({
  id: objectId,
  status: lenient(z.enum(['PENDING', 'QUEUED', 'RUNNING', 'FAILED', 'COMPLETED'])),
  scheduledTime: moment,
  startTime: moment,
  expiration: moment,
});

/** A snapshot of a flex cluster: always scheduled, never with a size (docs/facts/atlas.md §2); null if it has no usable id. */
export function parseFlexSnapshot(entry: unknown): Snapshot | null {
  const parsed = flexSnapshot.safeParse(entry);
  if (!parsed.success) return null;
  const { id, status, scheduledTime, startTime, expiration } = parsed.data;
  return {
    id,
    status: status === null ? null : FLEX_STATUS[status],
    type: 'scheduled',
    requestedAt: scheduledTime,
    createdAt: status === 'COMPLETED' ? (startTime ?? scheduledTime) : null,
    expiresAt: expiration,
    sizeBytes: null,
  };
}
