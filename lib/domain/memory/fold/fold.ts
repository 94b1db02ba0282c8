import type { Fact } from '../../facts/fact.ts';
import type { ClusterFacts, ClusterKind, EventBatch, Facts, ProjectFacts, Snapshot } from '../../facts/facts.ts';
import { foldCustomerKeys } from '../key-validity.ts';
import { foldAccounts, foldDaily } from '../daily-notes.ts';
import { completionsOf, mergeSignals, ownerOf, type SignalsByCluster, signalsOf } from './event-signals.ts';
import { foldCluster } from './fold-cluster.ts';
import { type CopyEvents, copyEventsOf, foldFailures } from './fold-copies.ts';
import { foldBeside } from './fold-snapshots.ts';
import { pointsIn } from '../held/lost-points.ts';
import { foldLock } from '../lock-acts.ts';
import type { ClusterMemory, Memory, ProjectMemory, Signal } from '../memory.ts';
import type { CheckId } from '../../policy/policy.ts';
import { recoveryPoints } from '../held/recovery-points.ts';
import { foldActs } from '../who-did-it.ts';
import { plural } from '../../text.ts';
import { DAY, type Duration, type Instant, iso } from '../../time.ts';

/** How long signals without a cluster are kept: longer than any restore window that they could lie in. */
const SIGNALS_KEPT: Duration = 40 * DAY;

export type FoldOptions = {
  readonly now: Instant;
  /** Projects that are configured to be watched; null: all. */
  readonly projectIds: readonly string[] | null;
  /** The check that reports deleted clusters. It turns ok when a deletion has been shown long enough. */
  readonly deletionCheck: CheckId;
  /** How often a check is due. */
  readonly checkInterval: Duration;
};

/** The options, and whether the run read everything. */
type FoldRun = FoldOptions & { readonly complete: boolean };

/** Pure: (memory, facts, now) → memory. What could not be read leaves its part of memory unchanged. */
export function fold(memory: Memory, facts: Facts, options: FoldOptions): Memory {
  const projects: Record<string, ProjectMemory> = {};
  for (const project of Object.values(memory.projects))
    if (options.projectIds?.includes(project.id) ?? true) projects[project.id] = project;
  if (facts.projects.known) {
    const run = { ...options, complete: facts.complete };
    for (const project of facts.projects.value)
      projects[project.id] = foldProject(projects[project.id] ?? newProject(project), project, run);
  }
  const { accounts } = facts;
  return { ...memory, projects, ...(accounts && { accounts: foldAccounts(memory.accounts ?? {}, accounts, options.now) }) };
}

function newProject({ id, name }: ProjectFacts): ProjectMemory {
  return {
    id,
    name,
    readAt: null,
    events: null,
    oplogThreshold: 0,
    unattributed: [],
    clusters: {},
    verdicts: {},
  };
}

function foldProject(memory: ProjectMemory, facts: ProjectFacts, options: FoldRun): ProjectMemory {
  const listed = [facts.dedicated, facts.flex].flatMap((listing) => (listing.known ? listing.value : []));
  const batch = facts.events.known ? facts.events.value : null;
  const named = {
    present: () => [...Object.values(memory.clusters), ...listed],
    deleted: () => [...listed, ...unlistedClusters(memory, listed)],
  };
  const signals = signalsOf(batch, named, { now: options.now, earlier: memory.events });
  const copyEvents = copyEventsOf(batch, (event) =>
    event.clusterId === null && event.clusterName === null ? null : (ownerOf(event, named.present) ?? undefined),
  );
  const {
    eventOwners,
    acts: actsBefore,
    copyFailures: _copies,
    exportFailures: _exports,
    exportedAt: _exported,
    lock: _lock,
    ...before
  } = memory;
  const lock = foldLock(memory, batch, options.now);
  const owners = batch ? batch.owners : eventOwners;
  const clusterNamed = (name: string): string | null => listed.findLast((cluster) => cluster.name === name)?.id ?? null;
  const acts = foldActs(actsBefore, batch, { now: options.now, clusterNamed });
  const next: ProjectMemory = {
    ...before,
    ...(acts && { acts }),
    ...(owners && { eventOwners: owners }),
    name: facts.name,
    readAt: listed.length > 0 || facts.dedicated.known ? options.now : memory.readAt,
    events: batch ? { since: Math.min(batch.since, memory.events?.since ?? batch.since), until: batch.until } : memory.events,
    oplogThreshold: oplogThresholdOf(facts) ?? memory.oplogThreshold,
    ...foldDailyReads(memory, facts, options.now),
    unattributed: mergeSignals(memory.unattributed, signals.get(null) ?? [], options.now - SIGNALS_KEPT),
    ...foldFailures(memory, copyEvents.get(null)),
    ...(lock && { lock }),
  };
  return { ...next, clusters: foldClusters(next, facts, { listed, signals, copyEvents, batch }, options) };
}

function unlistedClusters(memory: ProjectMemory, listed: readonly ClusterFacts[]): readonly ClusterMemory[] {
  const ids = new Set(listed.map((cluster) => cluster.id));
  return Object.values(memory.clusters).filter((cluster) => !ids.has(cluster.id));
}

