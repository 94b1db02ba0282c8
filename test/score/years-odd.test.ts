import { expect, test } from 'vitest';
import { recorded } from './recorded.ts';
import { testYears } from './test-years.ts';

testYears([1, 3, 5, 7, 9]);

test('docs/score.md is about these ten years, and has no false alarm', () => {
  expect(recorded).toMatchObject({ years: 10, falseAlarms: 0 });
});
