import { known, unknown, type Fact } from '../domain/fact.ts';
import type { ClusterFacts, ClusterKind, Schedule, Snapshot } from '../domain/facts.ts';
import type { ClusterHints } from '../domain/hints.ts';
import { AtlasError, NOT_READ } from './error.ts';
import { asFact, type Collection } from './read.ts';
import { readSnapshots } from './read-snapshots.ts';
import type { ListedCluster } from './schema/clusters.ts';
import { parseSchedule } from './schema/schedule.ts';

/** A listed cluster whose kind is settled, as far as it can be. */
export type KindedCluster = { readonly listed: ListedCluster; readonly kind: ClusterKind; readonly kindUnknown: string | null };

/** An entry that does not tell its kind is read as what it was before; where nobody knows, its backups cannot be asked for. */
export function settleKind(listed: ListedCluster, hint: ClusterHints | undefined): KindedCluster {
  if (listed.kind.known) return { listed, kind: listed.kind.value, kindUnknown: null };
  return { listed, kind: hint?.kind ?? 'replicaSet', kindUnknown: hint === undefined ? listed.kind.reason : null };
}

/** The schedule; null where Atlas says that there is none, and for the kinds that have none by nature. */
export async function readSchedule(collection: Collection, projectId: string, cluster: KindedCluster): Promise<Fact<Schedule | null>> {
  if (cluster.kindUnknown !== null) return unknown(cluster.kindUnknown);
  if (cluster.kind === 'flex' || cluster.kind === 'free') return known(null, collection.now);
  const { name } = cluster.listed;
  return asFact(collection, async () => {
    const body = await scheduleBody(collection, projectId, name);
    if (body === null) return null;
    const schedule = parseSchedule(body);
    if (schedule !== null) return schedule;
    throw new AtlasError({
      operation: 'getSchedule',
      resource: name,
      kind: 'unusable',
      detail: 'its policies are missing or malformed',
      patience: 'once',
    });
  });
}

async function scheduleBody(collection: Collection, projectId: string, name: string): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    return await collection.client.get('getSchedule', { groupId: projectId, clusterName: name }, {}, collection.until);
  } catch (error) {
    if (hasNoBackups(error)) return null;
    throw error;
  }
}

/** Snapshots are read where backups are off as well: some may have been retained. */
export async function readClusterSnapshots(
  collection: Collection,
  projectId: string,
  cluster: KindedCluster,
): Promise<Fact<readonly Snapshot[]>> {
  if (cluster.kindUnknown !== null) return unknown(cluster.kindUnknown);
  const { name, backupEnabled } = cluster.listed;
  return asFact(collection, async () => {
    try {
      return await readSnapshots(collection, { projectId, name, kind: cluster.kind });
    } catch (error) {
      // Only where two answers agree: off, and never configured.
      if (hasNoBackups(error) && backupEnabled.known && !backupEnabled.value) return [];
      throw error;
    }
  });
}

/** The documented answer of a cluster without any backup configuration. */
function hasNoBackups(error: unknown): boolean {
  return error instanceof AtlasError && error.status === 404 && error.code === 'BACKUP_CONFIG_NOT_FOUND';
}

/** Listing and backups put together. */
export function clusterFacts(cluster: KindedCluster, schedule: Fact<Schedule | null>, snapshots: Fact<readonly Snapshot[]>): ClusterFacts {
  const cut = [schedule, snapshots].some((fact) => !fact.known && fact.reason === NOT_READ);
  return { ...cluster.listed, kind: cluster.kind, read: !cut, schedule, snapshots };
}
