import { unknown, type Fact } from '../domain/facts/fact.ts';
import type { ClusterFacts, ClusterKind, Snapshot } from '../domain/facts/facts.ts';
import type { ClusterHints } from '../domain/memory/collect-hints.ts';
import type { OperationName } from './client/operations.ts';
import { insteadOf, unusable } from './client/atlas-error.ts';
import { asFact, type Collection } from './as-fact.ts';
import { parseFlexSnapshot, parseSnapshot } from './schema/snapshots.ts';

const LISTS: Readonly<Record<Exclude<ClusterKind, 'free'>, OperationName>> = {
  replicaSet: 'listClusterSnapshots',
  // The other list has the snapshots of each shard, none of which can be restored alone (docs/facts/atlas.md §10).
  sharded: 'listShardedSnapshots',
  flex: 'listFlexSnapshots',
};

type SnapshotsOf = { readonly projectId: string; readonly name: string; readonly kind: ClusterKind };

type Reading = Pick<Collection, 'client' | 'until'>;

/** All snapshots of a cluster; none for an M0, which has no backups. Throws `AtlasError`. */
export async function readSnapshots({ client, until }: Reading, { projectId, name, kind }: SnapshotsOf): Promise<readonly Snapshot[]> {
  if (kind === 'free') return [];
  const operation = LISTS[kind];
  const entries = await client.list(operation, { groupId: projectId, clusterName: name }, {}, until);
  const parse = kind === 'flex' ? parseFlexSnapshot : parseSnapshot;
  return entries.map((entry, index) => {
    const snapshot = parse(entry);
    if (snapshot !== null) return snapshot;
    // Leaving it out could hide the newest snapshot and raise a false alarm.
    throw unusable({ operation, resource: name }, `entry ${index + 1} of ${entries.length} has no usable id`);
  });
}

type Remains = Readonly<Record<string, Fact<readonly Snapshot[]>>>;

/** What is left, by id, of clusters that earlier runs knew and neither listing has now. Both must have been read without a gap. */
export async function readRemains(collection: Collection, projectId: string, listed: readonly ClusterFacts[]): Promise<Remains> {
  const ids = new Set(listed.map((cluster) => cluster.id));
  const names = new Set(listed.map((cluster) => cluster.name));
  const gone = Object.entries(collection.hints.projects[projectId]?.clusters ?? {}).filter(([id]) => !ids.has(id));
  const facts = gone.map(async ([id, hint]) => [id, await readRemainsOf(collection, projectId, hint, names)] as const);
  return Object.fromEntries(await Promise.all(facts));
}

async function readRemainsOf(
  collection: Collection,
  projectId: string,
  { name, kind }: ClusterHints,
  names: ReadonlySet<string>,
): Promise<Fact<readonly Snapshot[]>> {
  // Atlas lists snapshots by the cluster's name, so that the answer would be about the new cluster.
  if (names.has(name)) return unknown(`another cluster is named ${name} now, so what is left of the earlier one cannot be asked for`);
  return asFact(collection, () => readSnapshots(collection, { projectId, name, kind }).catch(insteadOf([], 404)));
}
