import type { ClusterMemory, Memory, ProjectMemory } from './memory.ts';

/** What earlier runs leave for the next reading of Atlas. Projects and clusters are keyed by id. */
export type CollectHints = { readonly projects: Readonly<Record<string, ProjectHints>> };

export type ProjectHints = Pick<ProjectMemory, 'name' | 'readAt' | 'events' | 'eventOwners' | 'alertConfigsReadAt'> & {
  readonly clusters: Readonly<Record<string, ClusterHints>>;
};

export type ClusterHints = Pick<ClusterMemory, 'name' | 'kind' | 'readAt' | 'held'>;

export function hintsOf(memory: Memory): CollectHints {
  return { projects: mapValues(memory.projects, projectHints) };
}

function projectHints({ name, readAt, events, eventOwners, alertConfigsReadAt, clusters }: ProjectMemory): ProjectHints {
  // Nothing more is read about a cluster that is known to be deleted.
  const present = Object.fromEntries(Object.entries(clusters).filter(([, cluster]) => !cluster.gone));
  const hints = { name, readAt, events, alertConfigsReadAt, clusters: mapValues(present, clusterHints) };
  return eventOwners === undefined ? hints : { ...hints, eventOwners };
}

function clusterHints({ name, kind, readAt, held }: ClusterMemory): ClusterHints {
  return held === undefined ? { name, kind, readAt } : { name, kind, readAt, held };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
