import { describe, expect, test } from 'vitest';
import { SECOND } from '../../lib/domain/time.ts';
import { playHistory } from './play.ts';
import { PLANTS } from './plants.ts';
import { REGRESSIONS } from './regressions.ts';
import { search } from './search.ts';

/** The same in every run; `npm run simulate` goes on from here with other seeds. */
const SEED = 20_261_122;
const HISTORIES = 60;
const WITHIN = 12 * SECOND;

test(
  'every promise holds through kills, lost answers, overlapping and missing runs, dead providers and clocks that step',
  { timeout: 6 * WITHIN },
  async () => {
    const { failure, ticks } = await search({ seed: SEED, histories: HISTORIES, within: WITHIN });
    expect(failure).toBeNull();
    expect(ticks).toBeGreaterThan(500);
  },
);

describe('the simulation bites: it fails where', () => {
  test.for(Object.entries(PLANTS))('%s', { timeout: 2 * WITHIN }, async ([, plant]) => {
    const { failure } = await search({ seed: SEED, histories: HISTORIES, plant, shrink: false });
    expect(failure).toMatch(/Broken:\n\w.+/);
  });
});

test.for(Object.entries(REGRESSIONS))('%s', { timeout: WITHIN }, async ([, actions]) => {
  expect((await playHistory(actions)).broken).toEqual([]);
});

test('a history plays the same every time', async () => {
  const [actions = []] = Object.values(REGRESSIONS);
  const [first, second] = [await playHistory(actions, { traced: true }), await playHistory(actions, { traced: true })];
  expect(first.trace.length).toBeGreaterThan(20);
  expect(second.trace).toEqual(first.trace);
});
