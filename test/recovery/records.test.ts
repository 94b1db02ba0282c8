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
    ['any other without a time field: nothing was measured', 'moment', null, null],
  ] as const)('is the RPO of %s', ([, choice, newestDocument, rpo]) =>
    expect(measuredOf(ended({ ...done, choice, newestDocument })).rpo).toBe(rpo),
  );
});

test('with PITR on, the latest point is measured from where that reached', () =>
  expect(measuredOf(ended({ ...done, choice: 'latest', reach: NOW - 5 * MINUTE })).rpo).toBe(5 * MINUTE));

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
  const source = { project: 'p', cluster: 'a' };
  const twice = (id: string, name: string) => proof({ id, source: { projectId: 'p', projectName: 'p', clusterId: name, name } });
  test('are used up by a verdict, and by a refusal too, so that one source keeps no other from its turn', () => {
    const begun = begin(emptyHead(NOW), plan, { id: 'test-1', now: NOW });
    const after = refused(begun, { id: 'test-1', plan: 'weekly', source }, 'busy', NOW);
    expect(after.recovery).toMatchObject({ tests: [], turns: { weekly: { next: 1 } }, refusals: { 'weekly|p/a': { why: 'busy' } } });
    const later = proven(begin(after, plan, { id: 'test-2', now: NOW }), twice('test-2', 'b'), plan);
    expect(later.recovery).toMatchObject({ tests: [], turns: { weekly: { next: 2, startedAt: expect.any(Number) } } });
    expect(later.recovery?.refusals).toHaveProperty(['weekly|p/a']);
  });
  test('a refusal keeps the time at which it was first said, and ends when its source is begun anew', () => {
    const first = refused(emptyHead(NOW), { id: '', plan: 'weekly', source }, 'busy', NOW);
    const again = refused(first, { id: '', plan: 'weekly', source }, 'still busy', NOW + HOUR);
    expect(again.recovery?.refusals['weekly|p/a']).toMatchObject({ at: NOW, why: 'still busy' });
    expect(begin(again, plan, { id: 'c', now: NOW, sourceName: 'a' }).recovery?.refusals).toEqual({});
  });
  test('out of its turn a source uses up no other’s', () => {
    const begun = begin(emptyHead(NOW), plan, { id: 'test-1', now: NOW, sourceName: 'b' });
    expect(proven(begun, twice('test-1', 'b'), plan).recovery?.turns['weekly']?.next).toBe(0);
  });
  test('nothing is begun for a source that the plan does not have', () =>
    expect(begin(emptyHead(NOW), plan, { id: 'test-1', now: NOW, sourceName: 'typo' }).recovery).toBeUndefined());
  test('a verdict counts once, however often it is stored', () => {
    const once = proven(head, proof({ id: 'test-1' }), restorePlan());
    expect(proven(once, proof({ id: 'test-1' }), restorePlan())).toEqual(once);
  });
});

test('thirteen proofs of each source are kept, the newest', () => {
  const many = Array.from({ length: 15 }, (_, index) => `test-${index}`).reduce((state, id) => {
    const begun = begin(state, restorePlan(), { id, now: NOW });
    return proven(begun, proof({ id }), restorePlan());
  }, emptyHead(NOW));
  expect(many.recovery?.proofs.map(({ id }) => id)).toEqual(Array.from({ length: 13 }, (_, index) => `test-${index + 2}`));
});

test('a plan is remembered from when it was first seen, and forgotten with it', () => {
  const first = seenPlans(emptyHead(NOW), ['a'], NOW);
  expect(seenPlans(first, ['a'], NOW + HOUR)).toBe(first);
  expect(seenPlans(first, ['b'], NOW + HOUR).recovery?.seen).toEqual({ b: NOW + HOUR });
});
