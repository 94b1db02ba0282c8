import { expect, test } from 'vitest';
import { brokenBounds } from '../../scripts/bench/figures.ts';
import { table } from '../../scripts/bench/table.ts';

test.for([
  ['without a bound', [9], null, []],
  ['at its bound', [1, 2], 2, []],
  ['over its bound, in any of its cells', [1, 3], 2, ['bound broken: time: 1 s, 3 s (at most 2)']],
  ['that is no number', [Number.NaN], 2, ['bound broken: time: NaN s (at most 2)']],
] as const)('a figure %s', ([, values, most, expected]) => {
  const figure = { what: 'time', most, cells: values.map((value) => ({ value, shown: `${value} s` })) };
  expect(brokenBounds([figure])).toEqual(expected);
  expect(table([1], [], [figure]).includes('**broken**')).toBe(expected.length > 0);
});
