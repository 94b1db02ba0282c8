import type { Fact } from '../../facts/fact.ts';
import type { ClusterFacts } from '../../facts/facts.ts';
import { mergeSignals } from './event-signals.ts';
import { type CopyEvents, foldCopies } from './fold-copies.ts';
import { foldHeld } from '../held/fold-held.ts';
import { foldHistory, type HistoryReading } from '../history/backup-history.ts';
import { foldBeside, foldSnapshots } from './fold-snapshots.ts';
import { OPLOG_BEHIND, oplogGaps, PAUSED, RESTORED_INTO, restoreGaps, uniqueGaps } from '../pitr-breaks.ts';
import { type ClusterMemory, type Completion, foldSwitch, NEVER_READ, type Signal } from '../memory.ts';
import { type RecoveryPoint, recoveryPoints } from '../held/recovery-points.ts';
import { DAY, type Duration, type Instant } from '../../time.ts';
import type { Break } from '../../findings/recorded-view.ts';

/** What this run's events say of one cluster. */
export type ClusterEvents = {
  readonly signals: readonly Signal[];
  readonly completions: readonly Completion[];
  readonly copyEvents?: CopyEvents | undefined;
  /** How far behind the oplog is when Atlas reports it. */
  readonly oplogLag: Duration;
  /** The end of the event feed that was read: nothing is known of the time after it. */
  readonly eventsUntil: Instant;
  readonly now: Instant;
  /** How often a check is due. */
  readonly checkInterval: Duration;
  /** Whether the run read everything. */
  readonly complete: boolean;
};

/** Signals and breaks are kept longer than the restore window, so that a break at its edge does not disappear early. */
const MARGIN = 2 * DAY;
const DUE_KEPT = 4;
const CHANGES_KEPT = 8;

/** The cause of the breaks that signals of a kind become a part of. */
const BREAK_CAUSE: Readonly<Partial<Record<Signal['kind'], string>>> = {
  behind: OPLOG_BEHIND,
  caughtUp: OPLOG_BEHIND,
  restoreRequested: RESTORED_INTO,
  restored: RESTORED_INTO,
};

/**
 * Folds what one run read of a listed cluster into its memory (null: the cluster is new). An unknown fact leaves its part of memory unchanged. The
 * result is written field by field: it is made for every cluster in every check, and spreading objects into it takes longer.
 */
export function foldCluster(before: ClusterMemory | null, facts: ClusterFacts, events: ClusterEvents): ClusterMemory {
  const { id, name, kind, tags } = facts;
  const previous = before ?? { ...NEVER_READ, id, name, kind };
  const schedule = valueOrNull(facts.schedule);
  const switches = foldSwitches(previous, facts, events.now);
  const { completions, unfinished, lastPoint, oldestPoint, snapshotsReadAt } = foldSnapshots(previous, facts.snapshots, events);
  const tier = facts.tier ?? previous.tier;
  const restoreWindowDays = schedule?.restoreWindowDays ?? previous.restoreWindowDays;
  const { backup, pitr, running, topology } = switches;
  const kept = { pitr, running, signals: previous.signals, breaks: previous.breaks, restoreWindowDays };
  const { signals, breaks } = foldSignals(kept, facts, events);
  const folded: ClusterMemory = {
    id,
    name,
    kind,
    createdAt: valueOrNull(facts.createdAt) ?? previous.createdAt,
    tags,
    tier,
    readAt: facts.read ? events.now : previous.readAt,
    backup,
    pitr,
    running,
    topology,
    restoreWindowDays,
    signals,
    breaks,
    due: foldDueTimes(previous.due, schedule?.nextSnapshotAt ?? null, events.now),
    completions,
    unfinished,
    lastPoint,
    oldestPoint,
    snapshotsReadAt,
    held: foldHeld(previous.held, facts, events),
    history: historyOf(previous, facts, { breaks, now: events.now, checkInterval: events.checkInterval }),
    changes: foldChanges(previous, switches, tier, events),
    missingSince: null,
    gone: null,
    verdicts: previous.verdicts,
  };
  const { schedule: note } = previous;
  const copies = foldCopies(previous, facts, events);
  const beside = foldBeside(previous.beside, facts.snapshots, events.now);
  if (!facts.deleting && note === undefined && copies === null && beside === undefined) return folded;
  return { ...folded, ...copies, ...(beside && { beside }), ...(note && { schedule: note }), ...(facts.deleting && { deleting: true }) };
}

function historyOf(
  previous: ClusterMemory,
  facts: ClusterFacts,
  { breaks, now, checkInterval }: Pick<HistoryReading, 'breaks' | 'now' | 'checkInterval'>,
): ClusterMemory['history'] {
  const points = facts.snapshots.known ? recoveryPoints(facts.snapshots.value, now).points : null;
  const schedule = valueOrNull(facts.schedule);
  const reading = { kind: facts.kind, points, readBefore: previous.snapshotsReadAt, checkInterval, breaks, schedule, now };
  return foldHistory(previous.history, reading);
}

function valueOrNull<T>(fact: Fact<T>): T | null {
  return fact.known ? fact.value : null;
}

type SwitchStates = Pick<ClusterMemory, 'backup' | 'pitr' | 'running' | 'topology'>;

