import { describe, expect, test } from 'vitest';
import {
  type Attempt,
  gapsOf,
  isOver,
  longestGap,
  lostOf,
  spanOfLost,
  writerMeasure,
} from '../../../lib/recovery/drills/failover-measure.ts';

/** "+" accepted, "-" failed; each write takes 10 ms and begins every 100. */
function attempts(marks: string, writer: Attempt['writer'] = 'unretried'): readonly Attempt[] {
  return Array.from(marks, (mark, index) => ({
    writer,
    id: `${writer}/${index}`,
    startedAt: index * 100,
    endedAt: index * 100 + 10,
    accepted: mark === '+',
  }));
}

describe('the time in which no write is accepted', () => {
  test.for([
    ['+++', []],
    ['+-+', [{ from: 100, until: 210 }]],
    ['-+', [{ from: 0, until: 110 }]],
    ['+--+', [{ from: 100, until: 310 }]],
    [
      '+-+-+',
      [
        { from: 100, until: 210 },
        { from: 300, until: 410 },
      ],
    ],
    ['+--', [{ from: 100, until: null }]],
    ['', []],
  ] as const)('%s: from the first failed write’s start to the first accepted one’s end', ([marks, gaps]) => {
    expect(gapsOf(attempts(marks))).toEqual(gaps);
  });

  test('is the longest of several gaps, and a gap that never closed lasts until the end', () => {
    expect(longestGap(gapsOf(attempts('+-+--+')), 1_000)).toBe(210);
    expect(longestGap(gapsOf(attempts('+-+--')), 1_000)).toBe(700);
    expect(longestGap([], 1_000)).toBeNull();
  });

  test('shows as the slowest accepted write where the driver retries', () => {
    const [first, second] = attempts('++');
    expect(first && second && writerMeasure([first, { ...second, endedAt: second.startedAt + 4_000 }])).toEqual({
      accepted: 2,
      failed: 0,
      gaps: [],
      slowest: 4_000,
    });
  });
});

describe('a failover measure', () => {
  const tempo = { between: 100, patience: 5_000, steady: 1_000, readBack: 0 };
  test.for([
    ['before the act', '+-+', null, 99_999, false],
    ['nothing failed, a millisecond before the patience ends', '+++', 1_000, 5_999, false],
    ['nothing failed, patience at its end', '+++', 1_000, 6_000, true],
    ['accepted again, a millisecond less than steady', '+-+', 0, 1_209, false],
    ['accepted again for as long as steady', '+-+', 0, 1_210, true],
    ['not accepted again', '+--', 0, 99_999, false],
    ['a second failure after writes were accepted again', '+-+-', 0, 99_999, false],
  ] as const)('%s: is over: $4', ([, marks, actedAt, now, over]) => {
    expect(isOver(attempts(marks), actedAt, now, tempo)).toBe(over);
  });

  test('is not over while one writer’s gap is open, though the other’s write was accepted', () => {
    const failing = attempts('+-', 'retried');
    const fine = attempts('++++', 'unretried');
    const inOrder = [...failing, ...fine].toSorted((a, b) => a.endedAt - b.endedAt);
    expect(isOver(inOrder, 0, 99_999, tempo)).toBe(false);
  });
});

describe('lost writes', () => {
  test('are acknowledged writes only', () => {
    const written = attempts('+-+');
    expect(lostOf(written, new Set(['unretried/0'])).map(({ id }) => id)).toEqual(['unretried/2']);
    expect(lostOf(written, new Set(['unretried/0', 'unretried/2']))).toEqual([]);
  });

  test('are measured from the oldest of them to the first failed write', () => {
    const written = attempts('+++-+');
    expect(spanOfLost(written, lostOf(written, new Set(['unretried/0', 'unretried/4'])))).toBe(190);
    expect(spanOfLost(written, [])).toBe(0);
  });
});
