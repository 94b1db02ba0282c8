import type { Snapshot, SnapshotSource } from '../../facts/facts.ts';
import { plural } from '../../text.ts';
import { CLOCKS_DIFFER, type Instant } from '../../time.ts';

/** A snapshot that counts; `createdAt` is its data time. */
export type RecoveryPoint = {
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
  readonly sizeBytes: number | null;
  /** What decides into which clusters it can be restored; absent where Atlas does not tell (flex). */
  readonly source?: SnapshotSource;
} & Partial<Pick<Snapshot, 'type' | 'frequency' | 'copyRegions'>>;

/** What a listing of snapshots says about recovery points. */
export type RecoveryPoints = {
  /** Oldest first. */
  readonly points: readonly RecoveryPoint[];
  readonly newest: RecoveryPoint | null;
  /** The latest of the completed snapshots that are dated more than 10 minutes ahead of us; null if there is none. */
  readonly ahead: Instant | null;
  /** Why a point newer than `newest` may exist: a snapshot came without its time, status or type. Null if there is no doubt. */
  readonly doubt: string | null;
  /** Queued, running, failed, or of unknown status; in the order of the listing. */
  readonly uncompleted: readonly Snapshot[];
  /** Those that hold data and are no recovery points, not expired: fallback ones, and those without their time, status or type. */
  readonly beside: readonly Snapshot[];
  /** The newest known sizes in bytes, newest first; at most four, since three alike are the new normal (evaluate/checks/snapshot-size.ts). */
  readonly recentBytes: readonly number[];
};

const RECENT_SIZES = 4;

/**
 * The fold and the checks read the same listing at the same moment; without this cache a check of 25 clusters takes 1.37 times as long. An entry
 * holds until the next snapshot of the listing expires, so a listing that stays the same object from run to run is read once.
 */
const cachedPoints = new WeakMap<readonly Snapshot[], CachedPoints>();

/** `from` ≤ now < `until`. */
type CachedPoints = { readonly from: Instant; readonly until: Instant; readonly points: RecoveryPoints };

/**
 * The snapshots that count: completed, not fallback (it may be inconsistent: docs/facts/atlas.md §10), not expired, and not dated more than 10 minutes ahead
 * of us (docs/contract.md, clause 16): a snapshot of tomorrow would hide that the newest real one is old.
 */
export function recoveryPoints(snapshots: readonly Snapshot[], now: Instant): RecoveryPoints {
  const before = cachedPoints.get(snapshots);
  if (before && before.from <= now && now < before.until) return before.points;
  const read = readPoints(snapshots, now);
  cachedPoints.set(snapshots, read);
  return read.points;
}

/** A snapshot whose data time is known. */
export type CompletedSnapshot = Snapshot & { readonly createdAt: Instant };

/** The points are the snapshots themselves, since copying them takes ten times as long as reading them. */
function readPoints(snapshots: readonly Snapshot[], now: Instant): CachedPoints {
  const points: CompletedSnapshot[] = [];
  const doubtful: Snapshot[] = [];
  const uncompleted: Snapshot[] = [];
  const beside: Snapshot[] = [];
  let [inOrder, latest, until, ahead] = [true, 0, Number.POSITIVE_INFINITY, 0];
  for (const snapshot of snapshots) {
    if (snapshot.status !== 'completed') uncompleted.push(snapshot);
    const { expiresAt } = snapshot;
    if (expiresAt !== null && expiresAt <= now) continue;
    if (expiresAt !== null && expiresAt < until) until = expiresAt;
    if (counts(snapshot) && snapshot.createdAt > now + CLOCKS_DIFFER) {
      ahead = Math.max(ahead, snapshot.createdAt);
      until = Math.min(until, snapshot.createdAt - CLOCKS_DIFFER);
    } else if (counts(snapshot)) {
      inOrder &&= snapshot.createdAt > latest;
      latest = snapshot.createdAt;
      points.push(snapshot);
    } else if (holdsData(snapshot)) {
      beside.push(snapshot);
      if (mayCount(snapshot)) doubtful.push(snapshot);
    }
  }
  if (!inOrder) points.sort(byAge);
  const newest = points.at(-1) ?? null;
  return {
    from: now,
    until,
    points: {
      points,
      newest,
      ahead: ahead === 0 ? null : ahead,
      doubt: whyUncertain(doubtful, newest),
      uncompleted,
      beside,
      recentBytes: recentBytes(points),
    },
  };
}

type Dated = Pick<CompletedSnapshot, 'id' | 'createdAt'>;

/** Oldest first. Atlas says seconds: of the same one the later id is the newer, since its ids (ObjectIds) count up, in whatever order it lists them. */
export function byAge(a: Dated, b: Dated): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}

/** Newest first, from the end of the list, so that a listing of hundreds is not read once more. */
function recentBytes(points: readonly RecoveryPoint[]): readonly number[] {
  const sizes: number[] = [];
  for (let index = points.length - 1; index >= 0 && sizes.length < RECENT_SIZES; index -= 1) {
    const bytes = points[index]?.sizeBytes ?? 0;
    if (bytes > 0) sizes.push(bytes);
  }
  return sizes;
}

/** Completed and not fallback, with a data time; it may have expired, or be dated ahead of us. */
export function counts(snapshot: Snapshot): snapshot is CompletedSnapshot {
  const { status, type, createdAt } = snapshot;
  return status === 'completed' && type !== null && type !== 'fallback' && createdAt !== null;
}

function holdsData({ status }: Snapshot): boolean {
  return status === 'completed' || status === null;
}

function mayCount({ type }: Snapshot): boolean {
  return type !== 'fallback';
}

/** A snapshot's data is from about the time of its request, so one that was requested before the newest point is not newer than it. */
function whyUncertain(doubtful: readonly Snapshot[], newest: RecoveryPoint | null): string | null {
  const newer = doubtful.filter(({ requestedAt }) => newest === null || requestedAt === null || requestedAt > newest.createdAt).length;
  return newer === 0 ? null : `${plural(newer, 'snapshot')} came without their time, status or type`;
}
