import { describe, expect, test } from 'vitest';
import { CATALOGUE } from './catalogue/index.ts';
import { runCatalogue } from './run-catalogue.ts';
import { worsened } from './table.ts';
import { recorded } from './recorded.ts';

/** A chapter takes some ten seconds of an idle core. */
const LIMIT = { timeout: 180_000 };

// A test a chapter: one that is slow or stuck names itself, and has its own limit.
describe('no fault stands worse than docs/score.md has it:', () => {
  test.for(CATALOGUE.map((chapter) => [chapter.heading, chapter] as const))('%s', LIMIT, async ([, chapter]) => {
    const own = new Set(chapter.faults.map(({ id }) => id));
    const verdicts = new Map([...recorded.verdicts].filter(([id]) => own.has(id)));
    expect(worsened({ ...recorded, verdicts }, await runCatalogue([chapter]))).toEqual([]);
  });
});

test('no fault has left the catalogue', () => {
  const there = new Set(CATALOGUE.flatMap(({ faults }) => faults.map(({ id }) => id)));
  expect([...recorded.verdicts.keys()].filter((id) => !there.has(id))).toEqual([]);
});