/** The shortest threshold of Atlas's own alerts about the oplog, 0 if there is none; null if this run did not read them. */
function oplogThresholdOf({ daily }: ProjectFacts): Duration | null {
  const configs = daily?.alertConfigs;
  if (!configs?.known) return null;
  const thresholds = configs.value.flatMap(({ type, enabled, threshold }) =>
    type === 'CPS_OPLOG_BEHIND' && enabled && threshold !== null ? [threshold] : [],
  );
  return thresholds.length > 0 ? Math.min(...thresholds) : 0;
}

function foldDailyReads(memory: ProjectMemory, facts: ProjectFacts, now: Instant): Pick<ProjectMemory, 'daily' | 'customerKeys'> {
  const daily = facts.daily === undefined ? memory.daily : foldDaily(memory.daily ?? {}, facts.daily, now);
  const customerKeys = foldCustomerKeys(memory.customerKeys, facts, daily?.customerKeys?.last ?? null, now);
  return { ...(daily && { daily }), ...(customerKeys && { customerKeys }) };
}

type ProjectReading = {
  readonly listed: readonly ClusterFacts[];
  readonly signals: SignalsByCluster;
  readonly copyEvents: ReadonlyMap<string | null, CopyEvents>;
  readonly batch: EventBatch | null;
};

function foldClusters(
  project: ProjectMemory,
  facts: ProjectFacts,
  { listed, signals, copyEvents, batch }: ProjectReading,
  options: FoldRun,
): Readonly<Record<string, ClusterMemory>> {
  const clusters: Record<string, ClusterMemory> = {};
  const completions = completionsOf(batch);
  for (const cluster of listed) {
    clusters[cluster.id] = foldCluster(project.clusters[cluster.id] ?? null, cluster, {
      signals: signals.get(cluster.id) ?? [],
      completions: [...(completions.get(cluster.id) ?? []), ...(completions.get(cluster.name) ?? [])],
      copyEvents: copyEvents.get(cluster.id),
      oplogLag: project.oplogThreshold,
      eventsUntil: project.events?.until ?? 0,
      now: options.now,
      checkInterval: options.checkInterval,
      complete: options.complete,
    });
  }
  for (const cluster of Object.values(project.clusters)) {
    if (clusters[cluster.id]) continue;
    const listing = cluster.kind === 'flex' ? facts.flex : facts.dedicated;
    const kept = listing.known ? foldUnlisted(cluster, { facts, listed, signals: signals.get(cluster.id) ?? [] }, options) : cluster;
    if (kept) clusters[cluster.id] = kept;
  }
  return clusters;
}

type Unlisted = { readonly facts: ProjectFacts; readonly listed: readonly ClusterFacts[]; readonly signals: readonly Signal[] };

/**
 * A cluster that the listing lacks is deleted if an event says so, upgraded if Atlas lists a larger kind under its name, otherwise missing. Returns null once
 * this has been shown long enough. A deletion event that Atlas shows late still makes a deleted cluster of an upgraded one.
 */
function foldUnlisted(
  cluster: ClusterMemory,
  { facts, listed, signals: read }: Unlisted,
  { now, deletionCheck }: FoldOptions,
): ClusterMemory | null {
  if (cluster.gone && cluster.verdicts[deletionCheck]?.verdict === 'ok') return null;
  if (cluster.gone && cluster.gone.upgradedTo === undefined) return cluster;
  const deletion = [...cluster.signals, ...read].findLast((signal) => signal.kind === 'deleted');
  if (!deletion) {
    if (cluster.gone) return cluster;
    const signals = mergeSignals(cluster.signals, read, Number.NEGATIVE_INFINITY);
    const upgradedTo = upgraded(cluster, listed)?.id;
    if (upgradedTo !== undefined)
      return { ...cluster, missingSince: null, signals, gone: { at: now, by: null, left: remainingBackups(null, now), upgradedTo } };
    return { ...cluster, missingSince: cluster.missingSince ?? now, signals };
  }
  const remains = facts.remains[cluster.id] ?? null;
  const left = remainingBackups(remains, now);
  const points = remains?.known && { points: pointsIn(remains.value, now), readAt: now };
  const { beside: _beside, ...rest } = cluster;
  const beside = remains ? foldBeside(cluster.beside, remains, now) : cluster.beside;
  const gone = { at: deletion.at, by: deletion.actor, left, ...(points && { remains: points }) };
  return { ...rest, ...(beside && { beside }), missingSince: null, gone };
}

const SIZES: Readonly<Record<ClusterKind, number>> = { free: 0, flex: 1, replicaSet: 2, sharded: 2 };

/** Atlas gives a cluster another id when it upgrades it from M0 or flex; its name stays, which no other cluster of the project can have (docs/facts/atlas.md §2). */
function upgraded({ name, kind }: ClusterMemory, listed: readonly ClusterFacts[]): ClusterFacts | undefined {
  return listed.find((other) => other.name === name && SIZES[other.kind] > SIZES[kind]);
}

function remainingBackups(remains: Fact<readonly Snapshot[]> | null, now: Instant): string {
  if (remains === null || !remains.known) return `not known${remains ? ` (${remains.reason})` : ''}`;
  const { points, newest } = recoveryPoints(remains.value, now);
  return newest === null ? 'none that Atlas lists' : `${plural(points.length, 'snapshot')}, newest of ${iso(newest.createdAt)}`;
}
