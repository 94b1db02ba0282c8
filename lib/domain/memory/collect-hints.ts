import type { AccountUse, DailyName } from '../facts/daily-facts.ts';
import { type AccountHint, accountHints, type DailyCheck, type DailyHint, dailyHints } from './daily-notes.ts';
import { mapValues } from './map-values.ts';
import type { ClusterMemory, Memory, ProjectMemory } from './memory.ts';
import { doubtfulActs } from './schedule-note.ts';

/** What earlier runs leave for the next reading of Atlas. Projects and clusters are keyed by id. */
export type CollectHints = {
  readonly projects: Readonly<Record<string, ProjectHints>>;
  readonly accounts?: Readonly<Partial<Record<AccountUse, AccountHint>>>;
};

export type ProjectHints = Pick<ProjectMemory, 'name' | 'readAt' | 'events' | 'eventOwners'> & {
  readonly daily?: Readonly<Partial<Record<DailyName, DailyHint>>>;
  readonly clusters: Readonly<Record<string, ClusterHints>>;
  /** Ids of the events that Atlas has to be asked for by the names of the clusters. Absent: there is none. */
  readonly doubtful?: readonly string[];
};

export type ClusterHints = Pick<ClusterMemory, 'name' | 'kind' | 'readAt' | 'held'>;

/** `checks`: those whose findings rest on what is read once a day. */
export function hintsOf(memory: Memory, checks: readonly DailyCheck[] = []): CollectHints {
  const projects = mapValues(memory.projects, (project) => projectHints(project, checks));
  return memory.accounts === undefined ? { projects } : { projects, accounts: accountHints(memory.accounts, memory.verdicts, checks) };
}

function projectHints(project: ProjectMemory, checks: readonly DailyCheck[]): ProjectHints {
  const { name, readAt, events, eventOwners, daily, clusters, acts } = project;
  // Nothing more is read about a cluster that is known to be deleted.
  const present = Object.fromEntries(Object.entries(clusters).filter(([, cluster]) => !cluster.gone));
  const doubtful = acts === undefined ? [] : doubtfulActs({ acts, clusters });
  return {
    name,
    readAt,
    events,
    clusters: mapValues(present, clusterHints),
    ...(eventOwners !== undefined && { eventOwners }),
    ...(daily !== undefined && { daily: dailyHints(project, checks) }),
    ...(doubtful.length > 0 && { doubtful }),
  };
}

function clusterHints({ name, kind, readAt, held }: ClusterMemory): ClusterHints {
  return held === undefined ? { name, kind, readAt } : { name, kind, readAt, held };
}
