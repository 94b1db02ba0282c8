import { failing, type Finding, notKnown, ok } from '../domain/finding.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import { type RecoveryPoint, recoveryPoints } from '../domain/recovery.ts';
import { DAY, type Instant, iso } from '../domain/time.ts';
import { clusterCheck, type CheckInput, type ReadSubject } from './check.ts';

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

type Size = { readonly at: Instant; readonly bytes: number };

function judge(subject: ReadSubject, input: CheckInput): Finding {
  const { facts, resource } = subject;
  if (!facts.snapshots.known) return notKnown({ check, resource, summary: facts.snapshots.reason });
  const { points } = recoveryPoints(facts.snapshots.value, input.now);
  const { newest, change, calm } = levels(points, subject.policy.snapshotSize);
  if (newest === null)
    return points.length === 0
      ? ok({ check, resource, summary: 'no snapshot to compare yet' })
      : notKnown({ check, resource, summary: 'Atlas tells no size of any snapshot' });
  if (change === null && points.at(-1)?.at !== newest.at)
    return notKnown({ check, resource, summary: 'Atlas tells no size of the newest snapshot' });
  if (change === null) return ok({ check, resource, summary: calm });
  const critical = subject.policy.snapshotSize.criticalChange;
  const severity = critical !== null && Math.abs(change.by) > critical ? 'critical' : 'warning';
  const summary = `snapshot size ${percent(change.by)}: ${gigabytes(change.from.bytes)} → ${gigabytes(newest.bytes)}${change.empty ? ', almost empty' : ''} (against ${change.against})`;
  return failing({
    check,
    resource,
    summary,
    severity,
    action: ACTION,
    startedAt: change.at,
    evidence: evidenceOf(subject, change, newest),
  });
}

type Jump = { readonly by: number; readonly from: Size; readonly at: Instant; readonly against: string; readonly empty: boolean };

type Limits = ClusterPolicy['snapshotSize'];
/** `calm`: what is said where there is no change. */
type Levels = { readonly newest: Size | null; readonly change: Jump | null; readonly calm: string };

/** The same points mean the same, whatever the time: kept for as long as a listing stays as it is. */
const seen = new WeakMap<readonly RecoveryPoint[], { readonly limits: Limits; readonly levels: Levels }>();

/** The newest size that is known, and the change of level that it stands for. */
function levels(points: readonly RecoveryPoint[], limits: Limits): Levels {
  const kept = seen.get(points);
  if (kept?.limits === limits) return kept.levels;
  const sizes: Size[] = [];
  for (const { at, sizeBytes } of points) if (sizeBytes !== null && sizeBytes > 0) sizes.push({ at, bytes: sizeBytes });
  const newest = sizes.at(-1) ?? null;
  const calm = newest === null ? '' : `newest snapshot ${gigabytes(newest.bytes)}, in line with those before`;
  const found = { newest, change: newest && jump(sizes, newest, limits), calm };
  seen.set(points, { limits, levels: found });
  return found;
}

/** The change of level that the newest snapshot stands for; null where there is none or three later ones have confirmed it. */
function jump(sizes: readonly Size[], newest: Size, limits: Limits): Jump | null {
  const begins = sizes.findLastIndex((size) => differs(size, newest, limits)) + 1;
  const first = sizes[begins];
  const before = sizes[begins - 1];
  if (!first || !before || sizes.length - begins > CONFIRMED_BY) return null;
  if (differs(before, first, limits))
    return { by: relative(before, newest), from: before, at: first.at, against: 'the one before', empty: emptied(before, newest) };
  const median = medianOfWeek(sizes, newest);
  if (!median || !differs(median, newest, limits)) return null;
  return { by: relative(median, newest), from: median, at: first.at, against: 'the median of 7 days', empty: emptied(median, newest) };
}

/** The median of the sizes in the week before the newest; null where there are fewer than 7. */
function medianOfWeek(sizes: readonly Size[], newest: Size): Size | null {
  const week = sizes.filter((size) => size.at >= newest.at - 7 * DAY && size.at < newest.at);
  if (week.length < MEDIAN_OF_AT_LEAST) return null;
  return week.toSorted((a, b) => a.bytes - b.bytes)[Math.floor(week.length / 2)] ?? null;
}

function differs(reference: Size, newest: Size, { change, atLeastBytes }: Limits): boolean {
  const large = Math.abs(relative(reference, newest)) > change && Math.abs(newest.bytes - reference.bytes) > atLeastBytes;
  return large || emptied(reference, newest);
}

function emptied(reference: Size, newest: Size): boolean {
  return newest.bytes <= NEAR_SMALLEST && reference.bytes >= CLEARLY_ABOVE;
}

function relative(reference: Size, newest: Size): number {
  return (newest.bytes - reference.bytes) / reference.bytes;
}

function evidenceOf(subject: ReadSubject, change: Jump, newest: Size): Finding['evidence'] {
  const between = subject.memory.changes.filter((item) => item.at >= change.from.at && item.at <= newest.at);
  return [
    ['before', `${gigabytes(change.from.bytes)} at ${iso(change.from.at)}`],
    ['now', `${gigabytes(newest.bytes)} at ${iso(newest.at)}`],
    ['in between', between.length === 0 ? 'nothing that Atlas tells' : between.map((item) => `${item.what} at ${iso(item.at)}`).join('; ')],
    ...subject.evidence,
  ];
}

function percent(fraction: number): string {
  return `${fraction > 0 ? '+' : '−'}${Math.round(Math.abs(fraction) * 100)} %`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e10 ? 2 : 1)} GB`;
}
