import { mapValues } from '../../domain/memory/map-values.ts';
import type { Memory, ProjectMemory } from '../../domain/memory/memory.ts';
import { readCluster, sharedItems, type StoredCluster, storedCluster } from './stored-notes.ts';

/** Clusters in one part, unless one project has more: some 100 kB packed. */
const CLUSTERS_IN_PART = 100;

/** Memory without its projects, and in which part each of them is, by id. */
export type MemoryIndex = Omit<Memory, 'projects'> & { readonly parts: Readonly<Record<string, number>> };
export type MemoryPart = Readonly<Record<string, ProjectMemory>>;

/** A part as it is stored. */
export type StoredPart = Readonly<
  Record<string, Omit<ProjectMemory, 'clusters'> & { readonly clusters: Readonly<Record<string, StoredCluster>> }>
>;

/** Pure: the part as it is stored. */
export function storedPart(part: MemoryPart): StoredPart {
  return mapValues(part, (project) => ({ ...project, clusters: mapValues(project.clusters, storedCluster) }));
}

/** Pure: the part that was stored. */
export function readPart(part: StoredPart): MemoryPart {
  const shared = sharedItems();
  return mapValues(part, (project) => ({ ...project, clusters: mapValues(project.clusters, (cluster) => readCluster(cluster, shared)) }));
}

/** Pure: the memory as its index and its parts (the first is part 1), each of whole projects, so that the page of one cluster reads one part. */
export function memoryInParts({ projects, ...rest }: Memory): { readonly index: MemoryIndex; readonly parts: readonly MemoryPart[] } {
  const groups = groupsOf(Object.entries(projects));
  const places = groups.flatMap((group, index) => group.map(([id]) => [id, index + 1] as const));
  return { index: { ...rest, parts: Object.fromEntries(places) }, parts: groups.map((group) => Object.fromEntries(group)) };
}

/** Pure: the memory that was taken apart. */
export function memoryJoined({ parts: _places, ...rest }: MemoryIndex, parts: readonly MemoryPart[]): Memory {
  return { ...rest, projects: Object.fromEntries(parts.flatMap((part) => Object.entries(part))) };
}

type Entry = readonly [id: string, project: ProjectMemory];

function groupsOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const groups: Entry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const size = Math.max(1, Object.keys(entry[1].clusters).length);
    const group = groups.at(-1);
    if (group === undefined || size > room) {
      groups.push([entry]);
      room = CLUSTERS_IN_PART - size;
    } else {
      group.push(entry);
      room -= size;
    }
  }
  return groups;
}
