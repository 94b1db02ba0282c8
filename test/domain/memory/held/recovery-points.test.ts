import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../../lib/domain/facts/facts.ts';
import type { ClusterMemory } from '../../../../lib/domain/memory/memory.ts';
import type { Gap } from '../../../../lib/domain/memory/pitr-breaks.ts';
import { recoveryPoints } from '../../../../lib/domain/memory/held/recovery-points.ts';
import { windowOf } from '../../../../lib/domain/memory/restorable-window.ts';
import { DAY, HOUR, MINUTE } from '../../../../lib/domain/time.ts';
import { NOW, snapshot, unfinished, watcher } from '../../../support/facts.ts';

describe('a snapshot as a recovery point', () => {
  const at = NOW - HOUR;
  test.for<[string, Snapshot, boolean, boolean]>([
    ['counts if it is completed and scheduled', snapshot(at), true, false],
    ['counts if it is completed and on demand', snapshot(at, { type: 'onDemand' }), true, false],
    ['counts if its size and expiry are unknown', snapshot(at, { sizeBytes: null, expiresAt: null }), true, false],
    ['does not count if it is a fallback', snapshot(at, { type: 'fallback' }), false, false],
    ['does not count if it failed', snapshot(at, { status: 'failed' }), false, false],
    ['does not count if it is queued', unfinished(at, { status: 'queued' }), false, false],
    ['does not count if it is in progress', unfinished(at), false, false],
    ['does not count from the millisecond at which it expires', snapshot(at, { expiresAt: NOW }), false, false],
    ['counts until one millisecond before it expires', snapshot(at, { expiresAt: NOW + 1 }), true, false],
    ['counts while it is dated 10 minutes ahead of us', snapshot(NOW + 10 * MINUTE), true, false],
    ['does not count one millisecond further ahead, and leaves no doubt', snapshot(NOW + 10 * MINUTE + 1), false, false],
    ['does not count if it is dated weeks ahead, and leaves no doubt', snapshot(NOW + 20 * DAY), false, false],
    ['is in doubt without its time', snapshot(at, { createdAt: null }), false, true],
    ['is in doubt without its status', snapshot(at, { status: null }), false, true],
    ['is in doubt without its type', snapshot(at, { type: null }), false, true],
    ['does not count without its time once it has expired', snapshot(at, { createdAt: null, expiresAt: NOW }), false, false],
  ])('%s', ([, candidate, counts, doubtful]) => {
    const found = recoveryPoints([candidate], NOW);
    expect(found.newest !== null).toBe(counts);
    expect(found.doubt !== null).toBe(doubtful);
  });

  test('is evaluated anew at each moment, also where the list is the same', () => {
    const list = [snapshot(at, { expiresAt: NOW })];
    expect([NOW - 1, NOW, NOW - 1].map((now) => recoveryPoints(list, now).points.length)).toEqual([1, 0, 1]);
  });

  test('that is dated ahead counts as soon as our clock comes within 10 minutes of it, also where the list is the same', () => {
    const list = [snapshot(NOW - 30 * HOUR), snapshot(NOW + HOUR)];
    const seen = [NOW, NOW + 50 * MINUTE - 1, NOW + 50 * MINUTE].map((now) => recoveryPoints(list, now));
    expect(seen.map(({ newest, ahead }) => [newest?.createdAt, ahead])).toEqual([
      [NOW - 30 * HOUR, NOW + HOUR],
      [NOW - 30 * HOUR, NOW + HOUR],
      [NOW + HOUR, null],
    ]);
  });

  test('is sorted by its data time, whatever the order of the list', () => {
    const list = [snapshot(NOW - 2 * HOUR), snapshot(NOW - HOUR), snapshot(NOW - 3 * HOUR)];
    expect(recoveryPoints(list, NOW).points.map(({ createdAt }) => createdAt)).toEqual([NOW - 3 * HOUR, NOW - 2 * HOUR, NOW - HOUR]);
  });

  test.for([
    ['causes no doubt if it was requested before the newest point', NOW - 2 * HOUR, null],
    ['causes doubt if it was requested after the newest point', NOW - HOUR / 2, '1 snapshot came without their time, status or type'],
    ['causes doubt if it was requested at an unknown time', null, '1 snapshot came without their time, status or type'],
  ] as const)('one without its time, %s', ([, requestedAt, doubt]) =>
    expect(recoveryPoints([snapshot(NOW - HOUR), snapshot(NOW, { createdAt: null, requestedAt })], NOW).doubt).toBe(doubt),
  );

  test.for([
    ['oldest first', (all: readonly Snapshot[]) => all],
    ['newest first', (all: readonly Snapshot[]) => all.toReversed()],
  ] as const)('of the same second as another is the newest by its id, where the list has them %s', ([, listed]) => {
    const all = [
      snapshot(at - HOUR, { id: 'c', sizeBytes: 1 }),
      snapshot(at, { id: 'b1', sizeBytes: 2 }),
      snapshot(at, { id: 'b2', sizeBytes: 3 }),
    ];
    expect(recoveryPoints(listed(all), NOW).points.map(({ sizeBytes }) => sizeBytes)).toEqual([1, 2, 3]);
  });

  test('is found among a hundred thousand without quadratic work', () =>
    expect(
      recoveryPoints(
        Array.from({ length: 100_000 }, (_, index) => snapshot(NOW - index)),
        NOW,
      ).points,
    ).toHaveLength(100_000));
});

describe('the restorable window', () => {
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
    ['is null while no point has followed the switching on of PITR', cluster(since(NOW - 10 * HOUR)), at(20), [], null],
    ['is null without a point', cluster(), [], [], null],
    ['is null with PITR off', cluster({ pitr: { on: false, seenAt: NOW, onSince: null, offSince: null, brokeAt: null } }), at(5), [], null],
    ['is null where its length is not known', cluster({ restoreWindowDays: null }), at(5), [], null],
    ['ends where an open gap begins', cluster(), at(20), [gap(3, null)], [20, 3]],
    ['is null where the open gap is older than it', cluster(), at(20), [gap(30, null)], null],
    ['reaches the present where a gap ended', cluster(), at(20), [gap(5, 3)], [20, 0]],
  ])('%s', ([, memory, points, gaps, expected]) => {
    const window = windowOf(memory, points, gaps, NOW);
    expect(window && [(NOW - window.from) / HOUR, (NOW - window.to) / HOUR]).toEqual(expected);
  });

  test('holds the breaks inside it, cut to its limits', () => {
    const window = windowOf(cluster(), at(20), [gap(30, 25), gap(22, 18), gap(10, 9), gap(2, null)], NOW);
    expect(window?.breaks.map(({ from, to }) => [(NOW - from) / HOUR, (NOW - to) / HOUR])).toEqual([
      [20, 18],
      [10, 9],
    ]);
    expect(DAY).toBe(24 * HOUR);
  });
});
