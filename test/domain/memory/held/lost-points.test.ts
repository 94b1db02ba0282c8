import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../../lib/domain/facts/facts.ts';
import type { HeldPoints } from '../../../../lib/domain/memory/held/held-points.ts';
import { comparedWith, hasOnly, missingPoints, pointsIn } from '../../../../lib/domain/memory/held/lost-points.ts';
import { DAY, HOUR, type Instant } from '../../../../lib/domain/time.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

/** Taken so many days ago; with a time of its own in its id, as Atlas's have. */
function point(days: number, changes: Partial<Snapshot> = {}): Snapshot {
  const createdAt = NOW - days * DAY;
  const id = `${(createdAt / 1_000).toString(16)}0123456789abcdef`;
  return {
    id,
    status: 'completed',
    type: 'scheduled',
    requestedAt: createdAt,
    createdAt,
    expiresAt: NOW + 7 * DAY,
    sizeBytes: 1,
    ...changes,
  };
}

function held(list: readonly Snapshot[]): HeldPoints {
  return { of: 'replicaSet', points: pointsIn(list, NOW), readAt: NOW, most: [] };
}

const LIST = [point(3), point(2), point(1)];

describe('a list has just the points that were held', () => {
  test.for<[string, readonly Snapshot[], boolean]>([
    ['the same ones', LIST.map((one) => ({ ...one })), true],
    ['one that does not tell its expiry now', [point(3), point(2, { expiresAt: null }), point(1)], true],
    ['one more that is under way', [...LIST, point(0, { status: 'inProgress', createdAt: null })], true],
    ['one more whose id is no ObjectId', [...LIST, point(0, { id: 'x' })], true],
    ['one more', [...LIST, point(0)], false],
    ['one less at the end', LIST.slice(0, 2), false],
    ['one less at the beginning', LIST.slice(1), false],
    ['another order', LIST.toReversed(), false],
    ['an expiry a second later', [point(3), point(2, { expiresAt: NOW + 7 * DAY + 1_000 }), point(1)], false],
    ['one that is on-demand now', [point(3), point(2, { type: 'onDemand' }), point(1)], false],
    ['one that is not complete any more', [point(3), point(2, { status: 'failed' }), point(1)], false],
    ['an id of the same second', [point(3), { ...point(2), id: `${point(2).id.slice(0, 23)}0` }, point(1)], false],
  ])('with %s: $2', ([, list, same]) => expect(hasOnly(held(LIST).points, list, NOW)).toBe(same));

  test('until one of them expires', () => {
    const [before, list] = [held(LIST).points, [...LIST]];
    expect([NOW, NOW + 7 * DAY - 1, NOW + 7 * DAY, NOW].map((now: Instant) => hasOnly(before, list, now))).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  test('which a list that was found the same says of these alone', () => {
    const list = [...LIST];
    expect([held(list).points, held(LIST.slice(1)).points].map((points) => hasOnly(points, list, NOW))).toEqual([true, false]);
  });
});

describe('what became of the points that were held', () => {
  const compare = (before: readonly Snapshot[], list: readonly Snapshot[]): ReturnType<typeof comparedWith> =>
    comparedWith(held(before), { list, gone: [], now: NOW + HOUR, complete: true });

  test('is nothing where a list had a snapshot on two of its pages, and has it once now', () => {
    const twice = [point(3), point(3), point(2), point(2), point(1), point(1)];
    expect(compare(twice, LIST)).toEqual({ kept: held(LIST).points, lacked: [], lost: [], shortened: [] });
    expect(missingPoints(held(twice), LIST, NOW)).toEqual([]);
  });

  test('is told once of one that a list had twice', () => {
    const twice = [point(3), point(3), point(2)];
    expect(compare(twice, [point(2)]).lacked).toEqual([held([point(3)]).points]);
    expect(missingPoints(held(twice), [point(2)], NOW)).toEqual([point(3).id]);
  });

  test('is found for many that are in another order', () => {
    const many = Array.from({ length: 40 }, (_, days) => point(days / 10));
    const list = [...many.slice(0, 19), ...many.slice(20)].toReversed();
    const lacked = [held(many.slice(19, 20)).points];
    expect(compare(many, list)).toEqual({ kept: pointsIn(list, NOW), lacked, lost: [], shortened: [] });
  });

  test('does not depend on the order of the list', () => {
    const list = [point(0), point(1), point(3, { expiresAt: NOW + 2 * DAY })];
    for (const order of [list, list.toReversed()])
      expect(compare(LIST, order)).toEqual({
        kept: pointsIn(order, NOW),
        lacked: [held([point(2)]).points],
        lost: [],
        shortened: [held([point(3)]).points],
      });
  });
});
