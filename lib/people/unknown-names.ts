import type { Head } from '../domain/incidents/head.ts';
import type { Memory } from '../domain/memory/memory.ts';
import { nearest } from '../domain/nearest.ts';
import { clean, cut } from '../domain/text.ts';
import { readMemory } from '../record/blobs/packed-blobs.ts';
import type { Store } from '../record/store.ts';

type Named = { readonly project?: string | undefined; readonly cluster?: string | undefined };
type Place = { readonly project: readonly string[]; readonly cluster: readonly string[] };

const NAME_MOST = 100;

/**
 * What a silence or a window names that does not exist, in words with the nearest names; empty where all of it does, and where no check has seen
 * anything yet, for then nobody knows. Throws `StoreError`.
 */
export async function unknownNames(store: Store, head: Head, { project = '', cluster = '' }: Named): Promise<readonly string[]> {
  if (project === '' && cluster === '') return [];
  const memory = await seenIn(store, head);
  if (memory === null) return [];
  const places = [...placesOf(memory), ...placesWith(head)];
  const there = project === '' ? places : places.filter((place) => place.project.includes(project));
  if (there.length === 0) return [words('project', project, namesIn(places, 'project'))];
  if (cluster === '' || there.some((place) => place.cluster.includes(cluster))) return [];
  const elsewhere = namesIn(
    places.filter((place) => place.cluster.includes(cluster)),
    'project',
  );
  if (elsewhere.length > 0) return [inOtherProject(cluster, project, elsewhere)];
  return [words('cluster', cluster, namesIn(there, 'cluster'))];
}

/** No check has seen anything yet, so that nobody knows what there is. Throws `StoreError`. */
export async function isUnseen(store: Store, head: Head): Promise<boolean> {
  return (await seenIn(store, head)) === null;
}

async function seenIn(store: Store, head: Head): Promise<Memory | null> {
  const memory = await readMemory(store, head);
  return memory === null || Object.keys(memory.projects).length === 0 ? null : memory;
}

function inOtherProject(cluster: string, project: string, projects: readonly string[]): string {
  const there = [...new Set(projects)].map(clean).join(' and ');
  return `cluster ${quoted(cluster)}: there is none in ${cut(clean(project), NAME_MOST)}; there is one in ${there}`;
}

/** Names without ids. */
function namesIn(places: readonly Place[], what: keyof Place): readonly string[] {
  return places.flatMap((place) => place[what].slice(0, 1));
}

/** Each by its name, then by its id. */
function placesOf({ projects }: Memory): readonly Place[] {
  return Object.values(projects).flatMap(({ id, name, clusters }) => [
    { project: [name, id], cluster: [] },
    ...Object.values(clusters).map((one) => ({ project: [name, id], cluster: [one.name, one.id] })),
  ]);
}

/** What has an open incident may have gone since. */
function placesWith({ incidents }: Head): readonly Place[] {
  return incidents.map(({ resource: { projectId, projectName, clusterId, name } }) => ({
    project: [projectName, projectId].filter((one) => one !== null),
    cluster: clusterId === null ? [] : [name, clusterId],
  }));
}

function words(what: 'project' | 'cluster', wanted: string, known: readonly string[]): string {
  const near = nearest(wanted, known);
  const named =
    near.length === 0 ? 'it has none' : `the nearest ${near.length === 1 ? 'name is' : 'names are'} ${near.map(clean).join(', ')}`;
  return `${what}: no check has seen one called ${quoted(wanted)}; ${named}`;
}

function quoted(name: string): string {
  return `"${cut(clean(name), NAME_MOST)}"`;
}
