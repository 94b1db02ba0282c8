import type { Fact } from './fact.ts';
import type { ClusterFacts } from './facts.ts';
import { type Completion, foldSnapshots } from './fold-snapshots.ts';
import { OPLOG_BEHIND, oplogGaps, RESTORED_INTO, restoreGaps } from './gaps.ts';
import { type ClusterMemory, type Signal, switched, UNSEEN } from './memory.ts';
import { type RecoveryPoint, recoveryPoints } from './recovery.ts';
import { DAY, type Duration, type Instant } from './time.ts';
import type { Break } from './view.ts';

export type ClusterNews = {
  readonly signals: readonly Signal[];
  readonly completions: readonly Completion[];
  /** How far behind the oplog is when Atlas says so. */
  readonly lag: Duration;
  /** Until when the events are known; what came after it cannot be called quiet. */
  readonly eventsUntil: Instant;
  readonly now: Instant;
};

/** Kept beyond the restore window, so that a break at its edge is not forgotten early. */
const MARGIN = 2 * DAY;
const DUE_KEPT = 4;
const CHANGES_KEPT = 8;

const FOLDED_INTO: Readonly<Partial<Record<Signal['kind'], string>>> = {
  behind: OPLOG_BEHIND,
  caughtUp: OPLOG_BEHIND,
  restoreAsked: RESTORED_INTO,
  restored: RESTORED_INTO,
};

/**
 * Pure: folds what one run read of a listed cluster. Each unknown fact leaves its part of memory as it was, and what brings nothing new leaves
 * the very list that was there: most of memory, of most clusters, in most runs. Field by field, since a copy of the whole costs as much as the rest.
 */
export function foldCluster(before: ClusterMemory | null, facts: ClusterFacts, news: ClusterNews): ClusterMemory {
  const previous = before ?? newCluster(facts);
  const schedule = valueOf(facts.schedule);
  const switches = foldSwitches(previous, facts, news.now);
  const { completions, unfinished, lastPoint } = foldSnapshots(previous, facts.snapshots, news);
  const tier = facts.tier ?? previous.tier;
  const restoreWindowDays = schedule?.restoreWindowDays ?? previous.restoreWindowDays;
  const { signals, breaks } = isQuiet(previous, switches, news)
    ? previous
    : foldSignals({ ...switches, signals: previous.signals, breaks: previous.breaks, restoreWindowDays }, facts, news);
  return {
    id: previous.id,
    name: facts.name,
    kind: facts.kind,
    createdAt: valueOf(facts.createdAt) ?? previous.createdAt,
    tags: facts.tags,
    tier,
    readAt: facts.read ? news.now : previous.readAt,
    backup: switches.backup,
    pitr: switches.pitr,
    running: switches.running,
    topology: switches.topology,
    restoreWindowDays,
    signals,
    breaks,
    due: foldDue(previous.due, schedule?.nextSnapshotAt ?? null, news.now),
    completions,
    unfinished,
    lastPoint,
    changes: foldChanges(previous, switches, tier, news),
    missingSince: null,
    gone: null,
    verdicts: previous.verdicts,
  };
}

function newCluster(facts: ClusterFacts): ClusterMemory {
  return {
    id: facts.id,
    name: facts.name,
    kind: facts.kind,
    createdAt: null,
    tags: {},
    tier: null,
    readAt: null,
    backup: UNSEEN,
    pitr: UNSEEN,
    running: UNSEEN,
    topology: null,
    restoreWindowDays: null,
    signals: [],
    breaks: [],
    due: [],
    completions: [],
    unfinished: [],
    lastPoint: null,
    changes: [],
    missingSince: null,
    gone: null,
    verdicts: {},
  };
}

function valueOf<T>(fact: Fact<T>): T | null {
  return fact.known ? fact.value : null;
}

type Switches = Pick<ClusterMemory, 'backup' | 'pitr' | 'running' | 'topology'>;

function foldSwitches(previous: ClusterMemory, facts: ClusterFacts, now: Instant): Switches {
  const paused = valueOf(facts.paused);
  const topology = valueOf(facts.topology);
  return {
    backup: switched(previous.backup, valueOf(facts.backupEnabled), now),
    pitr: switched(previous.pitr, valueOf(facts.pitEnabled), now),
    running: switched(previous.running, paused === null ? null : !paused, now),
    topology: foldTopology(previous.topology, topology, now),
  };
}

function foldTopology(before: ClusterMemory['topology'], value: string | null, now: Instant): ClusterMemory['topology'] {
  if (value === null || before?.value === value) return before;
  return { value, changedAt: before === null ? null : now };
}

