import { describe, expect, test } from 'vitest';
import type { RestoreTest } from '../../lib/domain/restore-test.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { begin } from '../../lib/recovery/begin.ts';
import { measuredOf, refusalRecord, testRecord } from '../../lib/recovery/records.ts';
import { proven, refused, seenPlans, turnOf } from '../../lib/recovery/state.ts';
import { emptyHead } from '../../lib/domain/head.ts';
import { NOW } from '../support/facts.ts';
import { line, proof, restorePlan } from '../support/recovery.ts';

const head = begin(emptyHead(NOW), restorePlan(), { id: 'test-1', now: NOW });

function ended(changes: Partial<RestoreTest>): RestoreTest {
  const [test] = head.recovery?.tests ?? [];
  if (!test) throw new Error('a test was begun');
  return { ...test, ...changes };
}

const point = { kind: 'snapshot', snapshotId: 's1', at: NOW - 2 * HOUR, expiresAt: null } as const;
const done = { point, requestedAt: NOW, restoredAt: NOW + 4 * MINUTE, validatedAt: NOW + 5 * MINUTE, verdict: 'passed' } as const;

describe('what is measured', () => {
  test('is nothing where the test did not come so far', () =>
    expect(measuredOf(ended({}))).toEqual({ restore: null, validate: null, rto: null, rpo: null }));
  test('is the RTO by phase', () =>
    expect(measuredOf(ended(done))).toMatchObject({ restore: 4 * MINUTE, validate: MINUTE, rto: 5 * MINUTE }));
  test.for([
    ['latest, without a time field: from the point to the request', 'latest', null, 2 * HOUR],
    ['latest, with the newest document before the point', 'latest', point.at - HOUR, 3 * HOUR],
    ['any other: from the newest document to the point', 'snapshot', point.at - HOUR, HOUR],
    ['any other without a time field: nothing can be told lost', 'moment', null, 0],
  ] as const)('is the RPO of %s', ([, choice, newestDocument, rpo]) =>
    expect(measuredOf(ended({ ...done, choice, newestDocument })).rpo).toBe(rpo),
  );
});

describe('a record', () => {
  test('says what was restored, where to, and how long it took', () => {
    const record = testRecord(ended({ ...done, jobId: 'job-1' }), [line('passed')], NOW + HOUR);
    expect(record).toMatchObject({
      kind: 'restore-test',
      verdict: 'passed',
      measured: { rto: 5 * MINUTE },
      details: { target: 'sandbox (project drills)', 'restore job': 'job-1' },
    });
    expect(record.summary).toMatch(/^passed: the snapshot of .*; restored in 4 min.*; validated in 1 min/);
  });
  test('of a refusal says why, and proves nothing', () =>
    expect(refusalRecord(ended({}), 'the target is busy', NOW)).toMatchObject({
      verdict: 'refused',
      summary: 'refused: the target is busy',
      evidence: [],
    }));
});

describe('turns', () => {
  const plan = restorePlan({
    sources: [
      { project: 'p', cluster: 'a', uri: null },
      { project: 'p', cluster: 'b', uri: null },
    ],
  });
  test('go through the sources, and each time round to the next kind of point', () => {
    const turns = Array.from({ length: 7 }, (_, next) => turnOf(plan, next)).map(({ source, choice }) => `${source?.cluster} ${choice}`);
    expect(turns).toEqual(['a latest', 'b latest', 'a snapshot', 'b snapshot', 'a moment', 'b moment', 'a latest']);
  });
  test('are used up by a verdict, not by a refusal', () => {
    const after = refused(head, { id: 'test-1', plan: 'weekly' }, 'busy', NOW);
    expect(after.recovery).toMatchObject({ tests: [], turns: {}, refusals: { weekly: { why: 'busy' } } });
    const later = proven(begin(after, restorePlan(), { id: 'test-2', now: NOW }), proof({ id: 'test-2' }));
    expect(later.recovery).toMatchObject({ tests: [], turns: { weekly: { next: 1 } }, refusals: {} });
  });
  test('a verdict counts once, however often it is stored', () => {
    const once = proven(head, proof({ id: 'test-1' }));
    expect(proven(once, proof({ id: 'test-1' }))).toEqual(once);
  });
});

test('thirteen proofs of each source are kept, the newest', () => {
  const many = Array.from({ length: 15 }, (_, index) => `test-${index}`).reduce((state, id) => {
    const begun = begin(state, restorePlan(), { id, now: NOW });
    return proven(begun, proof({ id }));
  }, emptyHead(NOW));
  expect(many.recovery?.proofs.map(({ id }) => id)).toEqual(Array.from({ length: 13 }, (_, index) => `test-${index + 2}`));
});

test('a plan is remembered from when it was first seen, and forgotten with it', () => {
  const first = seenPlans(emptyHead(NOW), ['a'], NOW);
  expect(seenPlans(first, ['a'], NOW + HOUR)).toBe(first);
  expect(seenPlans(first, ['b'], NOW + HOUR).recovery?.seen).toEqual({ b: NOW + HOUR });
});
