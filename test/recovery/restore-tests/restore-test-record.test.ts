import { describe, expect, test } from 'vitest';
import type { RestoreTest } from '../../../lib/domain/recovery/restore-test.ts';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { beginTest } from '../../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { measuredOf, refusalRecord, testRecord } from '../../../lib/recovery/restore-tests/restore-test-record.ts';
import { endTest, refuseTest, rememberPlans, storeProof, turnOf } from '../../../lib/recovery/state/restore-tests-in-head.ts';
import { emptyHead } from '../../../lib/domain/incidents/head.ts';
import { NOW } from '../../support/facts.ts';
import { line, proof, restorePlan } from '../../support/recovery.ts';

const head = beginTest(emptyHead(NOW), restorePlan(), { id: 'test-1', now: NOW });

function ended(changes: Partial<RestoreTest>): RestoreTest {
  const [test] = head.recovery?.tests ?? [];
  if (!test) throw new Error('a test was begun');
  return { ...test, ...changes };
}

const point = { kind: 'snapshot', snapshotId: 's1', at: NOW - 2 * HOUR, expiresAt: null } as const;
const done = { point, requestedAt: NOW, restoredAt: NOW + 4 * MINUTE, validatedAt: NOW + 5 * MINUTE, verdict: 'passed' } as const;

describe('the measure of a restore test', () => {
  test('is null where the test did not come so far', () =>
    expect(measuredOf(ended({}))).toEqual({ restore: null, validate: null, rto: null, rpo: null }));
  test('has the RTO by phase', () =>
    expect(measuredOf(ended(done))).toMatchObject({ restore: 4 * MINUTE, validate: MINUTE, rto: 5 * MINUTE }));
  test.for([
    ['latest, without a time field: from the point to the request', 'latest', null, 2 * HOUR],
    ['latest, with the newest document before the point', 'latest', point.at - HOUR, 3 * HOUR],
    ['any other: from the newest document to the point', 'snapshot', point.at - HOUR, HOUR],
    ['any other without a time field: nothing was measured', 'moment', null, null],
  ] as const)('has the RPO of %s', ([, choice, newestDocument, rpo]) =>
    expect(measuredOf(ended({ ...done, choice, newestDocument })).rpo).toBe(rpo),
  );
});

test('takes the RPO of the latest point from the end of the PITR window', () =>
  expect(measuredOf(ended({ ...done, choice: 'latest', reach: NOW - 5 * MINUTE })).rpo).toBe(5 * MINUTE));

describe('the record of a restore test', () => {
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
  test.for<[string, readonly Parameters<typeof line>[], object]>([
    ['nothing where every line decides', [['passed'], ['noted']], {}],
    ['what could not be decided', [['could-not-verify']], { 'not verified': expect.stringMatching(/^[^\n]*expected .*, found .*$/) }],
    [
      'at most twenty lines of it',
      Array.from({ length: 22 }, () => ['could-not-verify'] as const),
      { 'not verified': expect.stringMatching(/\nand 2 more$/) },
    ],
  ])('names as not verified %s', ([, verdicts, expected]) => {
    const { details } = testRecord(
      ended(done),
      verdicts.map((one) => line(...one)),
      NOW + HOUR,
    );
    expect(Object.fromEntries(Object.entries(details).filter(([name]) => name === 'not verified'))).toEqual(expected);
  });
  test('says why it was refused, and proves nothing', () =>
    expect(refusalRecord(ended({}), 'the target is busy', NOW)).toMatchObject({
      verdict: 'refused',
      summary: 'refused: the target is busy',
      evidence: [],
    }));
});

describe('turns of a restore plan', () => {
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
    const begun = beginTest(emptyHead(NOW), plan, { id: 'test-1', now: NOW });
    const after = refuseTest(begun, 'test-1', { plan: 'weekly', source, why: 'busy', at: NOW });
    expect(after.recovery).toMatchObject({ tests: [], turns: { weekly: { next: 1 } }, refusals: { 'weekly|p/a': { why: 'busy' } } });
    const later = endTest(beginTest(after, plan, { id: 'test-2', now: NOW }), twice('test-2', 'b'), plan);
    expect(later.recovery).toMatchObject({ tests: [], turns: { weekly: { next: 2, startedAt: expect.any(Number) } } });
    expect(later.recovery?.refusals).toHaveProperty(['weekly|p/a']);
  });
  test('keep the time of the first refusal until a test of its source begins', () => {
    const first = refuseTest(emptyHead(NOW), '', { plan: 'weekly', source, why: 'busy', at: NOW });
    const again = refuseTest(first, '', { plan: 'weekly', source, why: 'still busy', at: NOW + HOUR });
    expect(again.recovery?.refusals['weekly|p/a']).toMatchObject({ at: NOW, why: 'still busy' });
    expect(beginTest(again, plan, { id: 'c', now: NOW, sourceName: 'a' }).recovery?.refusals).toEqual({});
  });
  test('are not used up by a source that is tested out of its turn', () => {
    const begun = beginTest(emptyHead(NOW), plan, { id: 'test-1', now: NOW, sourceName: 'b' });
    expect(endTest(begun, twice('test-1', 'b'), plan).recovery?.turns['weekly']?.next).toBe(0);
  });
  test('begin nothing for a source that the plan does not have', () =>
    expect(beginTest(emptyHead(NOW), plan, { id: 'test-1', now: NOW, sourceName: 'typo' }).recovery).toBeUndefined());
  test('count a verdict once, however often it is stored', () => {
    const once = endTest(head, proof({ id: 'test-1' }), restorePlan());
    expect(endTest(once, proof({ id: 'test-1' }), restorePlan())).toEqual(once);
  });
});

test('keep the newest thirteen proofs of each source', () => {
  const many = Array.from({ length: 15 }, (_, index) => `test-${index}`).reduce((state, id) => {
    const begun = beginTest(state, restorePlan(), { id, now: NOW });
    return endTest(begun, proof({ id }), restorePlan());
  }, emptyHead(NOW));
  expect(many.recovery?.proofs.map(({ id }) => id)).toEqual(Array.from({ length: 13 }, (_, index) => `test-${index + 2}`));
});

test('keep the last moment that a test restored, however many snapshots were restored since', () => {
  const moment = { kind: 'moment', at: NOW - HOUR, expiresAt: null } as const;
  const proofs = [
    proof({ id: 'moment-1', plan: 'monthly', point: moment }),
    proof({ id: 'moment-2', plan: 'monthly', point: moment }),
    proof({ id: 'moment-3', plan: 'monthly', point: moment, verdict: 'failed' }),
    ...Array.from({ length: 20 }, (_, index) => proof({ id: `daily-${index}`, plan: 'daily' })),
  ];
  const { recovery } = proofs.reduce((state, one) => storeProof(state, one), emptyHead(NOW));
  expect(recovery?.proofs.map(({ id }) => id)).toEqual(['moment-2', ...Array.from({ length: 13 }, (_, index) => `daily-${index + 7}`)]);
});

test('remember when a plan was first seen, until it leaves the policy', () => {
  const first = rememberPlans(emptyHead(NOW), ['a'], NOW);
  expect(rememberPlans(first, ['a'], NOW + HOUR)).toBe(first);
  expect(rememberPlans(first, ['b'], NOW + HOUR).recovery?.seen).toEqual({ b: NOW + HOUR });
});
