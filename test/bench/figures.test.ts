import { describe, expect, test } from 'vitest';
import { brokenBounds } from './figures.ts';
import { table } from './table.ts';

describe('a figure of the bench', () => {
  test.for([
    ['without a bound is not broken', [9], null, []],
    ['at its bound is not broken', [1, 2], 2, []],
    ['over its bound in one of its cells is broken', [1, 3], 2, ['bound broken: time: 1 s, 3 s (at most 2)']],
    ['that is no number is broken', [Number.NaN], 2, ['bound broken: time: NaN s (at most 2)']],
  ] as const)('%s', ([, values, most, expected]) => {
    const figure = { what: 'time', most, cells: values.map((value) => ({ value, shown: `${value} s` })) };
    expect(brokenBounds([figure])).toEqual(expected);
    expect(table([1], [], [figure]).includes('**broken**')).toBe(expected.length > 0);
  });
});
