import { describe, expect, test } from 'vitest';
import { healthyYear } from './years.ts';
import { recorded } from './recorded.ts';

/** A year takes some ten seconds of an idle core. */
const LIMIT = { timeout: 120_000 };
/** All ten cost as much as half of the other tests: CI and `npm run score` play them, `npm test` two, of which one has a leap day. */
const PLAYED = Number(process.env['HEALTHY_YEARS'] ?? 2);

/** A test a year, so that one that is slow or wrong names itself; in two files, so that two cores share them. */
export function testYears(indices: readonly number[]): void {
  describe('a simulated year of healthy clusters has no false alarm and every expected notification:', () => {
    test.for(indices.filter((index) => index < PLAYED))('year %d of those in docs/score.md', LIMIT, (index) => {
      expect(healthyYear(index, recorded.seed).alarms).toEqual([]);
    });
  });
}
