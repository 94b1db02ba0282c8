import { failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import type { ClusterPolicy } from '../../domain/policy/policy.ts';
import type { RecoveryPoint } from '../../domain/memory/held/recovery-points.ts';
import { DAY, type Instant, iso } from '../../domain/time.ts';
import { clusterCheck, type ReadSubject } from '../../domain/check/check-definition.ts';
import { step } from '../../domain/check/runbook.ts';

const check = 'snapshot-size';
const ACTION =
  'Compare with what happened in between (deploys, migrations, deletes). If data is missing, restore the snapshot before it into a sandbox and compare.';

/** So many later snapshots of the same level make it the new normal. */
const CONFIRMED_BY = 3;
/** The median of fewer sizes means nothing. */
const MEDIAN_OF_AT_LEAST = 7;
/** The smallest size that any volume reported is 1,535,365,120 bytes (recordings; docs/facts/atlas.md §3): a size near it means empty. */
const SMALLEST = 1_535_365_120;
const NEAR_SMALLEST = 1.1 * SMALLEST;
const CLEARLY_ABOVE = 1.3 * SMALLEST;

/** Plan 5.1: a size that changed by more than 50 % (and 1 GiB), in either direction, is a warning. */
export const snapshotSize = clusterCheck(
  {
    id: check,
    promise: "a snapshot's size changes by less than 50 %",
    inShort: { one: 'the snapshot size jumped', many: 'snapshot sizes jumped' },
    severity: 'critical',
    severityInWords: 'warning',
    timedByAtlas: true,
    aboutData: true,
    runbook: {
      means: 'The newest snapshot is more than 50 % (and 1 GiB) larger or smaller than before, or almost empty.',
      risk: 'Smaller may mean that data is gone and will be gone from every backup once the old ones expire. Larger may mean a runaway job.',
      steps: [
        'Compare with what happened in between: deploys, migrations, mass deletes, a change of tier (the alert names those that Atlas tells).',
        step(
          'If data is missing: stop what deletes, extend the retention of the snapshot before, and restore it into another cluster to compare.',
          'list-snapshots',
          'keep-snapshot',
        ),
        'If it was meant: nothing; three more snapshots of that size make it the new normal.',
      ],
      over: 'The size is in line again, or three later snapshots have confirmed the new one.',
      follow: ['corruption', 'accidental-deletion'],
    },
  },
  findingFor,
  { unless: ({ facts }) => (facts.kind === 'flex' ? 'Atlas tells no size of flex snapshots' : null) },
);

/** A recovery point whose size Atlas reports. */
type Sized = RecoveryPoint & { readonly sizeBytes: number };

function findingFor(subject: ReadSubject): Finding {
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

function jumped(subject: ReadSubject, { from, to, startedAt, against }: Jump): Finding {
  const { resource, policy, memory } = subject;
  const change = relative(from.sizeBytes, to.sizeBytes);
  const critical = policy.snapshotSize.criticalChange;
  const severity = critical !== null && Math.abs(change) > critical ? 'critical' : 'warning';
  const empty = emptied(from.sizeBytes, to.sizeBytes) ? ', almost empty' : '';
  const summary = `snapshot size ${percent(change)}: ${gigabytes(from.sizeBytes)} → ${gigabytes(to.sizeBytes)}${empty} (against ${against})`;
  const between = memory.changes.filter((item) => item.at >= from.createdAt && item.at <= to.createdAt);
  const evidence: Finding['evidence'] = [
    ['before', `${gigabytes(from.sizeBytes)} at ${iso(from.createdAt)}`],
    ['now', `${gigabytes(to.sizeBytes)} at ${iso(to.createdAt)}`],
    ['in between', between.length === 0 ? 'nothing that Atlas tells' : between.map((item) => `${item.what} at ${iso(item.at)}`).join('; ')],
  ];
  return failing({ check, resource, summary, severity, action: ACTION, startedAt, evidence });
}

/** `startedAt`: data time of the first snapshot of the new level. `against`: what `from` is, in words. */
type Jump = { readonly from: Sized; readonly to: Sized; readonly startedAt: Instant; readonly against: string };

type Limits = ClusterPolicy['snapshotSize'];

/** The change to the level of the newest size; null if there is none, or if three later snapshots have confirmed the new level. */
function jump(points: readonly RecoveryPoint[], limits: Limits): Jump | null {
  const sizes = points.filter((point) => hasSize(point));
  const to = sizes.at(-1);
  if (!to) return null;
  const begins = sizes.findLastIndex(({ sizeBytes }) => differs(sizeBytes, to.sizeBytes, limits)) + 1;
  const first = sizes[begins];
  const before = sizes[begins - 1];
  if (!first || !before || sizes.length - begins > CONFIRMED_BY) return null;
  const startedAt = first.createdAt;
  if (differs(before.sizeBytes, first.sizeBytes, limits)) return { from: before, to, startedAt, against: 'the one before' };
  const median = medianOfWeek(sizes, to);
  if (!median || !differs(median.sizeBytes, to.sizeBytes, limits)) return null;
  return { from: median, to, startedAt, against: 'the median of 7 days' };
}

/** Pure: what the newest size is compared with: the median of the week before it, or, of fewer than 7 sizes, the one before. Null if there is none. */
export function baselineOf(points: readonly RecoveryPoint[]): number | null {
  const sizes = points.filter((point) => hasSize(point));
  const newest = sizes.at(-1);
  return newest === undefined ? null : ((medianOfWeek(sizes, newest) ?? sizes.at(-2))?.sizeBytes ?? null);
}

function hasSize(point: RecoveryPoint): point is Sized {
  return point.sizeBytes !== null && point.sizeBytes > 0;
}

/** The median of the sizes in the week before the newest; null if there are fewer than 7. */
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

function percent(fraction: number): string {
  return `${fraction > 0 ? '+' : '−'}${Math.round(Math.abs(fraction) * 100)} %`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e10 ? 2 : 1)} GB`;
}
