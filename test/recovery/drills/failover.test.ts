import { describe, expect, test } from 'vitest';
import { type Attempt, gapsOf, isOver, longestGap, lostOf, spanOfLost, writerMeasure } from '../../../lib/recovery/drills/failover.ts';

/** "+" accepted, "-" failed; each write takes 10 ms and begins every 100. */
function attempts(marks: string, writer: Attempt['writer'] = 'plain'): readonly Attempt[] {
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

  test('the longest of several counts, and one that never closed lasts until the end', () => {
    expect(longestGap(gapsOf(attempts('+-+--+')), 1_000)).toBe(210);
    expect(longestGap(gapsOf(attempts('+-+--')), 1_000)).toBe(700);
    expect(longestGap([], 1_000)).toBeNull();
  });

  test('a wait shows as the slowest accepted write', () => {
    const [first, second] = attempts('++');
    expect(first && second && writerMeasure([first, { ...second, endedAt: second.startedAt + 4_000 }])).toEqual({
      accepted: 2,
      failed: 0,
      gaps: [],
      slowest: 4_000,
    });
  });
});

describe('when a measure is over', () => {
  const tempo = { between: 100, patience: 5_000, steady: 1_000, readBack: 0 };
  test.for([
    ['before the act, never', '+-+', null, 99_999, false],
    ['nothing failed, a millisecond before the patience ends', '+++', 1_000, 5_999, false],
    ['nothing failed, patience at its end', '+++', 1_000, 6_000, true],
    ['accepted again, a millisecond less than steady', '+-+', 0, 1_209, false],
    ['accepted again for as long as steady', '+-+', 0, 1_210, true],
    ['not accepted again', '+--', 0, 99_999, false],
    ['a second failure begins anew', '+-+-', 0, 99_999, false],
  ] as const)('%s', ([, marks, actedAt, now, over]) => {
    expect(isOver(attempts(marks), actedAt, now, tempo)).toBe(over);
  });

  test('the other writer’s accepted write does not end this one’s gap', () => {
    const failing = attempts('+-', 'retried');
    const fine = attempts('++++', 'plain');
    const inOrder = [...failing, ...fine].toSorted((a, b) => a.endedAt - b.endedAt);
    expect(isOver(inOrder, 0, 99_999, tempo)).toBe(false);
  });
});

describe('acknowledged writes that are gone', () => {
  test('only an acknowledged one can be lost', () => {
    const written = attempts('+-+');
    expect(lostOf(written, new Set(['plain/0'])).map(({ id }) => id)).toEqual(['plain/2']);
    expect(lostOf(written, new Set(['plain/0', 'plain/2']))).toEqual([]);
  });

  test('they reach back from the first failure to the oldest of them', () => {
    const written = attempts('+++-+');
    expect(spanOfLost(written, lostOf(written, new Set(['plain/0', 'plain/4'])))).toBe(190);
    expect(spanOfLost(written, [])).toBe(0);
  });
});
