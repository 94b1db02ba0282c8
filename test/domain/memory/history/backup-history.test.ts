import { describe, expect, test } from 'vitest';
import { type BackupHistory, foldHistory, type HistoryReading } from '../../../../lib/domain/memory/history/backup-history.ts';
import { DAYS_KEPT, dayOfInstant, unpackDays } from '../../../../lib/domain/memory/history/packed-days.ts';
import { unpackListing } from '../../../../lib/domain/memory/history/packed-listing.ts';
import type { RecoveryPoint } from '../../../../lib/domain/memory/held/recovery-points.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../../../lib/domain/time.ts';
import { GIB, NOW } from '../../../support/facts.ts';

const BEGIN = Math.floor(NOW / DAY) * DAY;

/** What Atlas lists at a moment: a snapshot every six hours, kept for three days, the first of each day for thirty. */
function listedAt(now: Instant): readonly RecoveryPoint[] {
  const first = BEGIN - 40 * DAY;
  const taken = Array.from({ length: Math.floor((now - first) / (6 * HOUR)) + 1 }, (_, index) => first + index * 6 * HOUR);
  return taken.flatMap((at) => {
    const isDaily = at % DAY === 0;
    const expiresAt = at + (isDaily ? 30 : 3) * DAY;
    const frequency = isDaily ? ('daily' as const) : ('hourly' as const);
    return expiresAt > now
      ? [{ createdAt: at, expiresAt, sizeBytes: GIB + (at - first) / 1_000, type: 'scheduled' as const, frequency }]
      : [];
  });
}

function reading(now: Instant, changes: Partial<HistoryReading> = {}): HistoryReading {
  return { kind: 'replicaSet', points: listedAt(now), readBefore: null, checkInterval: HOUR, breaks: [], schedule: null, now, ...changes };
}

function after(runs: readonly Instant[], changes: (now: Instant) => Partial<HistoryReading> = () => ({})): BackupHistory {
  let history: BackupHistory | undefined;
  let readBefore: Instant | null = null;
  for (const now of runs) {
    const read = reading(now, { readBefore, ...changes(now) });
    history = foldHistory(history, read);
    if (read.points !== null) readBefore = now;
  }
  if (history === undefined) throw new Error('nothing was folded');
  return history;
}

/** What the page reads of it. */
function shown(history: BackupHistory, now: Instant): unknown {
  const points = unpackListing(history.listed);
  return {
    days: unpackDays(history.days),
    unwatched: history.unwatched,
    sizes: points.map(({ createdAt, sizeBytes }) => [createdAt, sizeBytes]),
    listed: points.filter(({ listed, expiresAt }) => listed && (expiresAt === null || expiresAt > now)),
  };
}

const hourly = (hours: number): readonly Instant[] => Array.from({ length: hours }, (_, hour) => BEGIN + hour * HOUR);

