import { describe, expect, test } from 'vitest';
import { SECOND } from '../../lib/domain/time.ts';
import { playHistory } from './play.ts';
import { PLANTS } from './plants.ts';
import { REGRESSIONS } from './regressions.ts';
import { search } from './search.ts';

/** The same in every run; `npm run simulate` goes on from here with other seeds. */
const SEED = 20_261_122;
const HISTORIES = 50;
/** Some are found after a few histories, some after fifty. */
const HISTORIES_FOR_A_BUG = 200;
/** A few seconds on a machine of its own. */
const WITHIN = 12 * SECOND;

test(
  'every promise holds through kills, lost answers, overlapping and missing runs, dead providers and clocks that step',
  { timeout: 6 * WITHIN },
  async () => {
    const { failure, ticks } = await search({ seed: SEED, histories: HISTORIES, within: 4 * WITHIN });
    expect(failure).toBeNull();
    expect(ticks).toBeGreaterThan(500);
  },
);

describe('the simulation bites: it fails where', () => {
  test.for(Object.keys(PLANTS))('%s', { timeout: 6 * WITHIN }, async (plant) => {
    const { failure } = await search({ seed: SEED, histories: HISTORIES_FOR_A_BUG, plant, shrink: false });
    expect(failure).toMatch(/Broken:\n\w.+/);
  });
});

test.for(Object.entries(REGRESSIONS))('%s', { timeout: WITHIN }, async ([, actions]) => {
  expect((await playHistory(actions)).broken).toEqual([]);
});

function fail(name: string): never {
  throw new Error(`no such plant: ${name}`);
}

test.for(['nobody asks PagerDuty what it holds', 'what PagerDuty says of its pages is not believed'])(
  'to send again under a key that somebody resolved is excused to nobody where %s',
  async (name) => {
    const histories = Object.entries(REGRESSIONS).filter(([title]) => /PagerDuty (says so first|cannot be asked)/u.test(title));
    const plant = PLANTS[name] ?? fail(name);
    const broken = await Promise.all(histories.map(async ([, actions]) => (await playHistory(actions, { plant })).broken[0]));
    expect(broken).toEqual(histories.map(() => expect.stringMatching(/^reopened: PagerDuty was triggered under backup-age-c1-/u)));
    expect(broken).toHaveLength(2);
  },
);

test('a history plays the same every time', async () => {
  const [actions = []] = Object.values(REGRESSIONS);
  const [first, second] = [await playHistory(actions, { traced: true }), await playHistory(actions, { traced: true })];
  expect(first.trace.length).toBeGreaterThan(20);
  expect(second.trace).toEqual(first.trace);
});
