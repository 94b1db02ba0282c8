import type { ClusterMemory, Signal } from './memory.ts';
import type { RecoveryPoint } from './held/recovery-points.ts';
import { DAY, HOUR, type Duration, type Instant } from '../time.ts';

/** A span in which a cluster's oplog was not kept, or its data replaced; `to` is null while it lasts. */
export type Gap = { readonly from: Instant; readonly to: Instant | null; readonly cause: string };

/** A cluster's memory; or a project's events that name no cluster, which have no `pitr`. */
export type OplogSource = Pick<ClusterMemory, 'signals'> & Partial<Pick<ClusterMemory, 'pitr'>>;

export const OPLOG_BEHIND = 'oplog behind';
export const RESTORED_INTO = 'restore into the cluster';
export const PAUSED = 'paused';

/** `last`: the last "behind"; `shown`: when Atlas showed it, if that was late. */
type OpenGap = { readonly from: Instant; readonly last: Instant; readonly shown: Instant };

/**
 * Atlas does not promise a CAUGHT_UP event. Without one, a completed snapshot closes a gap once no "behind" has come for so long. If Atlas showed the
 * last one late, the next would come late too, so the time counts from when it was shown.
 */
const QUIET_PERIOD: Duration = 2 * HOUR;

/**
 * The oplog gaps that a cluster's signals report. A gap begins at a "behind" event, less the lag at which Atlas reports it. It ends at "caught up",
 * when PITR is switched off, or at a completed snapshot after which no "behind" came for two hours. The last gap may still be open (`to` is null).
 * `until`: the end of the events that were read.
 */
export function oplogGaps(cluster: OplogSource, points: readonly RecoveryPoint[], lag: Duration, until: Instant): readonly Gap[] {
  if (cluster.signals.length === 0) return [];
  const gaps: Gap[] = [];
  let open: OpenGap | null = null;
  for (const signal of oplogSignals(cluster).toSorted((a, b) => a.at - b.at)) {
    const closedAt: Instant | null = open && closedBySnapshot(open, points, signal.at);
    if (open && closedAt !== null) gaps.push(ended(open, closedAt));
    const stillOpen: OpenGap | null = closedAt === null ? open : null;
    if (stillOpen && signal.kind === 'caughtUp') gaps.push(ended(stillOpen, signal.at));
    open = signal.kind === 'caughtUp' ? null : extended(stillOpen, signal, lag);
  }
  if (open) gaps.push(ended(open, closedBySnapshot(open, points, until)));
  return gaps;
}

/** The oplog signals from while PITR was on. Switching it off deletes the oplog, which ends a gap: that is added as a "caught up". */
function oplogSignals({ signals, pitr }: OplogSource): readonly Signal[] {
  const oplog = signals.filter((signal) => signal.kind === 'behind' || signal.kind === 'caughtUp');
  const on = pitr?.on === false ? Number.POSITIVE_INFINITY : (pitr?.onSince ?? null);
  if (!pitr || on === null) return oplog;
  const off = pitr.on === false ? pitr.offSince : pitr.brokeAt;
  const kept = oplog.filter((signal) => signal.at >= on || (off !== null && signal.at <= off));
  return off === null ? kept : [...kept, { id: 'PITR off', kind: 'caughtUp', at: off, actor: null }];
}

function extended(open: OpenGap | null, { at, shownAt = at }: Signal, lag: Duration): OpenGap {
  return { from: open ? open.from : at - lag, last: at, shown: Math.max(at, shownAt) };
}

function ended(open: OpenGap, to: Instant | null): Gap {
  return { from: open.from, to, cause: OPLOG_BEHIND };
}

function closedBySnapshot({ last, shown }: OpenGap, points: readonly RecoveryPoint[], until: Instant): Instant | null {
  if (until - shown < QUIET_PERIOD) return null;
  return points.find(({ createdAt }) => createdAt > last && createdAt <= until)?.createdAt ?? null;
}

/**
 * The gaps that restores into the cluster leave: PITR can restore nothing between the request and the first completed snapshot after the restore
 * (docs/facts/atlas.md §8). The event that ends a restore does not name its request, so the newest one within the day before is taken.
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
  const requests = signals.filter((signal) => signal.kind === 'restoreRequested' && signal.at <= end.at && signal.at > end.at - DAY);
  return requests.reduce((newest, signal) => Math.max(newest, signal.at), requests.length > 0 ? 0 : end.at);
}

/** Every gap of a cluster, sorted by start: the breaks in memory, and those that its signals report. */
export function allGaps(cluster: ClusterMemory, points: readonly RecoveryPoint[], lag: Duration, now: Instant): readonly Gap[] {
  if (cluster.signals.length === 0 && cluster.breaks.length === 0) return [];
  return uniqueGaps([...oplogGaps(cluster, points, lag, now), ...restoreGaps(cluster, points), ...cluster.breaks]);
}

/** Sorted by start. Of several with the same start and cause the last is kept. */
export function uniqueGaps<T extends Gap>(gaps: readonly T[]): readonly T[] {
  const unique = new Map(gaps.map((gap) => [`${gap.from}|${gap.cause}`, gap]));
  return [...unique.values()].toSorted((a, b) => a.from - b.from);
}
