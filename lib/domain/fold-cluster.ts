import type { Fact } from './fact.ts';
import type { ClusterFacts, Snapshot } from './facts.ts';
import { OPLOG_BEHIND, oplogGaps, RESTORED_INTO, restoreGaps } from './gaps.ts';
import { type ClusterMemory, type Signal, switched, UNSEEN } from './memory.ts';
import { recoveryPoints, type RecoveryPoint } from './recovery.ts';
import { DAY, type Duration, type Instant } from './time.ts';
import type { Break } from './view.ts';

type Completion = { readonly createdAt: Instant; readonly took: Duration };

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
const COMPLETIONS_KEPT = 8;
const DUE_KEPT = 4;
const CHANGES_KEPT = 8;

const FOLDED_INTO: Readonly<Partial<Record<Signal['kind'], string>>> = {
  behind: OPLOG_BEHIND,
  caughtUp: OPLOG_BEHIND,
  restoreAsked: RESTORED_INTO,
  restored: RESTORED_INTO,
};

/** Pure: folds what one run read of a listed cluster. Each unknown fact leaves its part of memory as it was. */
export function foldCluster(before: ClusterMemory | null, facts: ClusterFacts, news: ClusterNews): ClusterMemory {
  const previous = before ?? newCluster(facts);
  const switches = foldSwitches(previous, facts, news.now);
  const seen: ClusterMemory = {
    ...previous,
    ...switches,
    name: facts.name,
    kind: facts.kind,
    createdAt: valueOf(facts.createdAt) ?? previous.createdAt,
    tags: facts.tags,
    tier: facts.tier ?? previous.tier,
    readAt: facts.read ? news.now : previous.readAt,
    restoreWindowDays: valueOf(facts.schedule)?.restoreWindowDays ?? previous.restoreWindowDays,
    due: foldDue(previous.due, valueOf(facts.schedule)?.nextSnapshotAt ?? null, news.now),
    missingSince: null,
    gone: null,
  };
  return foldSignals(
    { ...seen, ...foldSnapshots(previous, facts.snapshots, news), changes: foldChanges(previous, seen, news) },
    facts,
    news,
  );
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

function foldSwitches(
  previous: ClusterMemory,
  facts: ClusterFacts,
  now: Instant,
): Pick<ClusterMemory, 'backup' | 'pitr' | 'running' | 'topology'> {
  const paused = valueOf(facts.paused);
  const topology = valueOf(facts.topology);
  const changed = topology !== null && previous.topology !== null && previous.topology.value !== topology;
  return {
    backup: switched(previous.backup, valueOf(facts.backupEnabled), now),
    pitr: switched(previous.pitr, valueOf(facts.pitEnabled), now),
    running: switched(previous.running, paused === null ? null : !paused, now),
    topology:
      topology === null ? previous.topology : { value: topology, changedAt: changed ? now : (previous.topology?.changedAt ?? null) },
  };
}

/** Moments at which a snapshot was due, newest last; those of the last two days are enough to excuse one that is being taken. */
function foldDue(before: readonly Instant[], next: Instant | null, now: Instant): readonly Instant[] {
  const all = next === null || before.includes(next) ? before : [...before, next];
  return all.filter((due) => due > now - 2 * DAY).slice(-DUE_KEPT);
}

function foldSnapshots(
  previous: ClusterMemory,
  fact: Fact<readonly Snapshot[]>,
  news: ClusterNews,
): Pick<ClusterMemory, 'completions' | 'unfinished' | 'lastPoint'> {
  const told = [...previous.completions, ...news.completions];
  if (!fact.known) return { completions: recent(told), unfinished: previous.unfinished, lastPoint: previous.lastPoint };
  const { newest, doubt } = recoveryPoints(fact.value, news.now);
  const polled = fact.value.flatMap((snapshot) =>
    snapshot.status === 'completed' && snapshot.createdAt !== null && previous.unfinished.includes(snapshot.id)
      ? [{ createdAt: snapshot.createdAt, took: Math.max(0, news.now - snapshot.createdAt) }]
      : [],
  );
  const unfinished = fact.value
    .filter((snapshot) => snapshot.status === 'queued' || snapshot.status === 'inProgress')
    .map((snapshot) => snapshot.id);
  const point = newest === null ? null : { at: newest.at, expiresAt: newest.expiresAt };
  return {
    completions: recent([...polled, ...told]),
    unfinished,
    lastPoint: doubt !== null && point === null ? previous.lastPoint : point,
  };
}

/** One a snapshot (events tell the completion exactly, polls at most), newest last. */
function recent(all: readonly Completion[]): readonly Completion[] {
  const byTime = new Map(all.map((completion) => [completion.createdAt, completion]));
  return [...byTime.values()].toSorted((a, b) => a.createdAt - b.createdAt).slice(-COMPLETIONS_KEPT);
}

function foldChanges(previous: ClusterMemory, now: ClusterMemory, news: ClusterNews): ClusterMemory['changes'] {
  const changes = [...previous.changes];
  const add = (at: Instant, what: string): void => {
    if (!changes.some((change) => change.at === at && change.what === what)) changes.push({ at, what });
  };
  if (previous.tier !== null && now.tier !== null && previous.tier !== now.tier) add(news.now, `tier ${previous.tier} → ${now.tier}`);
  if (now.running.onSince !== null) add(now.running.onSince, 'resumed');
  if (now.topology?.changedAt) add(now.topology.changedAt, `topology is now ${now.topology.value}`);
  for (const signal of news.signals) {
    if (signal.kind === 'restored') add(signal.at, 'restore into the cluster');
    if (signal.kind === 'updated') add(signal.at, 'cluster updated');
  }
  return changes
    .filter((change) => change.at > news.now - 30 * DAY)
    .toSorted((a, b) => a.at - b.at)
    .slice(-CHANGES_KEPT);
}

/** Adds new signals, and moves the gaps that have ended into `breaks`, so that they stay when the snapshot that ended them expires. */
function foldSignals(cluster: ClusterMemory, facts: ClusterFacts, news: ClusterNews): ClusterMemory {
  const byId = new Map([...cluster.signals, ...news.signals].map((signal) => [signal.id, signal]));
  const keepFrom = news.now - (cluster.restoreWindowDays ?? 7) * DAY - MARGIN;
  const signals = [...byId.values()]
    .filter((signal) => signal.at > keepFrom && !isFolded(signal, cluster.breaks))
    .toSorted((a, b) => a.at - b.at);
  const switchBreaks = [switchBreak(cluster.pitr, 'PITR was off'), switchBreak(cluster.running, 'paused')].flat();
  const points = facts.snapshots.known ? recoveryPoints(facts.snapshots.value, news.now).points : null;
  const ended = points ? endedGaps({ ...cluster, signals }, points, news) : [];
  const breaks = unique([...cluster.breaks, ...switchBreaks, ...ended]).filter((gap) => gap.to > keepFrom);
  return { ...cluster, breaks, signals: signals.filter((signal) => !isFolded(signal, ended)) };
}

function endedGaps(cluster: ClusterMemory, points: readonly RecoveryPoint[], news: ClusterNews): readonly Break[] {
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
