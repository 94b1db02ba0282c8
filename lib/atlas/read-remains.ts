import { unknown, type Fact } from '../domain/fact.ts';
import type { ClusterFacts, Snapshot } from '../domain/facts.ts';
import type { ClusterHints } from '../domain/hints.ts';
import { AtlasError } from './error.ts';
import { asFact, type Collection } from './read.ts';
import { readSnapshots } from './read-snapshots.ts';

type Remains = Readonly<Record<string, Fact<readonly Snapshot[]>>>;

/** What is left of the backups of clusters that earlier runs knew and both listings, read without a gap, lack. Keyed by cluster id. */
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
  // Atlas lists snapshots by the cluster's name: the answer would be the new cluster's.
  if (names.has(name)) return unknown(`another cluster is named ${name} now, so what is left of the earlier one cannot be asked for`);
  return asFact(collection, async () => {
    try {
      return await readSnapshots(collection, { projectId, name, kind });
    } catch (error) {
      if (error instanceof AtlasError && error.status === 404) return [];
      throw error;
    }
  });
}
