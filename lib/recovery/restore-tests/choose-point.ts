import type { Snapshot } from '../../domain/facts/facts.ts';
import { byAge, counts } from '../../domain/memory/held/recovery-points.ts';
import type { PointChoice, RestorePoint } from '../../domain/recovery/restore-test.ts';
import { CLOCKS_DIFFER, DAY, type Duration, type Instant, MINUTE, SECOND } from '../../domain/time.ts';
import type { Window, ClusterRow } from '../../domain/findings/recorded-view.ts';

/** Atlas may not have copied the oplog of the last minutes yet, and shows no lag (docs/facts/atlas.md §8, bounds). */
const TAIL: Duration = 10 * MINUTE;
/** A snapshot that expires sooner may be gone before the restore has begun. */
const LEAST_LEFT: Duration = 30 * MINUTE;

export type Choosing = {
  readonly snapshots: readonly Snapshot[];
  readonly window: Window | null;
  readonly restoreWindowDays: number | null;
  readonly now: Instant;
  /** When the source's first manifest was taken: only later points can be compared with an earlier manifest. Null where there is none. */
  readonly comparableFrom: Instant | null;
  /** In [0, 1). */
  readonly random: () => number;
};

/**
 * Pure: the point that a test restores: the latest snapshot, a random one, or a random moment inside the PITR window. Where a choice has nothing to choose
 * from, it is the latest snapshot; a string says why there is none at all.
 */
export function choosePoint(choice: PointChoice, choosing: Choosing): RestorePoint | string {
  const points = usable(choosing);
  const latest = points.at(-1);
  if (choice === 'moment') return randomMoment(choosing) ?? latest ?? 'there is no snapshot and no moment to restore';
  if (latest === undefined) return 'there is no completed snapshot that is neither a fallback nor about to expire';
  if (choice === 'latest') return latest;
  const { restoreWindowDays, comparableFrom, now } = choosing;
  // Inside the restore window, where one is known, and where there is something to compare with.
  const oldest = Math.max(restoreWindowDays === null ? 0 : now - restoreWindowDays * DAY, comparableFrom ?? 0);
  const inside = points.filter(({ at }) => at >= oldest);
  return inside[Math.floor(choosing.random() * inside.length)] ?? latest;
}

/** Completed, not fallback, with its time, not dated more than 10 minutes ahead of us, and not about to expire; oldest first. */
export function usable({ snapshots, now }: Pick<Choosing, 'snapshots' | 'now'>): readonly (RestorePoint & { readonly kind: 'snapshot' })[] {
  return snapshots
    .filter(counts)
    .filter(({ createdAt }) => createdAt <= now + CLOCKS_DIFFER)
    .filter(({ expiresAt }) => expiresAt === null || expiresAt - now > LEAST_LEFT)
    .toSorted(byAge)
    .map(({ id, createdAt, expiresAt }) => ({ kind: 'snapshot', snapshotId: id, at: createdAt, expiresAt }));
}

/** A whole second, as Atlas expects it. The spans between the breaks are weighted by their length. */
function randomMoment({ window, restoreWindowDays, comparableFrom, now, random }: Choosing): RestorePoint | null {
  if (window === null) return null;
  const spans = spansOf({ ...window, from: Math.max(window.from, comparableFrom ?? 0) }, Math.min(window.to, now - TAIL));
  const total = spans.reduce((sum, { from, to }) => sum + (to - from), 0);
  if (total < SECOND) return null;
  let left = random() * total;
  let span = spans[0];
  for (const candidate of spans) {
    span = candidate;
    if (left < candidate.to - candidate.from) break;
    left -= candidate.to - candidate.from;
  }
  if (!span) return null;
  const at = Math.min(Math.ceil((span.from + left) / SECOND) * SECOND, Math.floor(span.to / SECOND) * SECOND);
  return { kind: 'moment', at, expiresAt: restoreWindowDays === null ? null : at + restoreWindowDays * DAY };
}

/** The parts of the window that can be restored to: those outside its breaks and the second on either side of each break. */
export function spansOf({ from, breaks }: Window, to: Instant): readonly { readonly from: Instant; readonly to: Instant }[] {
  const spans: { from: Instant; to: Instant }[] = [];
  let begin = from;
  for (const gap of breaks.toSorted((a, b) => a.from - b.from)) {
    if (gap.from - SECOND > begin) spans.push({ from: begin, to: Math.min(gap.from - SECOND, to) });
    begin = Math.max(begin, gap.to + SECOND);
  }
  if (to > begin) spans.push({ from: begin, to });
  return spans.filter((span) => span.to > span.from);
}

/**
 * Pure: the newest moment at or before `at` that PITR (whole seconds) or the newest snapshot can restore, as the last check saw the cluster; null where
 * there is none.
 */
export function soundPoint(row: Pick<ClusterRow, 'window' | 'newestRecoveryPoint'> | null, at: Instant): Instant | null {
  const { window = null, newestRecoveryPoint: snapshot = null } = row ?? {};
  const last = window && spansOf(window, Math.min(at, window.to)).at(-1);
  const moment = last ? Math.floor(last.to / SECOND) * SECOND : null;
  const points = [moment, snapshot].filter((point) => point !== null && point <= at);
  return points.reduce<Instant | null>((newest, point) => (newest === null || (point ?? 0) > newest ? point : newest), null);
}
