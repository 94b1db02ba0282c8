import type { Snapshot } from '../domain/facts.ts';
import type { PointChoice, RestorePoint } from '../domain/restore-test.ts';
import { DAY, type Duration, type Instant, MINUTE, SECOND } from '../domain/time.ts';
import type { Window } from '../domain/view.ts';

/** Oplog of the last minutes may not have been taken yet: Atlas tells no lag (facts/atlas-api §8, bounds). */
const TAIL: Duration = 10 * MINUTE;
/** A snapshot that expires sooner may be gone before the restore has begun. */
const LEAST_LEFT: Duration = 30 * MINUTE;

export type Choosing = {
  readonly snapshots: readonly Snapshot[];
  readonly window: Window | null;
  readonly restoreWindowDays: number | null;
  readonly now: Instant;
  /** The source's first manifest: only later points can be compared with what was there before them; null: there is none. */
  readonly comparableFrom: Instant | null;
  /** In [0, 1). */
  readonly random: () => number;
};

/**
 * Pure: the point that a test restores: the latest snapshot, a random one, or a random moment that PITR says it can reach. A choice that has nothing to
 * choose from falls back to the latest snapshot; a string says why there is none at all.
 */
export function choosePoint(choice: PointChoice, choosing: Choosing): RestorePoint | string {
  const points = usable(choosing);
  const latest = points.at(-1);
  if (choice === 'moment') return randomMoment(choosing) ?? latest ?? 'there is no snapshot and no moment to restore';
  if (latest === undefined) return 'there is no completed snapshot that is neither a fallback nor about to expire';
  if (choice === 'latest') return latest;
  const inside = points.filter(({ at }) => at >= oldestWanted(choosing));
  return inside[Math.floor(choosing.random() * inside.length)] ?? latest;
}

/** Inside the restore window, where one is known, and where there is something to compare with. */
function oldestWanted({ restoreWindowDays, comparableFrom, now }: Choosing): Instant {
  return Math.max(restoreWindowDays === null ? 0 : now - restoreWindowDays * DAY, comparableFrom ?? 0);
}

/** Completed, not fallback, with its time, and not about to expire; oldest first. */
export function usable({ snapshots, now }: Pick<Choosing, 'snapshots' | 'now'>): readonly (RestorePoint & { readonly kind: 'snapshot' })[] {
  return snapshots
    .flatMap(({ id, status, type, createdAt, expiresAt }) =>
      status === 'completed' &&
      type !== null &&
      type !== 'fallback' &&
      createdAt !== null &&
      (expiresAt === null || expiresAt - now > LEAST_LEFT)
        ? [{ kind: 'snapshot', snapshotId: id, at: createdAt, expiresAt } as const]
        : [],
    )
    .toSorted((a, b) => a.at - b.at);
}

/** Whole seconds, which is how Atlas takes a moment; over the spans between the breaks, each by its length. */
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

/** What of the window can be restored to: it, less its breaks and a second either side of them. */
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
