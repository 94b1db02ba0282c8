import type { ClusterMemory, Memory, ProjectMemory } from './memory.ts';
import { doubtfulActs } from './schedule-note.ts';

/** What earlier runs leave for the next reading of Atlas. Projects and clusters are keyed by id. */
export type CollectHints = { readonly projects: Readonly<Record<string, ProjectHints>> };

export type ProjectHints = Pick<ProjectMemory, 'name' | 'readAt' | 'events' | 'eventOwners' | 'alertConfigsReadAt'> & {
  readonly clusters: Readonly<Record<string, ClusterHints>>;
  /** Ids of the events that Atlas has to be asked for by the names of the clusters. Absent: there is none. */
  readonly doubtful?: readonly string[];
};

export type ClusterHints = Pick<ClusterMemory, 'name' | 'kind' | 'readAt'>;

export function hintsOf(memory: Memory): CollectHints {
  return { projects: mapValues(memory.projects, projectHints) };
}

function projectHints({ name, readAt, events, eventOwners, alertConfigsReadAt, clusters, acts }: ProjectMemory): ProjectHints {
  // Nothing more is read about a cluster that is known to be deleted.
  const present = Object.fromEntries(Object.entries(clusters).filter(([, cluster]) => !cluster.gone));
  const hints = { name, readAt, events, alertConfigsReadAt, clusters: mapValues(present, clusterHints) };
  const doubtful = acts === undefined ? [] : doubtfulActs({ acts, clusters });
  return { ...hints, ...(eventOwners && { eventOwners }), ...(doubtful.length > 0 && { doubtful }) };
}

function clusterHints({ name, kind, readAt }: ClusterMemory): ClusterHints {
  return { name, kind, readAt };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
