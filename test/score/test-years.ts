import { describe, expect, test } from 'vitest';
import { healthyYear } from './years.ts';
import { recorded } from './recorded.ts';

/** A year takes some fifteen seconds of an idle core. */
const LIMIT = { timeout: 120_000 };
/** All ten cost more than a quarter of all other tests: CI and `npm run score` play them, `npm test` two, of which one has a leap day. */
const PLAYED = Number(process.env['HEALTHY_YEARS'] ?? 2);

/** A test a year, so that one that is slow or wrong names itself; in two files, so that two cores share them. */
export function testYears(indices: readonly number[]): void {
  describe(
    'a simulated year of healthy clusters has no false alarm and every expected notification:',
    { meta: { needs: 'every-year' } },
    () => {
      for (const index of indices)
        test.skipIf(!(index < PLAYED))(`year ${index} of those in docs/score.md`, LIMIT, () => {
          expect(healthyYear(index, recorded.seed).alarms).toEqual([]);
        });
    },
  );
}
