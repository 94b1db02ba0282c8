import type { Head } from '../../domain/incidents/head.ts';
import type { Memory, ProjectMemory } from '../../domain/memory/memory.ts';
import type { ErasedFrom, Erasure } from '../../domain/recovery/erasure.ts';
import { backupsForgotten, backupsOf } from '../../domain/recovery/backups-known.ts';
import { type BackupsNow, type Leaving, leavingBackups } from '../../domain/recovery/leaving-backups.ts';
import { readProjectMemory, readWholeMemory } from '../../record/blobs/packed-blobs.ts';
import type { ErasurePorts } from './write-erasure.ts';

type Reading = Pick<ErasurePorts, 'store' | 'now' | 'policy'>;
type Projects = Memory['projects'];

/** Above so many projects the whole of memory is read at once: each project alone takes two store commands. */
const ONE_BY_ONE = 4;

/** When each erasure will have left the backups, as the last check knows them: what pages, commands and JSON show is this. Throws `StoreError`. */
export async function leavingNow(
  { store, now, policy }: Reading,
  erasures: readonly Erasure[],
): Promise<readonly { readonly erasure: Erasure; readonly leaving: Leaving }[]> {
  const { head } = await store.readHead();
  const ids = new Set(erasures.flatMap(({ clusters }) => clusters.map(({ projectId }) => projectId)));
  const projects = await projectsOf(store, head, [...ids]);
  const at = now();
  return erasures.map((erasure) => ({
    erasure,
    leaving: leavingBackups(erasure.erasedAt, backupsFrom(projects, erasure.clusters, { policy, head }), at),
  }));
}

async function projectsOf(store: Reading['store'], head: Head | null, ids: readonly string[]): Promise<Projects> {
  if (ids.length > ONE_BY_ONE) return (await readWholeMemory(store, head)).projects;
  const found: Record<string, ProjectMemory> = {};
  for (const id of ids) {
    const project = await readProjectMemory(store, head, id);
    if (project !== null) found[id] = project;
  }
  return found;
}

type Beside = { readonly policy: ErasurePorts['policy']; readonly head: Head | null };

/** What is known of the backups of these clusters. */
export function backupsFrom(projects: Projects, clusters: readonly ErasedFrom[], { policy, head }: Beside): readonly BackupsNow[] {
  return clusters.map((place) => {
    const project = projects[place.projectId];
    const cluster = project?.clusters[place.clusterId];
    const asked = { projectId: place.projectId, projectName: place.project, name: place.cluster, tags: cluster?.tags ?? {} };
    const { retention: promised } = policy.forCluster(asked);
    if (project === undefined || cluster === undefined) return backupsForgotten(place.cluster, promised);
    return backupsOf({ project, cluster, promised, lastRunAt: head?.lastRun?.startedAt ?? null });
  });
}
