import { describe, expect, test } from 'vitest';
import { median, quartiles } from './median.ts';

describe('the spread of measured turns', () => {
  test.for([
    ['one turn is all three', [7], 7, [7, 7]],
    ['five turns, in any order', [5, 1, 4, 2, 3], 3, [2, 4]],
    ['of an even number of turns the middle is the upper of two', [4, 1, 3, 2], 3, [1, 4]],
    ['one turn that was held up moves neither', [1, 2, 3, 4, 900], 3, [2, 4]],
  ] as const)('%s', ([, values, middle, between]) => {
    expect([median(values), quartiles(values)]).toEqual([middle, between]);
  });

  test('no turns have no middle', () => {
    expect([median([]), ...quartiles([])]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});