/** Moments at which a snapshot was due, newest last; those of the last two days are enough to excuse one that is being taken. */
function foldDue(before: readonly Instant[], next: Instant | null, now: Instant): readonly Instant[] {
  const isNew = next !== null && !before.includes(next);
  const stays = (due: Instant): boolean => due > now - 2 * DAY;
  if (!isNew && before.length <= DUE_KEPT && before.every(stays)) return before;
  return (isNew ? [...before, next] : before).filter(stays).slice(-DUE_KEPT);
}

function foldChanges(previous: ClusterMemory, now: Switches, tier: string | null, news: ClusterNews): ClusterMemory['changes'] {
  const nothing = news.signals.length === 0 && previous.tier === tier && now.running.onSince === null && !now.topology?.changedAt;
  const isLate = (change: { readonly at: Instant }): boolean => change.at > news.now - 30 * DAY;
  if (nothing && previous.changes.every(isLate)) return previous.changes;
  const changes = [...previous.changes];
  const add = (at: Instant, what: string): void => {
    if (!changes.some((change) => change.at === at && change.what === what)) changes.push({ at, what });
  };
  if (previous.tier !== null && tier !== null && previous.tier !== tier) add(news.now, `tier ${previous.tier} → ${tier}`);
  if (now.running.onSince !== null) add(now.running.onSince, 'resumed');
  if (now.topology?.changedAt) add(now.topology.changedAt, `topology is now ${now.topology.value}`);
  for (const signal of news.signals) {
    if (signal.kind === 'restored') add(signal.at, 'restore into the cluster');
    if (signal.kind === 'updated') add(signal.at, 'cluster updated');
  }
  return changes
    .filter(isLate)
    .toSorted((a, b) => a.at - b.at)
    .slice(-CHANGES_KEPT);
}

type Telling = Pick<ClusterMemory, 'signals' | 'breaks' | 'pitr' | 'running' | 'restoreWindowDays'>;

/** Adds new signals, and moves the gaps that have ended into `breaks`, so that they stay when the snapshot that ended them expires. */
function foldSignals(cluster: Telling, facts: ClusterFacts, news: ClusterNews): Pick<ClusterMemory, 'signals' | 'breaks'> {
  const byId = new Map([...cluster.signals, ...news.signals].map((signal) => [signal.id, signal]));
  const keepFrom = news.now - (cluster.restoreWindowDays ?? 7) * DAY - MARGIN;
  const signals = [...byId.values()]
    .filter((signal) => signal.at > keepFrom && !isFolded(signal, cluster.breaks))
    .toSorted((a, b) => a.at - b.at);
  const switchBreaks = [switchBreak(cluster.pitr, 'PITR was off'), switchBreak(cluster.running, 'paused')].flat();
  const points = facts.snapshots.known ? recoveryPoints(facts.snapshots.value, news.now).points : null;
  const ended = points ? endedGaps({ ...cluster, signals }, points, news) : [];
  const breaks = unique([...cluster.breaks, ...switchBreaks, ...ended]).filter((gap) => gap.to > keepFrom);
  return { breaks, signals: signals.filter((signal) => !isFolded(signal, ended)) };
}

/** Nothing was told, is remembered or was switched: there is nothing to fold. */
function isQuiet({ signals, breaks }: ClusterMemory, { pitr, running }: Switches, news: ClusterNews): boolean {
  return signals.length === 0 && news.signals.length === 0 && breaks.length === 0 && pitr.brokeAt === null && running.brokeAt === null;
}

function endedGaps(
  cluster: Pick<ClusterMemory, 'signals' | 'pitr'>,
  points: readonly RecoveryPoint[],
  news: ClusterNews,
): readonly Break[] {
  const gaps = [...oplogGaps(cluster, points, news.lag, news.eventsUntil), ...restoreGaps(cluster, points)];
  return gaps.flatMap((gap) => (gap.to === null ? [] : [{ from: gap.from, to: gap.to, cause: gap.cause }]));
}

/** A signal within a break of its kind has done its work; the feed is read with an overlap, so it may come again. */
function isFolded({ kind, at }: Signal, breaks: readonly Break[]): boolean {
  const cause = FOLDED_INTO[kind];
  return cause !== undefined && breaks.some((gap) => gap.cause === cause && at >= gap.from && at <= gap.to);
}

function switchBreak(state: ClusterMemory['pitr'], cause: string): readonly Break[] {
  const from = state.brokeAt;
  return state.onSince !== null && from !== null ? [{ from, to: state.onSince, cause }] : [];
}

function unique(breaks: readonly Break[]): readonly Break[] {
  const byStart = new Map<string, Break>();
  for (const gap of breaks) byStart.set(`${gap.from}|${gap.cause}`, gap);
  return [...byStart.values()].toSorted((a, b) => a.from - b.from);
}