describe('the history of a cluster', () => {
  test('takes the points that the first list has for points of their days, and says since when it is watched', () => {
    const history = after([BEGIN + HOUR]);
    const days = unpackDays(history.days);
    expect(history.since).toBe(BEGIN + HOUR);
    expect(days.at(-1)).toEqual({ day: dayOfInstant(BEGIN), points: 1, gap: false, unwatched: 0 });
    expect(days.slice(-5, -1).map(({ points }) => points)).toEqual([1, 4, 4, 4]);
    expect(days.some(({ unwatched }) => unwatched > 0)).toBe(false);
  });

  test.for<[string, readonly Instant[]]>([
    ['every second run', hourly(20 * 24 + 1).filter((at) => (at / HOUR) % 2 === 0)],
    ['each run twice', hourly(20 * 24 + 1).flatMap((at) => [at, at])],
    ['late runs', hourly(20 * 24 + 1).map((at, index) => at + (index % 7 === 3 ? 10 * MINUTE : 0))],
    ['overlapping runs, of which the older ends last', hourly(20 * 24 + 1).flatMap((at) => [at, at - 30 * MINUTE, at])],
  ])('is the same after %s as after one every hour', ([, runs]) => {
    const end = BEGIN + 20 * DAY;
    const kept = (history: BackupHistory): unknown => shown({ ...history, since: BEGIN }, end);
    expect(kept(after([BEGIN, ...runs.filter((at) => at > BEGIN), end]))).toEqual(kept(after(hourly(20 * 24 + 1))));
  });

  test('counts the points of days on which no check ran, and notes the hours that nobody watched', () => {
    const history = after([...hourly(25), BEGIN + 2 * DAY + 6 * HOUR]);
    expect(unpackDays(history.days).slice(-3)).toMatchObject([
      { points: 4, unwatched: 0 },
      { points: 4, unwatched: 24 },
      { points: 2, unwatched: 6 },
    ]);
    expect(history.unwatched).toEqual([{ from: BEGIN + DAY, to: BEGIN + 2 * DAY + 6 * HOUR }]);
  });

  test.for([
    ['two intervals and a quarter of an hour apart', 2 * HOUR + 15 * MINUTE, undefined],
    ['a millisecond more', 2 * HOUR + 15 * MINUTE + 1, [{ from: BEGIN, to: BEGIN + 2 * HOUR + 15 * MINUTE + 1 }]],
  ] as const)('of runs %s says whether somebody watched', ([, apart, expected]) => {
    expect(after([BEGIN, BEGIN + apart]).unwatched).toEqual(expected);
  });

  test.for([
    ['exactly as late as is let pass', 0, undefined],
    ['a millisecond later', 1, [{ from: BEGIN, to: BEGIN + 2 * DAY + 15 * MINUTE + 1 }]],
  ] as const)('of checks that are due once a day, only the second one that is missed leaves time unwatched: %s', ([, more, expected]) => {
    const daily = () => ({ checkInterval: DAY });
    expect(after([BEGIN, BEGIN + 2 * DAY + 15 * MINUTE + more], daily).unwatched).toEqual(expected);
  });

  test('keeps a run that cannot read the snapshots out of it, and notes the time', () => {
    const blind = (now: Instant) => (now > BEGIN && now < BEGIN + 5 * HOUR ? { points: null } : {});
    expect(after(hourly(8), blind).unwatched).toEqual([{ from: BEGIN, to: BEGIN + 5 * HOUR }]);
  });

  test('marks each day of a break that is over, also when the break is told again by every run', () => {
    const gap = { from: BEGIN - 2 * DAY + HOUR, to: BEGIN - DAY, cause: 'oplog behind' };
    const history = after(hourly(30), () => ({ breaks: [gap] }));
    const marked = unpackDays(history.days).flatMap(({ day, gap: isGap }) => (isGap ? [day] : []));
    expect(marked).toEqual([dayOfInstant(BEGIN) - 2]);
  });

  test('keeps twelve months and no more', () => {
    const history = after(Array.from({ length: 450 }, (_, day) => BEGIN + day * DAY));
    expect(unpackDays(history.days)).toHaveLength(DAYS_KEPT);
  });

  test('stays the same object while nothing changes, and keeps the daily time of the schedule', () => {
    const schedule = { takenAt: 6 * HOUR, extraRetention: [{ frequency: 'daily', days: 3 }] } as const;
    const before = foldHistory(undefined, reading(BEGIN, { schedule }));
    expect(before).toMatchObject(schedule);
    const next = reading(BEGIN + HOUR, { readBefore: BEGIN, points: [...listedAt(BEGIN + HOUR)], schedule: structuredClone(schedule) });
    expect(foldHistory(before, next)).toBe(before);
  });

  test('is none of an M0, which has no backups', () => {
    expect(foldHistory(undefined, reading(BEGIN, { kind: 'free', points: [] }))).toBeUndefined();
  });

  test('costs less than 10 MB of text for 6,250 clusters after a year', () => {
    const history = after(Array.from({ length: 366 * 4 }, (_, run) => BEGIN + run * 6 * HOUR));
    expect(6_250 * (history.days.text.length + history.listed.text.length)).toBeLessThan(10_000_000);
  });
});
