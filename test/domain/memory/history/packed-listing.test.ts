import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldListing, NOTHING_LISTED, SIZES_KEPT, unpackListing } from '../../../../lib/domain/memory/history/packed-listing.ts';
import { bytesOf, sizeCode } from '../../../../lib/domain/memory/history/size-code.ts';
import type { RecoveryPoint } from '../../../../lib/domain/memory/held/recovery-points.ts';
import { DAY, HOUR } from '../../../../lib/domain/time.ts';
import { GIB, NOW } from '../../../support/facts.ts';

function point(at: number, changes: Partial<RecoveryPoint> = {}): RecoveryPoint {
  return { createdAt: at, expiresAt: at + 7 * DAY, sizeBytes: 8 * GIB, type: 'scheduled', frequency: 'daily', ...changes };
}

const unpacked = (...lists: readonly (readonly RecoveryPoint[])[]) =>
  unpackListing(lists.reduce((before, points) => foldListing(before, points, NOW), NOTHING_LISTED));

describe('a listed point', () => {
  test('is unpacked as it was packed', () => {
    const points = [
      point(NOW - 400 * DAY, { frequency: 'yearly', expiresAt: NOW + 3_650 * DAY, copyRegions: ['EU_WEST_1', 'US_EAST_1'] }),
      point(NOW - 2 * DAY, { type: 'onDemand', frequency: null, expiresAt: null, sizeBytes: null, copyRegions: null }),
      point(NOW - DAY, { copyRegions: ['US_EAST_1'] }),
      point(NOW - HOUR, { frequency: null, copyRegions: [] }),
    ];
    expect(unpacked(points)).toEqual([
      {
        createdAt: NOW - 400 * DAY,
        expiresAt: NOW + 3_650 * DAY,
        kind: 'yearly',
        sizeBytes: 8 * GIB,
        copies: ['EU_WEST_1', 'US_EAST_1'],
        listed: true,
      },
      { createdAt: NOW - 2 * DAY, expiresAt: null, kind: 'ondemand', sizeBytes: null, copies: null, listed: true },
      { createdAt: NOW - DAY, expiresAt: NOW + 6 * DAY, kind: 'daily', sizeBytes: 8 * GIB, copies: ['US_EAST_1'], listed: true },
      { createdAt: NOW - HOUR, expiresAt: NOW + 7 * DAY - HOUR, kind: null, sizeBytes: 8 * GIB, copies: [], listed: true },
    ]);
  });

  test('that the next list lacks keeps its size, and that of a list which has it again is listed again', () => {
    const [one, other] = [point(NOW - 2 * DAY), point(NOW - DAY)];
    expect(unpacked([one, other], [other]).map(({ listed, sizeBytes }) => [listed, sizeBytes])).toEqual([
      [false, 8 * GIB],
      [true, 8 * GIB],
    ]);
    expect(unpacked([one, other], [other], [one, other]).every(({ listed }) => listed)).toBe(true);
  });

  test.for<[string, Partial<RecoveryPoint>]>([
    ['expiry', { expiresAt: NOW + DAY }],
    ['size', { sizeBytes: GIB }],
    ['copies', { copyRegions: ['EU_WEST_1'] }],
    ['kind', { frequency: 'weekly' }],
  ])('whose %s changes is packed anew', ([, change]) => {
    const at = NOW - 2 * DAY;
    expect(unpacked([point(at), point(NOW - DAY)], [point(at, change), point(NOW - DAY)])).toEqual(
      unpacked([point(at, change), point(NOW - DAY)]),
    );
  });

  test('that is gone is kept only while fewer than sixty are newer', () => {
    const many = Array.from({ length: SIZES_KEPT + 10 }, (_, index) => point(NOW - (SIZES_KEPT + 10 - index) * HOUR));
    const left = unpacked(many, many.slice(-1));
    expect(left).toHaveLength(SIZES_KEPT);
    expect(left[0]?.createdAt).toBe(many[10]?.createdAt);
    expect(unpacked(many, [])).toHaveLength(SIZES_KEPT);
  });
});

test('a size is kept to a hundredth of a percent, and an unknown one stays unknown', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e17, noNaN: true }), (bytes) => {
      expect(Math.abs((bytesOf(sizeCode(bytes)) ?? 0) / bytes - 1)).toBeLessThan(0.000_13);
    }),
  );
  expect(bytesOf(sizeCode(null))).toBeNull();
});
