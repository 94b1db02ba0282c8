import type { AtlasEvent, ClusterFacts, EventBatch, Facts, ProjectFacts } from './facts.ts';
import { foldCluster } from './fold-cluster.ts';
import { rememberGone, rememberMissing } from './fold-gone.ts';
import { type ClusterMemory, type Memory, type ProjectMemory, type Signal } from './memory.ts';
import { DAY, type Duration, type Instant } from './time.ts';

/** How long unattributed signals are kept, at least as long as any restore window that they could lie in. */
const SIGNALS_KEPT: Duration = 40 * DAY;

export type FoldOptions = {
  readonly now: Instant;
  /** Projects that are configured to be watched; null: all. */
  readonly projectIds: readonly string[] | null;
  /** How long a deleted cluster stays remembered after it was told. */
  readonly goneShownFor: Duration;
};

/** Pure: (memory, facts, now) → memory. What could not be read leaves memory as it was. */
export function fold(memory: Memory, facts: Facts, options: FoldOptions): Memory {
  const projects: Record<string, ProjectMemory> = {};
  for (const project of Object.values(memory.projects)) if (watched(project.id, options)) projects[project.id] = project;
  if (facts.projects.known) {
    for (const project of facts.projects.value)
      projects[project.id] = foldProject(projects[project.id] ?? newProject(project), project, options);
  }
  return { projects, verdicts: memory.verdicts };
}

function watched(projectId: string, options: FoldOptions): boolean {
  return options.projectIds === null || options.projectIds.includes(projectId);
}

function newProject(facts: ProjectFacts): ProjectMemory {
  return {
    id: facts.id,
    name: facts.name,
    readAt: null,
    events: null,
    alertConfigsReadAt: null,
    oplogThreshold: 0,
    unattributed: [],
    clusters: {},
    verdicts: {},
  };
}

function foldProject(memory: ProjectMemory, facts: ProjectFacts, options: FoldOptions): ProjectMemory {
  const listed = [facts.dedicated, facts.flex].flatMap((listing) => (listing.known ? listing.value : []));
  const batch = facts.events.known ? facts.events.value : null;
  const sorted = signalsOf(batch, {
    present: () => idsByName([...Object.values(memory.clusters), ...listed]),
    deleted: () => idsByName([...listed, ...unlistedIn(memory, listed)]),
  });
  const next: ProjectMemory = {
    ...memory,
    name: facts.name,
    readAt: listed.length > 0 || facts.dedicated.known ? options.now : memory.readAt,
    events: batch ? { since: Math.min(batch.since, memory.events?.since ?? batch.since), until: batch.until } : memory.events,
    ...alertConfigs(memory, facts, options.now),
    unattributed: merged(memory.unattributed, sorted.get(null) ?? [], options.now - SIGNALS_KEPT),
  };
  return { ...next, clusters: foldClusters(next, facts, { listed, sorted, batch }, options) };
}

type Named = { readonly id: string; readonly name: string };
type Ids = ReadonlyMap<string, string>;

function idsByName(clusters: readonly Named[]): Ids {
  return new Map(clusters.map((cluster) => [cluster.name, cluster.id]));
}

function unlistedIn(memory: ProjectMemory, listed: readonly Named[]): readonly Named[] {
  const ids = new Set(listed.map((cluster) => cluster.id));
  return Object.values(memory.clusters).filter((cluster) => !ids.has(cluster.id));
}

function alertConfigs(
  memory: ProjectMemory,
  facts: ProjectFacts,
  now: Instant,
): Pick<ProjectMemory, 'alertConfigsReadAt' | 'oplogThreshold'> {
  if (!facts.alertConfigs?.known) return { alertConfigsReadAt: memory.alertConfigsReadAt, oplogThreshold: memory.oplogThreshold };
  const behind = facts.alertConfigs.value.filter(
    (config) => config.type === 'CPS_OPLOG_BEHIND' && config.enabled && config.threshold !== null,
  );
  const thresholds = behind.map((config) => config.threshold ?? 0);
  return { alertConfigsReadAt: now, oplogThreshold: thresholds.length > 0 ? Math.min(...thresholds) : 0 };
}

type Read = {
  readonly listed: readonly ClusterFacts[];
  readonly sorted: ReadonlyMap<string | null, readonly Signal[]>;
  readonly batch: EventBatch | null;
};

const NONE: readonly never[] = [];

