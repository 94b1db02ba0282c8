import { expect, test } from 'vitest';
import { recorded } from './recorded.ts';
import { testYears } from './test-years.ts';

testYears([5, 6, 7, 8, 9]);

test('docs/score.md is about these ten years, and has no false alarm', () => {
  expect(recorded).toMatchObject({ years: 10, falseAlarms: 0 });
});
