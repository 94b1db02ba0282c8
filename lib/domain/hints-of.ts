import type { CollectHints } from './hints.ts';
import type { ClusterMemory, Memory, ProjectMemory } from './memory.ts';

/** Pure: what memory tells the next reading of Atlas. */
export function hintsOf(memory: Memory): CollectHints {
  return { projects: mapValues(memory.projects, projectHints) };
}

function projectHints(project: ProjectMemory): CollectHints['projects'][string] {
  const { name, readAt, events, alertConfigsReadAt } = project;
  // A cluster that was told as gone is not asked for again.
  const present = Object.fromEntries(Object.entries(project.clusters).filter(([, cluster]) => !cluster.gone));
  return { name, readAt, events, alertConfigsReadAt, clusters: mapValues(present, clusterHints) };
}

function clusterHints({ name, kind, readAt }: ClusterMemory): CollectHints['projects'][string]['clusters'][string] {
  return { name, kind, readAt };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
