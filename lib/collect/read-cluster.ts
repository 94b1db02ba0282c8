import { known, unknown, type Fact } from '../domain/facts/fact.ts';
import type { ClusterKind, Schedule, Snapshot } from '../domain/facts/facts.ts';
import type { ClusterHints } from '../domain/memory/collect-hints.ts';
import { insteadOf, NO_BACKUPS, unusable } from './client/atlas-error.ts';
import { asFact, type Collection } from './as-fact.ts';
import { readSnapshots } from './read-snapshots.ts';
import type { ListedCluster } from './schema/clusters.ts';
import { parseSchedule } from './schema/schedule.ts';

/** A listed cluster with its kind. `kindUnknown`: why the kind is only a guess, or null. */
export type KindedCluster = { readonly listed: ListedCluster; readonly kind: ClusterKind; readonly kindUnknown: string | null };

/** An entry that does not say its kind keeps the kind of earlier runs. If those do not know it either, its backups cannot be read. */
export function settleKind(listed: ListedCluster, hint: ClusterHints | undefined): KindedCluster {
  if (listed.kind.known) return { listed, kind: listed.kind.value, kindUnknown: null };
  return { listed, kind: hint?.kind ?? 'replicaSet', kindUnknown: hint === undefined ? listed.kind.reason : null };
}

/** The schedule; null if Atlas says that there is none, and for the kinds of clusters that never have one. */
export async function readSchedule(collection: Collection, projectId: string, cluster: KindedCluster): Promise<Fact<Schedule | null>> {
  if (cluster.kindUnknown !== null) return unknown(cluster.kindUnknown);
  if (cluster.kind === 'flex' || cluster.kind === 'free') return known(null, collection.now);
  const { name } = cluster.listed;
  return asFact(collection, async () => {
    const read = collection.client.get('getSchedule', { groupId: projectId, clusterName: name }, {}, collection.until);
    const body = await read.catch(insteadOf(null, ...NO_BACKUPS));
    if (body === null) return null;
    const schedule = parseSchedule(body);
    if (schedule !== null) return schedule;
    throw unusable({ operation: 'getSchedule', resource: name }, 'its policies are missing or malformed');
  });
}

/** Reads snapshots also if backups are off, since some may have been retained. */
export async function readClusterSnapshots(
  collection: Collection,
  projectId: string,
  cluster: KindedCluster,
): Promise<Fact<readonly Snapshot[]>> {
  if (cluster.kindUnknown !== null) return unknown(cluster.kindUnknown);
  const { name, backupEnabled } = cluster.listed;
  return asFact(collection, () => {
    const read = readSnapshots(collection, { projectId, name, kind: cluster.kind });
    // That there are none is believed only if two answers agree: backups are off, and were never configured.
    return backupEnabled.known && !backupEnabled.value ? read.catch(insteadOf([], ...NO_BACKUPS)) : read;
  });
}