function foldSwitches(previous: ClusterMemory, facts: ClusterFacts, now: Instant): SwitchStates {
  const paused = valueOrNull(facts.paused);
  const topology = valueOrNull(facts.topology);
  return {
    backup: foldSwitch(previous.backup, valueOrNull(facts.backupEnabled), now),
    pitr: foldSwitch(previous.pitr, valueOrNull(facts.pitEnabled), now),
    running: foldSwitch(previous.running, paused === null ? null : !paused, now),
    topology: foldTopology(previous.topology, topology, { isConverted: previous.kind !== facts.kind, now }),
  };
}

/** A conversion to another kind is a change, also if the topology stays the same, as from M0 to a dedicated replica set, or cannot be read. */
function foldTopology(
  before: ClusterMemory['topology'],
  value: string | null,
  { isConverted, now }: { readonly isConverted: boolean; readonly now: Instant },
): ClusterMemory['topology'] {
  if (before === null) return value === null ? null : { value, changedAt: isConverted ? now : null };
  if (isConverted) return { value: value ?? before.value, changedAt: now };
  return value === null || before.value === value ? before : { value, changedAt: now };
}

/** Moments at which a snapshot was due, newest last. Two days of them are enough to excuse a snapshot that is being taken. */
function foldDueTimes(before: readonly Instant[], next: Instant | null, now: Instant): readonly Instant[] {
  const isNew = next !== null && !before.includes(next);
  const stays = (due: Instant): boolean => due > now - 2 * DAY;
  if (!isNew && before.length <= DUE_KEPT && before.every(stays)) return before;
  return (isNew ? [...before, next] : before).filter(stays).slice(-DUE_KEPT);
}

function foldChanges(previous: ClusterMemory, now: SwitchStates, tier: string | null, events: ClusterEvents): ClusterMemory['changes'] {
  const unchanged = events.signals.length === 0 && previous.tier === tier && now.running.onSince === null && !now.topology?.changedAt;
  const isRecent = (change: { readonly at: Instant }): boolean => change.at > events.now - 30 * DAY;
  if (unchanged && previous.changes.every(isRecent)) return previous.changes;
  const changes = [...previous.changes];
  const add = (at: Instant, what: string): void => {
    if (!changes.some((change) => change.at === at && change.what === what)) changes.push({ at, what });
  };
  if (previous.tier !== null && tier !== null && previous.tier !== tier) add(events.now, `tier ${previous.tier} → ${tier}`);
  if (now.running.onSince !== null) add(now.running.onSince, 'resumed');
  if (now.topology?.changedAt) add(now.topology.changedAt, `topology is now ${now.topology.value}`);
  for (const signal of events.signals) {
    if (signal.kind === 'restored') add(signal.at, 'restore into the cluster');
    if (signal.kind === 'updated') add(signal.at, 'cluster updated');
  }
  return changes
    .filter(isRecent)
    .toSorted((a, b) => a.at - b.at)
    .slice(-CHANGES_KEPT);
}

type BreakInputs = Pick<ClusterMemory, 'signals' | 'breaks' | 'pitr' | 'running' | 'restoreWindowDays'>;

/** Adds new signals, and turns gaps that have ended into breaks, so that they are not forgotten when the snapshot that ended them expires. */
function foldSignals(cluster: BreakInputs, facts: ClusterFacts, events: ClusterEvents): Pick<ClusterMemory, 'signals' | 'breaks'> {
  if (hasNothingToFold(cluster, events)) return { signals: cluster.signals, breaks: cluster.breaks };
  const keepFrom = events.now - (cluster.restoreWindowDays ?? 7) * DAY - MARGIN;
  const signals = mergeSignals(cluster.signals, events.signals, keepFrom).filter((signal) => !isPartOf(cluster.breaks, signal));
  const switchBreaks = [...switchBreak(cluster.pitr, 'PITR was off'), ...switchBreak(cluster.running, PAUSED)];
  const points = facts.snapshots.known ? recoveryPoints(facts.snapshots.value, events.now).points : null;
  const ended = points ? endedBreaks({ ...cluster, signals }, points, events) : [];
  const breaks = uniqueGaps([...cluster.breaks, ...switchBreaks, ...ended]).filter((gap) => gap.to > keepFrom);
  return { breaks, signals: signals.filter((signal) => !isPartOf(ended, signal)) };
}

function hasNothingToFold({ signals, breaks, pitr, running }: BreakInputs, events: ClusterEvents): boolean {
  return signals.length === 0 && events.signals.length === 0 && breaks.length === 0 && pitr.brokeAt === null && running.brokeAt === null;
}

function endedBreaks(
  cluster: Pick<ClusterMemory, 'signals' | 'pitr'>,
  points: readonly RecoveryPoint[],
  events: ClusterEvents,
): readonly Break[] {
  const gaps = [...oplogGaps(cluster, points, events.oplogLag, events.eventsUntil), ...restoreGaps(cluster, points)];
  return gaps.flatMap((gap) => (gap.to === null ? [] : [{ from: gap.from, to: gap.to, cause: gap.cause }]));
}

/** A signal within a break of its own cause is not needed any more. The feed is read with an overlap, so the signal may be read again. */
function isPartOf(breaks: readonly Break[], { kind, at }: Signal): boolean {
  const cause = BREAK_CAUSE[kind];
  return cause !== undefined && breaks.some((gap) => gap.cause === cause && at >= gap.from && at <= gap.to);
}

function switchBreak(state: ClusterMemory['pitr'], cause: string): readonly Break[] {
  const from = state.brokeAt;
  return state.onSince !== null && from !== null ? [{ from, to: state.onSince, cause }] : [];
}
