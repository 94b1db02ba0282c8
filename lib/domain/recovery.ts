import type { Snapshot } from './facts.ts';
import { DAY, type Instant } from './time.ts';
import type { ClusterMemory } from './memory.ts';
import type { Break, Window } from './view.ts';

/** A snapshot that counts as a recovery point, with its data time. */
export type RecoveryPoint = { readonly at: Instant; readonly expiresAt: Instant | null; readonly sizeBytes: number | null };

export type RecoveryPoints = {
  /** Oldest first. */
  readonly points: readonly RecoveryPoint[];
  readonly newest: RecoveryPoint | null;
  /** Why a newer point may exist than `newest`: a snapshot without its time, status or type. */
  readonly doubt: string | null;
};

/**
 * Every check asks anew for the same list at the same moment, some twenty times a run: a fifth of a run's time, were it not kept. An answer
 * holds until the next of the list's snapshots expires, so that a list which stays the same from run to run is looked through once.
 */
const asked = new WeakMap<readonly Snapshot[], Answer>();

/** `from` ≤ now < `until`. */
type Answer = { readonly from: Instant; readonly until: Instant; readonly points: RecoveryPoints };

/** The snapshots that count: completed, not fallback (it may be inconsistent: facts/atlas-api §10), not expired. */
export function recoveryPoints(snapshots: readonly Snapshot[], now: Instant): RecoveryPoints {
  const before = asked.get(snapshots);
  if (before && before.from <= now && now < before.until) return before.points;
  const answer = countedPoints(snapshots, now);
  asked.set(snapshots, answer);
  return answer.points;
}

/** As `asked`: what has not ended is a handful of a hundred, and three readers look for it. */
const uncompleted = new WeakMap<readonly Snapshot[], readonly Snapshot[]>();

/** The snapshots that are not called completed: queued, running, failed, or of no known status. In the order of the list. */
export function notCompleted(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const kept = uncompleted.get(snapshots);
  if (kept) return kept;
  const found = snapshots.filter(({ status }) => status !== 'completed');
  uncompleted.set(snapshots, found);
  return found;
}

function countedPoints(snapshots: readonly Snapshot[], now: Instant): Answer {
  const points: RecoveryPoint[] = [];
  const doubtful: Snapshot[] = [];
  let [inOrder, latest, until] = [true, 0, Number.POSITIVE_INFINITY];
  for (const snapshot of snapshots) {
    const { expiresAt } = snapshot;
    if (expiresAt !== null && expiresAt <= now) continue;
    if (expiresAt !== null && expiresAt < until) until = expiresAt;
    const certain = snapshot.status === 'completed' && snapshot.type !== null && snapshot.createdAt !== null;
    if (certain && snapshot.type !== 'fallback' && snapshot.createdAt !== null) {
      inOrder &&= snapshot.createdAt >= latest;
      latest = snapshot.createdAt;
      points.push({ at: latest, expiresAt, sizeBytes: snapshot.sizeBytes });
    } else if (mayCount(snapshot)) doubtful.push(snapshot);
  }
  if (!inOrder) points.sort((a, b) => a.at - b.at);
  const newest = points.at(-1) ?? null;
  // Data is never newer than its request by much: one that was asked for before the newest point cannot be newer than it.
  const doubts = doubtful.filter(({ requestedAt }) => newest === null || requestedAt === null || requestedAt > newest.at).length;
  const doubt = doubts === 0 ? null : `${doubts} snapshot(s) came without their time, status or type`;
  return { from: now, until, points: { points, newest, doubt } };
}

function mayCount(snapshot: Snapshot): boolean {
  return (snapshot.status === 'completed' || snapshot.status === null) && snapshot.type !== 'fallback';
}

/** A span in which a cluster's oplog was not kept, or its data replaced. */
export type Gap = { readonly from: Instant; readonly to: Instant | null; readonly cause: string };

/**
 * What PITR can reach (contract, `window`): from the latest of now − restoreWindowDays, the earliest counted snapshot since PITR
 * was last switched on, and that switching on; to the start of an open gap, else now. Null where PITR is off or nothing is reachable.
 */
export function windowOf(cluster: ClusterMemory, points: readonly RecoveryPoint[], gaps: readonly Gap[], now: Instant): Window | null {
  if (cluster.pitr.on !== true || cluster.restoreWindowDays === null) return null;
  const since = cluster.pitr.onSince ?? 0;
  const base = points.find((point) => point.at >= since);
  if (!base) return null;
  const from = Math.max(now - cluster.restoreWindowDays * DAY, base.at, since);
  const open = gaps.find((gap) => gap.to === null);
  const to = open ? open.from : now;
  if (to <= from) return null;
  return { from, to, breaks: gaps.flatMap((gap) => inside(gap, from, to)) };
}

function inside(gap: Gap, from: Instant, to: Instant): readonly Break[] {
  if (gap.to === null || gap.to <= from || gap.from >= to) return [];
  return [{ from: Math.max(gap.from, from), to: Math.min(gap.to, to), cause: gap.cause }];
}
