import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTable } from '../../scripts/score/table.ts';
import { healthyYears } from '../../scripts/score/years.ts';

test('a simulated year of healthy clusters brings no more false alarms than docs/score.md has', { timeout: 180_000 }, () => {
  const { seed, falseAlarms } = readTable(readFileSync(join(import.meta.dirname, '../../docs/score.md'), 'utf8'));
  const year = healthyYears(1, seed);
  expect(year.alarms.slice(0, 10)).toHaveLength(Math.min(falseAlarms, year.alarms.length));
  expect(year.rightly).toBeGreaterThan(0);
});
