import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../lib/domain/facts.ts';
import type { ClusterMemory } from '../../lib/domain/memory.ts';
import { type Gap, recoveryPoints, windowOf } from '../../lib/domain/recovery.ts';
import { DAY, HOUR } from '../../lib/domain/time.ts';
import { NOW, snapshot, unfinished, watcher } from '../support/facts.ts';

describe('a snapshot counts', () => {
  const at = NOW - HOUR;
  test.for<[string, Snapshot, boolean, boolean]>([
    ['completed and scheduled', snapshot(at), true, false],
    ['completed on demand', snapshot(at, { type: 'onDemand' }), true, false],
    ['of unknown size and expiry', snapshot(at, { sizeBytes: null, expiresAt: null }), true, false],
    ['not as a fallback', snapshot(at, { type: 'fallback' }), false, false],
    ['not failed', snapshot(at, { status: 'failed' }), false, false],
    ['not queued', unfinished(at, { status: 'queued' }), false, false],
    ['not in progress', unfinished(at), false, false],
    ['not expired at this very moment', snapshot(at, { expiresAt: NOW }), false, false],
    ['until it expires', snapshot(at, { expiresAt: NOW + 1 }), true, false],
    ['perhaps, without its time', snapshot(at, { createdAt: null }), false, true],
    ['perhaps, without its status', snapshot(at, { status: null }), false, true],
    ['perhaps, without its type', snapshot(at, { type: null }), false, true],
    ['not without its time once it has expired', snapshot(at, { createdAt: null, expiresAt: NOW }), false, false],
  ])('%s', ([, candidate, counts, doubtful]) => {
    const found = recoveryPoints([candidate], NOW);
    expect(found.newest !== null).toBe(counts);
    expect(found.doubt !== null).toBe(doubtful);
  });

  test('is judged anew at each moment, also where the list is the same', () => {
    const list = [snapshot(at, { expiresAt: NOW })];
    expect([NOW - 1, NOW, NOW - 1].map((now) => recoveryPoints(list, now).points.length)).toEqual([1, 0, 1]);
  });

  test('is the newest by its data time, whatever the order of the list', () => {
    const list = [snapshot(NOW - 2 * HOUR), snapshot(NOW - HOUR), snapshot(NOW - 3 * HOUR)];
    expect(recoveryPoints(list, NOW).points.map(({ createdAt }) => createdAt)).toEqual([NOW - 3 * HOUR, NOW - 2 * HOUR, NOW - HOUR]);
  });

  test.for([
    ['asked for before the newest point is no doubt', NOW - 2 * HOUR, null],
    ['asked for after it is one', NOW - HOUR / 2, '1 snapshot(s) came without their time, status or type'],
    ['asked for at an unknown time is one', null, '1 snapshot(s) came without their time, status or type'],
  ] as const)('one without its time, %s', ([, requestedAt, doubt]) =>
    expect(recoveryPoints([snapshot(NOW - HOUR), snapshot(NOW, { createdAt: null, requestedAt })], NOW).doubt).toBe(doubt),
  );

  test('a hundred thousand are read in a moment', () =>
    expect(
      recoveryPoints(
        Array.from({ length: 100_000 }, (_, index) => snapshot(NOW - index)),
        NOW,
      ).points,
    ).toHaveLength(100_000));
});

describe('the window', () => {
  const seen = watcher().look().memory.projects['p1']?.clusters['c1'];
  const cluster = (changes: Partial<ClusterMemory> = {}): ClusterMemory => {
    if (!seen) throw new Error('the watcher saw no cluster');
    return { ...seen, restoreWindowDays: 2, ...changes };
  };
  const since = (onSince: number | null): Partial<ClusterMemory> => ({
    pitr: { on: true, seenAt: NOW, onSince, offSince: null, brokeAt: null },
  });
  const at = (...hours: readonly number[]): ReturnType<typeof recoveryPoints>['points'] =>
    hours.map((ago) => ({ createdAt: NOW - ago * HOUR, expiresAt: null, sizeBytes: null }));
  const gap = (from: number, to: number | null): Gap => ({
    from: NOW - from * HOUR,
    to: to === null ? null : NOW - to * HOUR,
    cause: 'oplog behind',
  });

  test.for<[string, ClusterMemory, ReturnType<typeof at>, readonly Gap[], readonly [number, number] | null]>([
    ['is as long as the restore window', cluster(), at(100, 1), [], [48, 0]],
    ['begins at the earliest point where that is later', cluster(), at(5, 1), [], [5, 0]],
    ['begins at the earliest point since PITR was switched on', cluster(since(NOW - 10 * HOUR)), at(20, 6, 1), [], [6, 0]],
    ['is nothing while no point has followed the switching on', cluster(since(NOW - 10 * HOUR)), at(20), [], null],
    ['is nothing without a point', cluster(), [], [], null],
    [
      'is nothing with PITR off',
      cluster({ pitr: { on: false, seenAt: NOW, onSince: null, offSince: null, brokeAt: null } }),
      at(5),
      [],
      null,
    ],
    ['is nothing where its length is not known', cluster({ restoreWindowDays: null }), at(5), [], null],
    ['ends where an open gap begins', cluster(), at(20), [gap(3, null)], [20, 3]],
    ['is nothing where the open gap is older than it', cluster(), at(20), [gap(30, null)], null],
    ['reaches the present over a gap that ended', cluster(), at(20), [gap(5, 3)], [20, 0]],
  ])('%s', ([, memory, points, gaps, expected]) => {
    const window = windowOf(memory, points, gaps, NOW);
    expect(window && [(NOW - window.from) / HOUR, (NOW - window.to) / HOUR]).toEqual(expected);
  });

  test('holds the breaks that lie inside, cut to it', () => {
    const window = windowOf(cluster(), at(20), [gap(30, 25), gap(22, 18), gap(10, 9), gap(2, null)], NOW);
    expect(window?.breaks.map(({ from, to }) => [(NOW - from) / HOUR, (NOW - to) / HOUR])).toEqual([
      [20, 18],
      [10, 9],
    ]);
    expect(DAY).toBe(24 * HOUR);
  });
});
