import { known, type Fact } from '../domain/facts/fact.ts';
import type { ClusterFacts, Snapshot } from '../domain/facts/facts.ts';
import { heldType } from '../domain/memory/held/fold-held.ts';
import { missingPoints } from '../domain/memory/held/lost-points.ts';
import type { Collection } from './as-fact.ts';
import { AtlasError } from './client/atlas-error.ts';
import type { KindedCluster } from './read-cluster.ts';
import { parseSnapshot } from './schema/snapshots.ts';

/** A cluster's project, and how many snapshots of that project may still be asked for by id in this run. */
export type MissingQuota = { readonly projectId: string; readonly take: (wanted: number) => number };

/**
 * The most snapshots of one project, and of all, that a run asks for by id. Backup requests of a project share a bucket of 1,200 (docs/facts/atlas.md §9),
 * which the customer's own tools use too. What is not asked is decided by the next list.
 */
const OF_PROJECT = 200;
export const OF_RUN = 1_000;

export function missingQuota(collection: Pick<Collection, 'missing'>, projectId: string): MissingQuota {
  let left = OF_PROJECT;
  const take = (wanted: number): number => {
    const granted = Math.min(wanted, left, collection.missing.left);
    left -= granted;
    collection.missing.left -= granted;
    return granted;
  };
  return { projectId, take };
}

type Snapshots = Pick<ClusterFacts, 'snapshots' | 'goneSnapshots'>;

/**
 * The list of a cluster's snapshots, with those that it lacks although an earlier list had them and their time is not over. Each is asked for by its id: one
 * that Atlas has joins the list, so that a page that was lost once hides nothing, and one that Atlas denies is gone.
 */
export async function withMissingSnapshots(
  collection: Collection,
  quota: MissingQuota,
  { listed, kind }: KindedCluster,
  snapshots: Fact<readonly Snapshot[]>,
): Promise<Snapshots> {
  const held = collection.hints.projects[quota.projectId]?.clusters[listed.id]?.held;
  if (!snapshots.known || held === undefined || held.of !== heldType({ ...listed, kind })) return { snapshots };
  const missing = missingPoints(held, snapshots.value, collection.now);
  const place = { groupId: quota.projectId, clusterName: listed.name };
  const operation = kind === 'sharded' ? 'getShardedSnapshot' : 'getClusterSnapshot';
  const answers = await Promise.all(
    missing.slice(0, quota.take(missing.length)).map((snapshotId) =>
      collection.client
        .get(operation, { ...place, snapshotId }, {}, collection.until)
        .then((body) => snapshotIn(body, snapshotId))
        .catch((error: unknown) => (deniesSnapshot(error) ? snapshotId : noAnswer(collection, error))),
    ),
  );
  const found = answers.filter((answer) => answer !== null && typeof answer !== 'string');
  const gone = answers.filter((answer) => typeof answer === 'string');
  return {
    snapshots: found.length === 0 ? snapshots : known([...snapshots.value, ...found], snapshots.asOf),
    ...(gone.length > 0 && { goneSnapshots: gone }),
  };
}

function snapshotIn(body: unknown, id: string): Snapshot | null {
  const snapshot = parseSnapshot(body);
  return snapshot?.id.toLowerCase() === id ? snapshot : null;
}

/** Nothing is known of the snapshot then. This does not make the run incomplete, for its list was read. */
function noAnswer(collection: Collection, error: unknown): null {
  if (!(error instanceof AtlasError)) collection.unexpected(error);
  return null;
}

/** Atlas's codes for a 404 about something else than the snapshot. */
const ABOUT_ANOTHER: readonly string[] = ['CLUSTER_NOT_FOUND', 'GROUP_NOT_FOUND', 'BACKUP_CONFIG_NOT_FOUND'];

/** A 404 without a code may come from a wrong address or a proxy, and does not mean that there is no such snapshot. */
function deniesSnapshot(error: unknown): boolean {
  if (!(error instanceof AtlasError) || error.failure.status !== 404) return false;
  const { code } = error.failure;
  return code !== null && !ABOUT_ANOTHER.includes(code);
}
