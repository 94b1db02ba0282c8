import type { Snapshot } from './facts.ts';
import { DAY, type Instant } from './time.ts';
import type { ClusterMemory } from './memory.ts';
import type { Break, Window } from './view.ts';

/** A snapshot that counts; `createdAt` is its data time. */
export type RecoveryPoint = { readonly createdAt: Instant; readonly expiresAt: Instant | null; readonly sizeBytes: number | null };

/** What a listing of snapshots comes to. */
export type RecoveryPoints = {
  /** Oldest first. */
  readonly points: readonly RecoveryPoint[];
  readonly newest: RecoveryPoint | null;
  /** Why a newer point may exist than `newest`: a snapshot without its time, status or type. */
  readonly doubt: string | null;
  /** Not called completed: queued, running, failed, or of no known status. In the order of the list; a handful of a hundred. */
  readonly uncompleted: readonly Snapshot[];
  /** The newest sizes in bytes that Atlas tells, newest first; four, since three that are alike make the new normal (checks/snapshot-size.ts). */
  readonly recentBytes: readonly number[];
};

const RECENT = 4;

/**
 * The fold and the checks ask for the same list at the same moment: a fifth of a run's time, were it not kept. An answer holds until the next of
 * the list's snapshots expires, so that a list which stays the same from run to run is looked through once.
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

type Counted = Snapshot & { readonly createdAt: Instant };

/** The snapshots themselves are the points: a copy of each costs ten times as much as looking through them. */
function countedPoints(snapshots: readonly Snapshot[], now: Instant): Answer {
  const points: Counted[] = [];
  const doubtful: Snapshot[] = [];
  const uncompleted: Snapshot[] = [];
  let [inOrder, latest, until] = [true, 0, Number.POSITIVE_INFINITY];
  for (const snapshot of snapshots) {
    if (snapshot.status !== 'completed') uncompleted.push(snapshot);
    const { expiresAt } = snapshot;
    if (expiresAt !== null && expiresAt <= now) continue;
    if (expiresAt !== null && expiresAt < until) until = expiresAt;
    if (counts(snapshot)) {
      inOrder &&= snapshot.createdAt >= latest;
      latest = snapshot.createdAt;
      points.push(snapshot);
    } else if (mayCount(snapshot)) doubtful.push(snapshot);
  }
  if (!inOrder) points.sort((a, b) => a.createdAt - b.createdAt);
  const newest = points.at(-1) ?? null;
  return { from: now, until, points: { points, newest, doubt: doubtOf(doubtful, newest), uncompleted, recentBytes: recentBytes(points) } };
}

/** Numbers side by side: in most runs they are all that is read of a listing, which lies scattered over the memory. */
function recentBytes(points: readonly RecoveryPoint[]): readonly number[] {
  const sizes: number[] = [];
  for (let index = points.length - 1; index >= 0 && sizes.length < RECENT; index -= 1) {
    const bytes = points[index]?.sizeBytes ?? 0;
    if (bytes > 0) sizes.push(bytes);
  }
  return sizes;
}

function counts(snapshot: Snapshot): snapshot is Counted {
  const { status, type, createdAt } = snapshot;
  return status === 'completed' && type !== null && type !== 'fallback' && createdAt !== null;
}

function mayCount({ status, type }: Snapshot): boolean {
  return (status === 'completed' || status === null) && type !== 'fallback';
}

/** Data is never newer than its request by much: one that was asked for before the newest point cannot be newer than it. */
function doubtOf(doubtful: readonly Snapshot[], newest: RecoveryPoint | null): string | null {
  const doubts = doubtful.filter(({ requestedAt }) => newest === null || requestedAt === null || requestedAt > newest.createdAt).length;
  return doubts === 0 ? null : `${doubts} snapshot(s) came without their time, status or type`;
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
  const base = points.find((point) => point.createdAt >= since);
  if (!base) return null;
  const from = Math.max(now - cluster.restoreWindowDays * DAY, base.createdAt, since);
  const open = gaps.find((gap) => gap.to === null);
  const to = open ? open.from : now;
  if (to <= from) return null;
  return { from, to, breaks: gaps.flatMap((gap) => inside(gap, from, to)) };
}

function inside(gap: Gap, from: Instant, to: Instant): readonly Break[] {
  if (gap.to === null || gap.to <= from || gap.from >= to) return [];
  return [{ from: Math.max(gap.from, from), to: Math.min(gap.to, to), cause: gap.cause }];
}
