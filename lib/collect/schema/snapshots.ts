import { z } from 'zod';
import type { Snapshot, SnapshotSource } from '../../domain/facts/facts.ts';
import { instantOfId, lenient, majorVersionOf, moment, objectId, text } from './answer-fields.ts';

const dedicatedSnapshot = z.object({
  id: objectId,
  status: lenient(z.enum(['queued', 'inProgress', 'completed', 'failed'])),
  snapshotType: lenient(z.enum(['onDemand', 'scheduled', 'fallback'])),
  createdAt: moment,
  expiresAt: moment,
  storageSizeBytes: lenient(z.number().nonnegative()),
  type: lenient(z.enum(['replicaSet', 'shardedCluster'])),
  mongodVersion: text,
  // Atlas sends it for encrypted snapshots alone (docs/facts/atlas.md §3).
  masterKeyUUID: z.unknown().optional(),
  configServerType: text,
  members: lenient(z.array(lenient(z.object({ replicaSetName: text })))),
  frequencyType: lenient(z.enum(['hourly', 'daily', 'weekly', 'monthly', 'yearly', 'ondemand'])),
  copyRegions: lenient(z.array(z.string())),
});

/** A snapshot of a replica set or a sharded cluster; null if it has no usable id. One dated ahead of us is none of the recovery points (`recoveryPoints`). */
export function parseSnapshot(entry: unknown): Snapshot | null {
  const parsed = dedicatedSnapshot.safeParse(entry);
  if (!parsed.success) return null;
  const { id, status, snapshotType, createdAt, expiresAt, storageSizeBytes, frequencyType, copyRegions } = parsed.data;
  const isPoint = status === 'completed' && snapshotType !== null && createdAt !== null;
  // One literal, one list for all that have no copies, and no number that nobody reads: a run holds hundreds of thousands of snapshots.
  return {
    id,
    status,
    type: snapshotType,
    requestedAt: isPoint ? null : instantOfId(id),
    createdAt,
    expiresAt,
    sizeBytes: storageSizeBytes,
    frequency: frequencyType,
    copyRegions: copyRegions?.length === 0 ? NO_COPIES : copyRegions,
    source: sharedSource(parsed.data),
  };
}

type SourceFields = Pick<z.infer<typeof dedicatedSnapshot>, 'type' | 'mongodVersion' | 'masterKeyUUID' | 'configServerType' | 'members'>;

/** Few kinds of sources exist, so the map stays small; beyond its bound, which only a hostile answer reaches, it begins anew. */
const sources = new Map<string, SnapshotSource>();
const SOURCES_KEPT = 1_000;

function sharedSource(fields: SourceFields): SnapshotSource {
  const shards = fields.type === 'shardedCluster' ? shardsIn(fields.members) : 1;
  const customerKey = hasKey(fields.masterKeyUUID);
  const key = `${fields.type}|${shards}|${fields.mongodVersion}|${customerKey}|${fields.configServerType}`;
  const shared = sources.get(key);
  if (shared) return shared;
  if (sources.size >= SOURCES_KEPT) sources.clear();
  const source = sourceOf(fields, shards, customerKey);
  sources.set(key, source);
  return source;
}

function sourceOf(
  { type, mongodVersion, configServerType }: SourceFields,
  shards: number | null,
  customerKey: boolean | null,
): SnapshotSource {
  const majorVersion = majorVersionOf(mongodVersion);
  if (type === null) return { kind: null, majorVersion, customerKey, configServer: null, shards: null };
  return type === 'shardedCluster'
    ? { kind: 'sharded', majorVersion, customerKey, configServer: configServerType, shards }
    : { kind: 'replicaSet', majorVersion, customerKey, configServer: null, shards };
}

/** Null if the field is there and is no text. */
function hasKey(masterKeyUUID: unknown): boolean | null {
  if (masterKeyUUID === undefined || masterKeyUUID === null) return false;
  return typeof masterKeyUUID === 'string' ? true : null;
}

/** The members are the shards and, where the config server is dedicated, its replica set; null if a name does not tell which it is. */
function shardsIn(members: SourceFields['members']): number | null {
  const names = (members ?? []).map((member) => /-(shard|config)-\d+$/.exec(member?.replicaSetName ?? '')?.[1] ?? null);
  const shards = names.filter((one) => one === 'shard').length;
  return names.includes(null) || shards === 0 ? null : shards;
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
