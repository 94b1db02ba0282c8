import { describe, expect, test } from 'vitest';
import { byPlans, restoreTimes } from '../../../lib/domain/recovery/restore-times.ts';
import type { Measured } from '../../../lib/domain/recovery/restore-test.ts';
import { MINUTE } from '../../../lib/domain/time.ts';
import { proof } from '../../support/recovery.ts';

const NO_MEASURE: Measured = { restore: null, validate: null, rto: null, rpo: null };

function took(...minutes: readonly (number | null)[]) {
  return minutes.map((one) => proof({ measured: { ...NO_MEASURE, restore: one === null ? null : one * MINUTE } }));
}

describe('how long restores of a cluster took', () => {
  test.for([
    ['one test', took(10), { median: 10, worst: 10, last: 10, count: 1 }],
    ['an odd number of tests', took(30, 10, 11), { median: 11, worst: 30, last: 11, count: 3 }],
    ['an even number of tests', took(10, 30, 12, 20), { median: 16, worst: 30, last: 20, count: 4 }],
    ['tests of which one never got so far', took(10, null), { median: 10, worst: 10, last: 10, count: 1 }],
  ] as const)('is told from %s', ([, proofs, { median, worst, last, count }]) => {
    const expected = { median: median * MINUTE, worst: worst * MINUTE, last: last * MINUTE, count, plans: ['weekly'] };
    expect(restoreTimes({ proofs }, 'c-orders').restore).toEqual(expected);
  });

  test('counts restores by hand, in the order in which they ended', () => {
    const [tested] = took(10);
    const byHand = [{ clusterId: 'c-orders', endedAt: (tested?.endedAt ?? 0) + MINUTE, restore: 40 * MINUTE }];
    const expected = { median: 25 * MINUTE, worst: 40 * MINUTE, last: 40 * MINUTE, count: 2, plans: ['weekly'] };
    expect(restoreTimes({ proofs: took(10), byHand }, 'c-orders').restore).toEqual(expected);
    expect(restoreTimes({ proofs: [], byHand }, 'id-events').restore).toBeNull();
  });

  test('names the plans of the tests that measured it, each once, and none for restores by hand', () => {
    const [first, second, third] = took(10, 20, null);
    const proofs = [first, second, third].flatMap((one, index) =>
      one ? [{ ...one, plan: ['weekly', 'nightly', 'never-measured'][index] ?? '' }] : [],
    );
    expect(restoreTimes({ proofs: [...proofs, ...took(5)] }, 'c-orders').restore?.plans).toEqual(['weekly', 'nightly']);
    const byHand = [{ clusterId: 'c-orders', endedAt: 0, restore: MINUTE }];
    expect(restoreTimes({ proofs: [], byHand }, 'c-orders').restore?.plans).toEqual([]);
    expect([byPlans(['weekly', 'nightly']), byPlans([])]).toEqual([' by weekly, nightly', '']);
  });

  test('is not taken from another cluster’s tests', () =>
    expect(restoreTimes({ proofs: took(10) }, 'id-events')).toEqual({ restore: null, validate: null }));
});
