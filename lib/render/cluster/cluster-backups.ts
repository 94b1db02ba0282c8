import type { Schedule } from '../../domain/facts/facts.ts';
import type { ClusterRow } from '../../domain/findings/recorded-view.ts';
import { type Span, unwatchedAfter } from '../../domain/memory/history/backup-history.ts';
import { type ListedPoint, unpackListing } from '../../domain/memory/history/packed-listing.ts';
import type { ClusterMemory } from '../../domain/memory/memory.ts';
import type { ClusterPolicy } from '../../domain/policy/policy.ts';
import { type Duration, type Instant, MINUTE } from '../../domain/time.ts';
import { type DayCalendar, dayCalendar } from './day-calendar.ts';
import { type SizeHistory, sizeHistory } from './measured-history.ts';
import { type Forecast, forecastOf } from './points-forecast.ts';
import { isProven, type KindSummary, type ProvenPoint, type Ribbon, ribbonOf, summariesOf } from './ribbon.ts';

export type ShownPoint = ListedPoint & { readonly proven: boolean };

/** What there is to restore from, was and will be. */
export type Backups = {
  readonly ribbon: Ribbon;
  /** The newest first. */
  readonly points: readonly ShownPoint[];
  readonly kinds: readonly KindSummary[];
  /** The check that read the points; null if none could so far. */
  readonly readAt: Instant | null;
  readonly forecast: Forecast | null;
  /** The schedule is not known, so that the forecast has only what exists now. */
  readonly withoutSchedule: boolean;
  readonly sizes: SizeHistory | null;
  readonly calendar: DayCalendar | null;
};

type BackupsInput = {
  readonly row: ClusterRow;
  readonly memory: ClusterMemory | null;
  readonly proven: readonly ProvenPoint[];
  /** Back to when proven points were read, if there may be older ones; else null. */
  readonly provenFrom: Instant | null;
  readonly policy: ClusterPolicy;
  readonly checkInterval: Duration;
  readonly schedule: Schedule | null;
  readonly now: Instant;
};

/** Pure. Expired points are left out: the last list may be hours old. */
export function backupsOf({ row, memory, proven, provenFrom, policy, checkInterval, schedule, now }: BackupsInput): Backups {
  const history = memory?.history ?? null;
  const remembered = history === null ? [] : unpackListing(history.listed);
  const points = remembered.filter(({ listed, expiresAt }) => listed && (expiresAt === null || expiresAt > now));
  const openUnwatched = unwatchedNow(memory, checkInterval, now);
  const unwatched = [...(history?.unwatched ?? []), ...(openUnwatched ? [openUnwatched] : [])];
  return {
    ribbon: ribbonOf({ window: row.window, points, proven, unwatched, now }),
    points: points.toReversed().map((point) => ({ ...point, proven: isProven(point, proven) })),
    kinds: summariesOf(points),
    readAt: memory?.snapshotsReadAt ?? null,
    forecast: schedule === null ? null : forecastOf({ schedule, points, now }),
    withoutSchedule: (schedule?.items.length ?? 0) === 0,
    sizes: sizeHistory(remembered, policy.snapshotSize),
    calendar: history && dayCalendar({ history, proven, provenFrom, openGap: gapNow(row, memory), openUnwatched, now }),
  };
}

function unwatchedNow(memory: ClusterMemory | null, checkInterval: Duration, now: Instant): Span | null {
  const readAt = memory?.gone ? null : (memory?.snapshotsReadAt ?? null);
  return readAt !== null && now - readAt > unwatchedAfter(checkInterval) ? { from: readAt, to: now } : null;
}

/** PITR was on and reaches no further, or was switched off: the gap has not ended, so that no break is remembered yet. */
function gapNow({ window, restorable: { readAt } }: ClusterRow, memory: ClusterMemory | null): Span | null {
  if (window !== null) return readAt - window.to > MINUTE ? { from: window.to, to: readAt } : null;
  const off = memory?.pitr.on === false ? memory.pitr.offSince : null;
  return off === null || readAt <= off ? null : { from: off, to: readAt };
}
