import type { ClusterKind, Snapshot } from '../domain/facts.ts';
import type { OperationName } from './operations.ts';
import { AtlasError } from './error.ts';
import type { Collection } from './read.ts';
import { parseFlexSnapshot, parseSnapshot } from './schema/snapshots.ts';

const LISTS: Readonly<Record<Exclude<ClusterKind, 'free'>, OperationName>> = {
  replicaSet: 'listClusterSnapshots',
  // The other list holds each shard's, none of which can be restored alone (facts/atlas-api §10).
  sharded: 'listShardedSnapshots',
  flex: 'listFlexSnapshots',
};

export type SnapshotsOf = { readonly projectId: string; readonly name: string; readonly kind: ClusterKind };

/** Every snapshot of a cluster; none for an M0, which has no backups. Throws `AtlasError`. */
export async function readSnapshots(collection: Collection, { projectId, name, kind }: SnapshotsOf): Promise<readonly Snapshot[]> {
  if (kind === 'free') return [];
  const operation = LISTS[kind];
  const entries = await collection.client.list(operation, { groupId: projectId, clusterName: name }, {}, collection.until);
  const parse = kind === 'flex' ? parseFlexSnapshot : parseSnapshot;
  return entries.map((entry, index) => {
    const snapshot = parse(entry, collection.now);
    if (snapshot !== null) return snapshot;
    // To leave it out could hide the newest one, and wake somebody for nothing.
    const detail = `entry ${index + 1} of ${entries.length} has no usable id`;
    throw new AtlasError({ operation, resource: name, kind: 'unusable', detail, patience: 'once' });
  });
}
