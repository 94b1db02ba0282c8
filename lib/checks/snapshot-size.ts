import { failing, type Finding, notKnown, ok } from '../domain/finding.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { RecoveryPoint } from '../domain/recovery.ts';
import { DAY, type Instant, iso } from '../domain/time.ts';
import { clusterCheck, type ReadSubject } from './check.ts';

const check = 'snapshot-size';
const ACTION =
  'Compare with what happened in between (deploys, migrations, deletes). If data is missing, restore the snapshot before it into a sandbox and compare.';

/** Later snapshots of the same level that make it the new normal. */
const CONFIRMED_BY = 3;
/** Fewer sizes than this have no meaningful median. */
const MEDIAN_OF_AT_LEAST = 7;
/** The smallest size a volume was ever seen to report is 1,535,365,120 bytes (recordings; facts/atlas-api §3): at or near it means empty. */
const SMALLEST = 1_535_365_120;
const NEAR_SMALLEST = 1.1 * SMALLEST;
const CLEARLY_ABOVE = 1.3 * SMALLEST;

/** Plan 5.1: a size that changed by more than 50 % (and 1 GiB), either way, is a warning. */
export const snapshotSize = clusterCheck(check, judge, {
  unless: ({ facts }) => (facts.kind === 'flex' ? 'Atlas tells no size of flex snapshots' : null),
});

/** A recovery point whose size Atlas tells. */
type Sized = RecoveryPoint & { readonly sizeBytes: number };

function judge(subject: ReadSubject): Finding {
  const { facts, resource } = subject;
  if (!facts.snapshots.known) return notKnown({ check, resource, summary: facts.snapshots.reason });
  const { points = [], newest = null, recentBytes = [] } = subject.points ?? {};
  const [bytes] = recentBytes;
  if (bytes === undefined)
    return newest === null
      ? ok({ check, resource, summary: 'no snapshot to compare yet' })
      : notKnown({ check, resource, summary: 'Atlas tells no size of any snapshot' });
  const limits = subject.policy.snapshotSize;
  const change = recentBytes.some((size) => differs(size, bytes, limits)) ? jump(points, limits) : null;
  if (change !== null) return jumped(subject, change);
  return newest?.sizeBytes
    ? ok({ check, resource, summary: () => `newest snapshot ${gigabytes(bytes)}, in line with those before` })
    : notKnown({ check, resource, summary: 'Atlas tells no size of the newest snapshot' });
}

function jumped(subject: ReadSubject, change: Jump): Finding {
  const { by, from, to, empty, against, at: startedAt } = change;
  const critical = subject.policy.snapshotSize.criticalChange;
  const severity = critical !== null && Math.abs(by) > critical ? 'critical' : 'warning';
  const summary = `snapshot size ${percent(by)}: ${gigabytes(from.sizeBytes)} → ${gigabytes(to.sizeBytes)}${empty ? ', almost empty' : ''} (against ${against})`;
  return failing({
    check,
    resource: subject.resource,
    summary,
    severity,
    action: ACTION,
    startedAt,
    evidence: evidenceOf(subject, change),
  });
}

type Jump = {
  readonly by: number;
  readonly from: Sized;
  readonly to: Sized;
  readonly at: Instant;
  readonly against: string;
  readonly empty: boolean;
};

type Limits = ClusterPolicy['snapshotSize'];

/** The change of level that the newest size stands for; null where there is none, or where three later ones have confirmed it. */
function jump(points: readonly RecoveryPoint[], limits: Limits): Jump | null {
  const sizes = points.filter((point) => hasSize(point));
  const to = sizes.at(-1);
  if (!to) return null;
  const begins = sizes.findLastIndex(({ sizeBytes }) => differs(sizeBytes, to.sizeBytes, limits)) + 1;
  const first = sizes[begins];
  const before = sizes[begins - 1];
  if (!first || !before || sizes.length - begins > CONFIRMED_BY) return null;
  const against = (from: Sized, words: string): Jump => ({
    by: relative(from.sizeBytes, to.sizeBytes),
    from,
    to,
    at: first.createdAt,
    against: words,
    empty: emptied(from.sizeBytes, to.sizeBytes),
  });
  if (differs(before.sizeBytes, first.sizeBytes, limits)) return against(before, 'the one before');
  const median = medianOfWeek(sizes, to);
  return median && differs(median.sizeBytes, to.sizeBytes, limits) ? against(median, 'the median of 7 days') : null;
}

function hasSize(point: RecoveryPoint): point is Sized {
  return point.sizeBytes !== null && point.sizeBytes > 0;
}

/** The median of the sizes in the week before the newest; null where there are fewer than 7. */
function medianOfWeek(sizes: readonly Sized[], newest: Sized): Sized | null {
  const week = sizes.filter(({ createdAt }) => createdAt >= newest.createdAt - 7 * DAY && createdAt < newest.createdAt);
  if (week.length < MEDIAN_OF_AT_LEAST) return null;
  return week.toSorted((a, b) => a.sizeBytes - b.sizeBytes)[Math.floor(week.length / 2)] ?? null;
}

function differs(reference: number, newest: number, { change, atLeastBytes }: Limits): boolean {
  const large = Math.abs(relative(reference, newest)) > change && Math.abs(newest - reference) > atLeastBytes;
  return large || emptied(reference, newest);
}

function emptied(reference: number, newest: number): boolean {
  return newest <= NEAR_SMALLEST && reference >= CLEARLY_ABOVE;
}

function relative(reference: number, newest: number): number {
  return (newest - reference) / reference;
}

function evidenceOf(subject: ReadSubject, { from, to }: Jump): Finding['evidence'] {
  const between = subject.memory.changes.filter((item) => item.at >= from.createdAt && item.at <= to.createdAt);
  return [
    ['before', `${gigabytes(from.sizeBytes)} at ${iso(from.createdAt)}`],
    ['now', `${gigabytes(to.sizeBytes)} at ${iso(to.createdAt)}`],
    ['in between', between.length === 0 ? 'nothing that Atlas tells' : between.map((item) => `${item.what} at ${iso(item.at)}`).join('; ')],
    ...subject.evidence(),
  ];
}

function percent(fraction: number): string {
  return `${fraction > 0 ? '+' : '−'}${Math.round(Math.abs(fraction) * 100)} %`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e10 ? 2 : 1)} GB`;
}
