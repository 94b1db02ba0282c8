import type { ClusterMemory, Signal } from './memory.ts';
import type { Gap, RecoveryPoint } from './recovery.ts';
import { DAY, HOUR, type Duration, type Instant } from './time.ts';

/** Whose signals are read: a cluster's memory, or the events of a project that name no cluster, and then no PITR is known. */
export type OplogSource = Pick<ClusterMemory, 'signals'> & Partial<Pick<ClusterMemory, 'pitr'>>;

export const OPLOG_BEHIND = 'oplog behind';
export const RESTORED_INTO = 'restore into the cluster';

type Open = { readonly from: Instant; readonly last: Instant };

/** How long after the last "behind" a completed snapshot closes a gap that Atlas never called caught up (CAUGHT_UP is not promised). */
const QUIET: Duration = 2 * HOUR;

/**
 * The oplog gaps that a cluster's signals tell: each begins at a "behind" less the lag that Atlas's threshold implies, and ends at
 * "caught up", when PITR is switched off, or at a completed snapshot later than it with no further "behind" for two hours. The last may be
 * open (`to` null). `until`: up to when the signals are known.
 */
export function oplogGaps(cluster: OplogSource, points: readonly RecoveryPoint[], lag: Duration, until: Instant): readonly Gap[] {
  if (cluster.signals.length === 0) return [];
  const signals = whilePitrWasOn(cluster).toSorted((a, b) => a.at - b.at);
  const gaps: Gap[] = [];
  let open: Open | null = null;
  for (const signal of signals) {
    const closed: Instant | null = open && closedBySnapshot(open.last, points, signal.at);
    if (open && closed !== null) gaps.push(ended(open, closed));
    const still: Open | null = closed === null ? open : null;
    if (still && signal.kind === 'caughtUp') gaps.push(ended(still, signal.at));
    open = signal.kind === 'caughtUp' ? null : behind(still, signal, lag);
  }
  if (open) gaps.push(ended(open, closedBySnapshot(open.last, points, until)));
  return gaps;
}

/** The oplog signals of the times at which PITR was on, each with an end where it was switched off: off deletes the oplog, behind or not. */
function whilePitrWasOn({ signals, pitr }: OplogSource): readonly Signal[] {
  const oplog = signals.filter((signal) => signal.kind === 'behind' || signal.kind === 'caughtUp');
  const on = pitr?.on === false ? Number.POSITIVE_INFINITY : (pitr?.onSince ?? null);
  if (!pitr || on === null) return oplog;
  const off = pitr.on === false ? pitr.offSince : pitr.brokeAt;
  const kept = oplog.filter((signal) => signal.at >= on || (off !== null && signal.at <= off));
  return off === null ? kept : [...kept, { id: 'PITR off', kind: 'caughtUp', at: off, actor: null }];
}

function behind(open: Open | null, signal: Signal, lag: Duration): Open {
  return { from: open ? open.from : signal.at - lag, last: signal.at };
}

function ended(open: Open, to: Instant | null): Gap {
  return { from: open.from, to, cause: OPLOG_BEHIND };
}

function closedBySnapshot(lastBehind: Instant, points: readonly RecoveryPoint[], until: Instant): Instant | null {
  if (until - lastBehind < QUIET) return null;
  return points.find(({ createdAt }) => createdAt > lastBehind && createdAt <= until)?.createdAt ?? null;
}

/**
 * Restores into the cluster: from the request to the first completed snapshot after its end nothing is restorable by PITR
 * (Atlas docs, facts/atlas-api §8). Atlas names no start in the ending's event, so the newest request within a day before it is taken.
 */
export function restoreGaps(cluster: Pick<ClusterMemory, 'signals'>, points: readonly RecoveryPoint[]): readonly Gap[] {
  return cluster.signals
    .filter((signal) => signal.kind === 'restored')
    .map((signal) => ({
      from: requestBefore(cluster.signals, signal),
      to: points.find(({ createdAt }) => createdAt > signal.at)?.createdAt ?? null,
      cause: RESTORED_INTO,
    }));
}

function requestBefore(signals: readonly Signal[], end: Signal): Instant {
  const asked = signals.filter((signal) => signal.kind === 'restoreAsked' && signal.at <= end.at && signal.at > end.at - DAY);
  return asked.reduce((newest, signal) => Math.max(newest, signal.at), asked.length > 0 ? 0 : end.at);
}

/** Every gap of a cluster: those folded into memory, and those that its signals still tell. Sorted by start. */
export function allGaps(cluster: ClusterMemory, points: readonly RecoveryPoint[], lag: Duration, now: Instant): readonly Gap[] {
  if (cluster.signals.length === 0 && cluster.breaks.length === 0) return [];
  const told = new Map<string, Gap>();
  for (const gap of [...oplogGaps(cluster, points, lag, now), ...restoreGaps(cluster, points), ...cluster.breaks])
    told.set(`${gap.from}|${gap.cause}`, gap);
  return [...told.values()].toSorted((a, b) => a.from - b.from);
}
