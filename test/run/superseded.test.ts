import { describe, expect, test } from 'vitest';
import type { Run } from '../../lib/domain/incidents/head.ts';
import { type Duration, HOUR, MINUTE, SECOND } from '../../lib/domain/time.ts';
import { isSuperseded } from '../../lib/run/record-run.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import { check } from '../../lib/run/check.ts';
import type { CheckAnswer } from '../../lib/run/summary.ts';
import { NOW } from '../support/facts.ts';
import { type Channels, kindsOf, type Stage, stage } from '../support/ports.ts';
import { aged, headOf, laterDispatch, PLAIN } from '../support/people.ts';

type Overlap = {
  readonly older: Duration;
  readonly newer: Duration;
  readonly ahead?: Duration;
  readonly complete?: readonly [boolean, boolean];
};

/** Two checks at once: the first reads a backup of `older`, and comes to its end after the second, that reads one of `newer`; `complete`: which of them read everything. */
async function overlap(
  { older, newer, ahead = 0, complete = [true, true] }: Overlap,
  changes: Partial<Ports> = {},
): Promise<{ readonly at: Stage; readonly first: CheckAnswer; readonly second: CheckAnswer }> {
  const at = stage({ runBudgetMs: 240_000, ...changes }, PLAIN);
  at.collect = (_, now) => aged(now, HOUR);
  await check(at.ports);
  at.now = NOW + HOUR;
  const [gate, read] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = at.restarted({
    now: () => at.now + ahead,
    collect: async (_, now) => {
      read.resolve();
      await gate.promise;
      return { ...aged(now, older), complete: complete[0] };
    },
  });
  const under = check(slow);
  await read.promise;
  // With its clock so far ahead its lease is not believed; else it has run out.
  at.now += ahead > 0 ? 10 * SECOND : 5 * MINUTE;
  at.collect = (_, now) => ({ ...aged(now, newer), complete: complete[1] });
  const second = await check(at.restarted());
  at.now += 20 * SECOND;
  gate.resolve();
  return { at, first: await under, second };
}

const SKIPPED = { status: 200, body: { skipped: 'a later check was recorded meanwhile' } };

describe('of two overlapping checks, the one that began first and is stored last', () => {
  const clocks = [
    ['was slower than its lease', 0],
    ['has a clock two minutes ahead', 2 * MINUTE],
    ['has a clock an hour ahead', HOUR],
  ] as const;

  test.for(clocks)('and %s resolves no incident that the other opened', async ([, ahead]) => {
    const { at, first, second } = await overlap({ older: HOUR, newer: 30 * HOUR, ahead });
    expect(second.body).toHaveProperty('runId');
    expect(first).toEqual(SKIPPED);
    expect((await headOf(at)).incidents.map(({ state }) => state)).toEqual(['open']);
    await laterDispatch(at, HOUR + 10 * MINUTE);
    expect(kindsByPagerDuty(at.channels)).toEqual(['trigger backup-age']);
  });

  test.for(clocks)('and %s pages nobody for what the other found ok', async ([, ahead]) => {
    const { at, first } = await overlap({ older: 30 * HOUR, newer: HOUR, ahead });
    expect(first).toEqual(SKIPPED);
    expect((await headOf(at)).incidents).toEqual([]);
    expect(kindsByPagerDuty(at.channels)).toEqual([]);
  });

  test('is stored if the other was cut off, since it alone read everything', async () => {
    const { at, first, second } = await overlap({ older: 30 * HOUR, newer: 30 * HOUR, complete: [true, false] });
    expect([first.body, second.body]).toMatchObject([{ complete: true }, { complete: false }]);
    const { lastRun, lastComplete } = await headOf(at);
    expect([lastRun?.runId, lastComplete?.runId]).toEqual(['run-2', 'run-2']);
    expect(at.pings.at(-1)).toMatch(/^success /);
    expect(kindsByPagerDuty(at.channels)).toEqual(['trigger backup-age']);
  });

  test('reports no success to the dead-man switch if neither read everything', async () => {
    const { at, first } = await overlap({ older: HOUR, newer: HOUR, complete: [false, false] });
    expect(first).toEqual(SKIPPED);
    expect(at.pings.slice(-2)).toEqual([expect.stringMatching(/^fail /), 'fail run-2: a later check was recorded meanwhile']);
  });

  test('leaves no blob behind, releases the lease, and reports its end to the dead-man switch', async () => {
    const { at } = await overlap({ older: HOUR, newer: 30 * HOUR });
    const { lastRun, memoryBlobs, viewBlobs } = await headOf(at);
    expect(lastRun?.runId).toBe('run-3');
    expect([...memoryBlobs, ...viewBlobs].every((name) => name.startsWith('run/run-3/'))).toBe(true);
    expect(at.pings).toContain('success run-2: a later check was recorded meanwhile');
    // Kept for those who read the head a moment ago, and no longer.
    at.now += 20 * MINUTE;
    expect(await at.store.readBlobs(['run/run-2/memory/0/0'])).toEqual([null]);
    expect(await at.store.readBlobs(memoryBlobs)).not.toContain(null);
    expect((await at.store.lease('another', MINUTE, at.now)).held).toBe(true);
  });
});

/** Without the ends of the alarm that a run rings where the store is down: every later process may owe them. */
function kindsByPagerDuty({ pagerduty }: Channels): readonly string[] {
  return kindsOf(pagerduty).filter((kind) => !kind.endsWith(' monitor'));
}

describe('a run is superseded', () => {
  const made = (runId: string, changes: Partial<Run> = {}): Run => ({ runId, startedAt: NOW, finishedAt: NOW, complete: true, ...changes });
  const cut = (run: Run): Run => ({ ...run, complete: false });
  const [before, mine] = [made('before', { startedAt: NOW - HOUR }), made('mine')];

  test.for<[string, Run, Run | null, boolean]>([
    ['by one that began later and, like it, did not read everything', cut(mine), cut(made('other', { startedAt: NOW + 1 })), true],
    ['by one that began later and read everything, where it did not', cut(mine), made('other', { startedAt: NOW + 1 }), true],
    ['by none that did not read everything, where it did', mine, cut(made('other', { startedAt: NOW + 1 })), false],
    ['by none such that took its lease', mine, cut(made('other', { startedAt: NOW + 1, tookOver: 'mine' })), false],
    ['by none where nothing was recorded', mine, null, false],
    ['by none where the last run is still the one before', mine, before, false],
    ['by none where it has been recorded itself', mine, mine, false],
    ['by one that began a moment later', mine, made('other', { startedAt: NOW + 1 }), true],
    ['by none that began in the same moment', mine, made('other'), false],
    ['by none that began before it', mine, made('other', { startedAt: NOW - 1 }), false],
    ['by one that took its lease, whose clock is behind', mine, made('other', { startedAt: NOW - MINUTE, tookOver: 'mine' }), true],
    [
      'by none whose lease it took, whose clock is ahead',
      { ...mine, tookOver: 'other' },
      made('other', { startedAt: NOW + MINUTE }),
      false,
    ],
  ])('%s', ([, run, recorded, expected]) => expect(isSuperseded(run, before, recorded)).toBe(expected));
});
