import type { ClusterFacts, Snapshot } from '../../facts/facts.ts';
import { DAY, type Duration, type Instant } from '../../time.ts';
import { type HeldPoints, type Loss, LOSSES_COUNT_FOR } from './held-points.ts';
import { comparedWith, hasOnly, lossOf, pointsIn } from './lost-points.ts';
import { countScheduled, eachPacked } from './packed-points.ts';
import { recoveryPoints } from './recovery-points.ts';

/** Losses are kept for longer than they are shown, so that the first check after a long silence still knows what it ends. */
const LOSSES_KEPT_FOR: Duration = 30 * DAY;
/** More than there are in 72 h of hourly checks. */
const LOSSES_KEPT = 100;

/** When the run began, and whether it read everything. */
export type HeldReading = { readonly now: Instant; readonly complete: boolean };

type TypeFacts = Pick<ClusterFacts, 'kind' | 'topology' | 'backupEnabled' | 'deleting'>;

/**
 * Whose recovery points a list has, as `HeldPoints.of`. Null if lists cannot be compared: Atlas does not say what the cluster is, it is being deleted, or its
 * backups are off, which other checks report. Flex and M0 clusters have no snapshots that anybody can delete.
 */
export function heldType({ kind, topology, backupEnabled, deleting }: TypeFacts): string | null {
  if (isWithoutPoints({ kind, backupEnabled }) || deleting || !topology.known || !backupEnabled.known) return null;
  // The number of shards may change; the snapshots before it are listed all the same.
  return `${kind} ${topology.value.split('/', 1)[0]}`;
}

function isWithoutPoints({ kind, backupEnabled }: Pick<ClusterFacts, 'kind' | 'backupEnabled'>): boolean {
  return (kind !== 'replicaSet' && kind !== 'sharded') || (backupEnabled.known && !backupEnabled.value);
}

/**
 * Pure: the held points after a run. A point is lost if the list lacks it although its expiry, as last told after completion, lay over 12 h ahead, and
 * either Atlas denies that the snapshot exists or the list of an earlier complete check lacked it too. A run that cannot compare leaves everything as it
 * was; backups that are off, and a cluster of another type, end the comparison.
 */
export function foldHeld(before: HeldPoints | undefined, facts: ClusterFacts, reading: HeldReading): HeldPoints | undefined {
  const { now } = reading;
  const of = heldType(facts);
  if (of === null) return isWithoutPoints(facts) ? begun('', '', before, now) : before;
  // By a wrong clock of ours, what expired in time would seem to have gone too early.
  if (!facts.snapshots.known || recoveryPoints(facts.snapshots.value, now).ahead !== null) return before;
  const list = facts.snapshots.value;
  if (before === undefined || before.of !== of || before.readAt > now) return begun(of, pointsIn(list, now), before, now);
  if (before.lacked === undefined && hasOnly(before.points, list, now)) return unchanged(before, now);
  return compared(before, list, facts.goneSnapshots ?? [], reading);
}

/** The first list of a cluster of this type. What was lost before stays lost. */
function begun(of: string, points: string, before: HeldPoints | undefined, now: Instant): HeldPoints | undefined {
  const losses = recentLosses(before?.losses, now);
  if (points === '' && losses === undefined) return undefined;
  return { of, points, readAt: now, most: [[now, countScheduled(points)]], ...(losses && { losses }) };
}

/** Written field by field, since most clusters of most checks come here. */
function unchanged({ of, points, most, losses: earlier }: HeldPoints, now: Instant): HeldPoints {
  const losses = recentLosses(earlier, now);
  const held = { of, points, readAt: now, most: withCount(most, countScheduled(points), now) };
  return losses === undefined ? held : { ...held, losses };
}

function compared(before: HeldPoints, list: readonly Snapshot[], gone: readonly string[], { now, complete }: HeldReading): HeldPoints {
  const { kept, lacked, lost, shortened } = comparedWith(before, { list, gone, now, complete });
  const points = kept + lacked.join('');
  const most = withCount(before.most, countScheduled(points + lost.join('')), now);
  const loss = lossOf({ lost, shortened }, { before, now, most: most[0]?.[1] ?? 0 });
  const losses = recentLosses(loss ? [...(before.losses ?? []), loss] : before.losses, now);
  const undecided = (complete ? lacked : lacked.filter((point) => wasLacked(before, point))).join('');
  return {
    of: before.of,
    points,
    readAt: now,
    ...(undecided !== '' && { lacked: { points: undecided, readAt: before.lacked?.readAt ?? before.readAt } }),
    most,
    ...(losses && { losses }),
  };
}

function wasLacked({ lacked }: HeldPoints, point: string): boolean {
  return lacked !== undefined && eachPacked(lacked.points).includes(point);
}

/** `most` with the count of this check; without what is older than 72 h, later than now (a clock was set back), or reached again. */
function withCount(most: HeldPoints['most'], count: number, now: Instant): HeldPoints['most'] {
  return [...most.filter(([at, held]) => held > count && at >= now - LOSSES_COUNT_FOR && at <= now), [now, count]];
}

/** Those of the last 30 days, at most 100: then losses of on-demand points alone are dropped first, since scripts may cause one every hour. */
function recentLosses(losses: readonly Loss[] | undefined, now: Instant): readonly Loss[] | undefined {
  if (losses === undefined) return undefined;
  if (losses.length <= LOSSES_KEPT && losses.every(({ at }) => at > now - LOSSES_KEPT_FOR && at <= now)) return losses;
  const recent = losses.flatMap((loss) => (loss.at <= now - LOSSES_KEPT_FOR ? [] : [loss.at > now ? { ...loss, at: now } : loss]));
  if (recent.length <= LOSSES_KEPT) return recent.length === 0 ? undefined : recent;
  const scheduled = recent.filter((loss) => loss.scheduled + loss.shortened > 0).slice(-LOSSES_KEPT);
  const room = LOSSES_KEPT - scheduled.length;
  const kept = new Set([...scheduled, ...(room === 0 ? [] : recent.filter((loss) => loss.scheduled + loss.shortened === 0).slice(-room))]);
  return recent.filter((loss) => kept.has(loss));
}
