import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../lib/domain/findings/finding.ts';
import { type CheckedAt, rpoShares, type Unwatched } from '../../../lib/domain/evidence/rpo-shares.ts';
import { HOUR, type Instant } from '../../../lib/domain/time.ts';

const START = Date.UTC(2026, 10, 1);
const hour = (count: number): Instant => START + count * HOUR;

function checked(at: number, verdict: Verdict | null, whole = at === 0): CheckedAt {
  const clusters =
    verdict === null ? [] : [{ id: 'c1', name: 'orders', project: 'shop', verdicts: { rpo: verdict, 'backup-age': 'ok' as const } }];
  return { startedAt: hour(at), verdicts: { whole, clusters, gone: [], wider: {} } };
}

const gap = (from: number, to: number, clockSetBack = false): Unwatched => ({ from: hour(from), to: hour(to), clockSetBack });

/** Hours within, beyond, unknown, unwatched, and the share, of the one cluster in November. */
function hours(checks: readonly CheckedAt[], gaps: readonly Unwatched[] = [], period = { from: hour(0), to: hour(100) }) {
  const [one] = rpoShares(checks, gaps, period);
  return one && [one.within / HOUR, one.beyond / HOUR, one.unknown / HOUR, one.unwatched / HOUR, one.share];
}

describe('the share of time within RPO', () => {
  test.for([
    ['all of it where every check was ok', [checked(0, 'ok'), checked(4, null)], [], [4, 0, 0, 0, 1]],
    [
      'less where a check found it beyond, until the next that did not',
      [checked(0, 'ok'), checked(1, 'failing'), checked(2, 'ok'), checked(4, null)],
      [],
      [3, 1, 0, 0, 0.75],
    ],
    ['never counts what could not be read as kept', [checked(0, 'ok'), checked(1, 'unknown'), checked(4, null)], [], [1, 0, 3, 0, 0.25]],
    ['never counts what nobody watched as kept', [checked(0, 'ok'), checked(1, null), checked(4, null)], [gap(1, 4)], [1, 0, 0, 3, 0.25]],
    ['leaves out what was exempt', [checked(0, 'exempt'), checked(3, 'ok'), checked(4, null)], [], [1, 0, 0, 0, 1]],
    [
      'is rounded down, so that 1 means all of it',
      [checked(0, 'ok'), checked(99_999, 'failing'), checked(100_000, null)],
      [],
      [99_999, 1, 0, 0, 0.9999],
    ],
    [
      'a clock that was set back adds nothing',
      [checked(0, 'ok'), checked(2, null), checked(1, null), checked(3, null)],
      [gap(2, 1, true)],
      [4, 0, 0, 0, 1],
    ],
  ] as const)('is %s', ([, checks, gaps, expected]) => {
    const whole = { from: hour(0), to: hour(1_000_000) };
    const all = rpoShares(checks, gaps, whole);
    const sum = (pick: (one: (typeof all)[number]) => number): number => all.reduce((total, one) => total + pick(one), 0) / HOUR;
    expect([sum((one) => one.within), sum((one) => one.beyond), sum((one) => one.unknown), sum((one) => one.unwatched)]).toEqual(
      expected.slice(0, 4),
    );
    // A row a month; where there are several, their shares are another test's.
    expect(all.length > 1 ? expected[4] : all[0]?.share).toBe(expected[4]);
  });

  test('begins and ends with the period, and knows from before what held when it began', () => {
    expect(hours([checked(0, 'failing'), checked(10, null)], [], { from: hour(6), to: hour(8) })).toEqual([0, 2, 0, 0, 0]);
  });

  test('is told by month in UTC, cut in the middle of an interval', () => {
    const shares = rpoShares([checked(0, 'ok'), checked(30 * 24 + 5, null)], [], { from: hour(0), to: hour(2_000) });
    expect(shares.map(({ month, within }) => [month, within / HOUR])).toEqual([
      ['2026-11', 720],
      ['2026-12', 5],
    ]);
  });

  test('has no row for what was exempt all the time, and none before the first check', () => {
    expect(hours([checked(0, 'exempt'), checked(5, null)])).toBeUndefined();
    expect(hours([])).toBeUndefined();
  });

  test('ends where the cluster is gone', () => {
    const gone: CheckedAt = { startedAt: hour(2), verdicts: { whole: false, clusters: [], gone: ['c1'], wider: {} } };
    expect(hours([checked(0, 'ok'), gone, checked(9, null)])).toEqual([2, 0, 0, 0, 1]);
  });
});