function foldClusters(
  project: ProjectMemory,
  facts: ProjectFacts,
  read: Read,
  options: FoldOptions,
): Readonly<Record<string, ClusterMemory>> {
  const clusters: Record<string, ClusterMemory> = {};
  const events = completionsByCluster(read.batch);
  for (const cluster of read.listed) {
    const signals = read.sorted.get(cluster.id) ?? NONE;
    clusters[cluster.id] = foldCluster(project.clusters[cluster.id] ?? null, cluster, {
      signals,
      completions: joined(events.get(cluster.id), events.get(cluster.name)),
      lag: project.oplogThreshold,
      eventsUntil: project.events?.until ?? 0,
      now: options.now,
    });
  }
  for (const cluster of Object.values(project.clusters)) {
    if (clusters[cluster.id]) continue;
    const listing = cluster.kind === 'flex' ? facts.flex : facts.dedicated;
    const kept = listing.known ? unlisted(cluster, facts, read.sorted.get(cluster.id) ?? [], options) : cluster;
    if (kept) clusters[cluster.id] = kept;
  }
  return clusters;
}

function joined<T>(some: readonly T[] = NONE, more: readonly T[] = NONE): readonly T[] {
  return more.length === 0 ? some : [...some, ...more];
}

/** A cluster that the listing lacks: deleted, where an event says so; else missing. Null once it has been told long enough. */
function unlisted(cluster: ClusterMemory, facts: ProjectFacts, signals: readonly Signal[], options: FoldOptions): ClusterMemory | null {
  if (cluster.gone) return cluster.verdicts['cluster-gone']?.verdict === 'ok' ? null : cluster;
  const deletion = [...cluster.signals, ...signals].findLast((signal) => signal.kind === 'deleted');
  return deletion
    ? rememberGone(cluster, deletion, facts.remains[cluster.id] ?? null, options.now)
    : rememberMissing(cluster, signals, options.now);
}

const MEANING: Readonly<Record<string, Signal['kind']>> = {
  CPS_OPLOG_BEHIND: 'behind',
  CPS_OPLOG_BEHIND_AUDIT: 'behind',
  CPS_OPLOG_CAUGHT_UP: 'caughtUp',
  CPS_OPLOG_CAUGHT_UP_AUDIT: 'caughtUp',
  CPS_RESTORE_REQUESTED_AUDIT: 'restoreAsked',
  CPS_RESTORE_SUCCESSFUL: 'restored',
  CPS_RESTORE_FAILED: 'restored',
  CPS_SNAPSHOT_FAILED: 'snapshotFailed',
  CLUSTER_DELETED: 'deleted',
  CLUSTER_DELETE_SUBMITTED: 'deleted',
  SERVERLESS_INSTANCE_DELETED: 'deleted',
  CLUSTER_UPDATE_COMPLETED: 'updated',
};

/** Unattributed events of other kinds say nothing that could be acted on. */
const MATTERS_UNATTRIBUTED: ReadonlySet<Signal['kind']> = new Set(['behind', 'caughtUp']);

/** By name, a deletion is of the cluster that is no longer listed; all else of the one that is. */
function signalsOf(
  batch: EventBatch | null,
  names: { readonly present: () => Ids; readonly deleted: () => Ids },
): ReadonlyMap<string | null, readonly Signal[]> {
  const sorted = new Map<string | null, Signal[]>();
  for (const event of batch?.events ?? []) {
    const kind = MEANING[event.type];
    if (!kind) continue;
    const owner = ownerOf(event, kind === 'deleted' ? names.deleted : names.present);
    if (owner === null && !MATTERS_UNATTRIBUTED.has(kind)) continue;
    const signal = { id: event.id, kind, at: event.at, actor: event.actor };
    const own = sorted.get(owner);
    if (own) own.push(signal);
    else sorted.set(owner, [signal]);
  }
  return sorted;
}

function ownerOf(event: AtlasEvent, names: () => Ids): string | null {
  return event.clusterId ?? (event.clusterName === null ? null : (names().get(event.clusterName) ?? null));
}

/** Signals by id of after `since`, oldest first: reading an event twice changes nothing. */
function merged(before: readonly Signal[], now: readonly Signal[], since: Instant): readonly Signal[] {
  if (before.length === 0 && now.length === 0) return before;
  const byId = new Map([...before, ...now].map((signal) => [signal.id, signal]));
  return [...byId.values()].filter(({ at }) => at > since).toSorted((a, b) => a.at - b.at);
}

type Completion = { readonly createdAt: Instant; readonly took: Duration };

function completionsByCluster(batch: EventBatch | null): ReadonlyMap<string, readonly Completion[]> {
  const found = new Map<string, Completion[]>();
  for (const event of batch?.events ?? []) {
    const owner = event.clusterId ?? event.clusterName;
    if (!event.snapshot || owner === null) continue;
    const took = event.snapshot.completedAt - event.snapshot.createdAt;
    const completion = { createdAt: event.snapshot.createdAt, took };
    const own = found.get(owner) ?? [];
    if (took >= 0) own.push(completion);
    found.set(owner, own);
  }
  return found;
}
