import { describe, expect, test } from 'vitest';
import { AtlasError } from '../../../lib/collect/client/atlas-error.ts';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { dispatch } from '../../../lib/run/dispatch.ts';
import { budgetOf } from '../../../lib/ports/budget.ts';
import { dailyRestoreTests } from '../../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { check } from '../../../lib/run/check.ts';
import { line, liveCluster, sandbox } from '../../support/recovery.ts';
import { PLAN, recoveryStage, type RecoveryStage } from '../../support/recovery-stage.ts';

/** What the phone rang for; that no check ran in the tests' weeks is told too, and not looked at here. */
const told = (made: RecoveryStage) =>
  made.channels.pagerduty.notifications
    .map(({ kind, incidents }) => `${kind} ${incidents.map(({ check }) => check).join()}`)
    .filter((words) => !words.endsWith('monitor'));

describe('a restore test', () => {
  test('goes from the cron to a proof, one step after another, and leaves a record', async () => {
    const made = recoveryStage();
    expect((await made.start()).body).toMatchObject({ started: ['weekly'], refused: {}, underWay: 1 });
    expect((await made.state()).tests[0]).toMatchObject({ phase: 'restore', jobId: 'job-1', point: { snapshotId: 's1' } });
    await made.move(5);
    expect((await made.state()).tests[0]).toMatchObject({ phase: 'restore' });
    made.now += 2 * MINUTE;
    made.restored();
    await made.move(3);
    const state = await made.state();
    expect(state.tests).toEqual([]);
    expect(state.proofs[0]).toMatchObject({ verdict: 'passed', measured: { restore: 7 * MINUTE, validate: 3 * MINUTE, rto: 10 * MINUTE } });
    const [record] = await made.records();
    expect(record).toMatchObject({
      kind: 'restore-test',
      verdict: 'passed',
      subject: 'orders (project shop)',
      details: { target: 'sandbox (project drills)', 'restore job': 'job-1' },
    });
    expect(record?.evidence.map(({ verdict }) => verdict)).toEqual(['noted', 'passed', 'noted']);
    expect(made.dropped).toBe(1);
    expect(told(made)).toEqual([]);
  });

  test('is not begun twice, nor before it is due again', async () => {
    const made = recoveryStage();
    await made.start();
    expect((await made.start()).body).toMatchObject({ started: [], underWay: 1 });
    made.restored();
    await made.move(5);
    made.now += 7 * 24 * HOUR - 2 * HOUR - 6 * MINUTE;
    expect((await made.start()).body).toMatchObject({ started: [] });
    made.now += MINUTE;
    expect((await made.start()).body).toMatchObject({ started: ['weekly'] });
  });

  test('that finds a document missing raises a P0 in the same run, which the next test that passes resolves', async () => {
    const made = recoveryStage();
    await made.start();
    made.answers = [{ lines: [line('passed'), line('failed')], next: null, newest: null }];
    made.restored();
    await made.move(5);
    expect((await made.state()).proofs[0]).toMatchObject({
      verdict: 'failed',
      why: expect.stringMatching(/shop.orders: documents: expected 120, found 108/),
    });
    expect(told(made)).toEqual(['trigger restore-test']);
    made.now += 7 * 24 * HOUR;
    made.answers = [{ lines: [line('passed')], next: null, newest: null }];
    await made.start();
    made.restored();
    await made.move(5);
    expect(told(made)).toEqual(['trigger restore-test', 'resolve restore-test']);
  });

  test('leaves the run the time to notify of what was found', async () => {
    const made = recoveryStage();
    await made.start();
    made.restored();
    await made.move(5);
    const { collectUntil, deliverUntil } = budgetOf(made.now, made.ports);
    expect(made.deadlines).toEqual([collectUntil]);
    expect(deliverUntil - collectUntil).toBeGreaterThan(made.ports.requestTimeoutMs);
  });

  test('validates in parts, and keeps the evidence of all of them', async () => {
    const made = recoveryStage();
    await made.start();
    made.restored();
    made.answers = [
      { lines: [line('passed', { namespace: 'a.a' })], next: 'b.b', newest: 5 },
      { lines: [line('passed', { namespace: 'b.b' })], next: 'c.c', newest: 9 },
      { lines: [line('passed', { namespace: 'c.c' })], next: null, newest: 7 },
    ];
    await made.move(5);
    const [record] = await made.records();
    expect(record?.evidence.map(({ namespace }) => namespace)).toEqual([null, 'a.a', 'b.b', 'c.c', null]);
  });
});

describe('the interlock of a restore test', () => {
  test('refuses right before the request while somebody validates a backup in the sandbox', async () => {
    const made = recoveryStage();
    const { recovery } = made.ports;
    if (!recovery) throw new Error('the stage has no recovery');
    const use = 'validate of /backups/x, by Ada on desk, until 2026-11-22T13:42:00Z';
    const deployments = { ...recovery.deployments, sandboxUse: async () => use };
    const { body } = await dailyRestoreTests({ ...made.restarted(), recovery: { ...recovery, deployments } });
    expect(body).toMatchObject({ refused: { weekly: `the target sandbox is in use: ${use}; wait for its end` } });
    expect(made.atlas.requests).toBe(0);
  });

  test('goes on where the sandbox does not answer here', async () => {
    const made = recoveryStage();
    const { recovery } = made.ports;
    if (!recovery) throw new Error('the stage has no recovery');
    const deployments = { ...recovery.deployments, sandboxUse: () => Promise.reject(new Error('no answer')) };
    await dailyRestoreTests({ ...made.restarted(), recovery: { ...recovery, deployments } });
    expect(made.atlas.requests).toBe(1);
  });

  test('refuses a target that MONGODB_URI leads to', async () => {
    const made = recoveryStage(PLAN, { sourceAddress: () => 'mongodb://Sandbox.example.net.:27017' });
    expect((await made.start()).body).toMatchObject({ refused: { weekly: expect.stringContaining('is where MONGODB_URI leads') } });
    expect(made.atlas.requests).toBe(0);
  });

  test('refuses before a point is chosen, notifies, and is asked again the next day', async () => {
    const made = recoveryStage();
    made.atlas.target = sandbox({ tags: {} });
    expect((await made.start()).body).toMatchObject({
      refused: { weekly: expect.stringMatching(/tag restorewatch=sandbox/) },
      underWay: 0,
    });
    expect(made.atlas.requests).toBe(0);
    expect((await made.records())[0]).toMatchObject({ verdict: 'refused' });
    made.atlas.target = sandbox();
    made.now += 24 * HOUR;
    expect((await made.start()).body).toMatchObject({ started: ['weekly'], underWay: 1 });
  });

  test.for([
    ['loses its tag', () => sandbox({ tags: {} })],
    ['is renamed', () => sandbox({ name: 'precious' })],
    ['becomes busy', () => sandbox({ stateName: 'UPDATING' })],
    ['becomes another cluster', () => sandbox({ clusterId: 'c-other' })],
  ] as const)('asks for nothing when the target %s between the choice and the request', async ([, target]) => {
    const made = recoveryStage();
    let reads = 0;
    made.atlas.beforeFind = (name) => {
      if (name === 'sandbox' && (reads += 1) === 2) made.atlas.target = target();
    };
    await made.start();
    expect(made.atlas.requests).toBe(0);
    expect((await made.state()).refusals['weekly|shop/orders']?.why).toBeTruthy();
  });

  test('refuses with that reason where the second service account is missing', async () => {
    const made = recoveryStage(PLAN, { atlas: null });
    expect((await made.start()).body).toMatchObject({ refused: { weekly: expect.stringMatching(/ATLAS_RESTORE_CLIENT_ID/) } });
  });

  test('allows no read and no drop at an address that is not the sandbox’s', async () => {
    const made = recoveryStage(PLAN, { sandboxAddress: () => 'mongodb://orders.example.net' });
    await made.start();
    made.restored();
    await made.move(5);
    expect(made.dropped).toBe(0);
    expect((await made.state()).proofs[0]).toMatchObject({
      verdict: 'could-not-verify',
      why: expect.stringMatching(/does not lead to sandbox/),
    });
  });

  test('replaces a snapshot that is gone between choice and request by another choice', async () => {
    const made = recoveryStage();
    let reads = 0;
    made.atlas.beforeFind = (name) => {
      if (name === 'sandbox' && (reads += 1) === 2) made.atlas.snapshots = ['s2'];
    };
    await made.start();
    expect((await made.state()).tests[0]).toMatchObject({ phase: 'restore', point: { snapshotId: 's2' } });
    expect(made.atlas.requests).toBe(1);
  });
});

describe('a restore request', () => {
  test('is not confused with an earlier one of the same snapshot into the same target', async () => {
    const made = recoveryStage();
    await made.start();
    made.restored();
    await made.move(1);
    expect((await made.state()).proofs).toHaveLength(1);
    made.answers = [{ lines: [line('passed')], next: null, newest: null }];
    await dailyRestoreTests(made.restarted(), { plan: 'weekly' });
    expect((await made.state()).tests[0]).toMatchObject({ phase: 'restore', jobId: 'job-2' });
    expect(made.atlas.requests).toBe(2);
  });

  test('whose answer was lost is found among the jobs, and not sent again', async () => {
    const made = recoveryStage();
    made.atlas.onRequest = 'lose';
    await made.start();
    expect((await made.state()).tests[0]).toMatchObject({ phase: 'request', jobId: null, troubles: { count: 1 } });
    await made.move(5);
    expect((await made.state()).tests[0]).toMatchObject({ phase: 'restore', jobId: 'job-1' });
    expect(made.atlas.requests).toBe(1);
  });

  test('that never arrived is sent again once no job shows it', async () => {
    const made = recoveryStage();
    made.atlas.onRequest = new Error('reset before it was sent');
    await made.start();
    made.atlas.onRequest = 'take';
    await made.move(2);
    expect(made.atlas.requests).toBe(1);
    await made.move(1);
    expect((await made.state()).tests[0]).toMatchObject({ phase: 'restore' });
    expect(made.atlas.requests).toBe(2);
  });

  test.for([
    ['INVALID_PIT_RESTORE_TIME', 400, 'failed'],
    ['CLUSTER_PAUSED_CANNOT_RESTORE', 400, 'refused'],
    ['FORBIDDEN', 403, 'refused'],
  ] as const)('answered with %s is %s', async ([code, status, outcome]) => {
    const made = recoveryStage();
    made.atlas.onRequest = new AtlasError({
      operation: 'createRestoreJob',
      resource: 'orders',
      kind: 'refused',
      status,
      code,
      detail: 'no',
      patience: 'once',
    });
    await made.start();
    await made.move(5);
    const state = await made.state();
    expect(state.refusals['weekly|shop/orders']?.why ?? '').toMatch(outcome === 'refused' ? /Atlas refused/ : /^$/);
    expect(state.proofs.map(({ verdict }) => verdict)).toEqual(outcome === 'refused' ? [] : [outcome]);
  });
});

describe('a restore job', () => {
  test.for([
    ['failed', {}, 'failed', /job job-1 failed/],
    ['cancelled', {}, 'could-not-verify', /cancelled/],
    ['expired', {}, 'could-not-verify', /expired/],
    ['done', { snapshotId: 'yesterday' }, 'failed', /another point/],
  ] as const)('%s %o is %s', async ([state, changes, verdict, why]) => {
    const made = recoveryStage();
    await made.start();
    made.restored({ state, ...changes });
    await made.move(5);
    expect((await made.state()).proofs[0]).toMatchObject({ verdict, why: expect.stringMatching(why) });
  });

  test('that never ends could not be verified, once its phase’s time is up', async () => {
    const made = recoveryStage();
    await made.start();
    await made.move(12 * 60 - 1);
    expect((await made.state()).tests[0]?.phase).toBe('restore');
    await made.move(1);
    expect((await made.state()).proofs[0]).toMatchObject({
      verdict: 'could-not-verify',
      why: expect.stringMatching(/phase “restore” made no end within 12 h/),
    });
  });
});

test('a restore test whose process died goes on once its claim has expired', async () => {
  const made = recoveryStage();
  await made.start();
  made.restored();
  const reached = Promise.withResolvers<void>();
  void dispatch(made.restarted({ recovery: { ...(made.restarted().recovery ?? never()), deployments: hanging(reached.resolve) } }));
  await reached.promise;
  await made.move(0);
  expect((await made.state()).tests).toHaveLength(1);
  await made.move(5);
  expect((await made.state()).proofs).toHaveLength(1);
});

function never(): never {
  throw new Error('the ports of recovery are missing');
}

/** A deployment that never answers: the process that asked it is as good as dead. */
function hanging(reached: () => void): NonNullable<ReturnType<RecoveryStage['restarted']>['recovery']>['deployments'] {
  const forever = (): Promise<never> => {
    reached();
    return new Promise(() => undefined);
  };
  return {
    hostsOf: () => ['sandbox.example.net'],
    validate: forever,
    writeAccess: forever,
    sandboxUse: async () => null,
    manifest: forever,
    searchIndexes: forever,
    checkAssertions: forever,
    drop: forever,
  };
}

test('a restore test resumes a sandbox that the policy pauses, and pauses it again', async () => {
  const [plan] = PLAN.restoreTests ?? [];
  const made = recoveryStage(plan ? { restoreTests: [{ ...plan, afterwards: 'pause' }] } : {});
  made.atlas.target = sandbox({ paused: true });
  await made.start();
  expect(made.atlas.paused).toEqual([false]);
  made.atlas.target = sandbox();
  await made.move(5);
  made.restored();
  await made.move(5);
  expect(made.atlas.paused).toEqual([false, true]);
  expect((await made.state()).proofs[0]).toMatchObject({ verdict: 'passed' });
});

test('a restore test of a source that is gone is refused by name', async () => {
  const made = recoveryStage();
  made.atlas.source = null;
  expect((await made.start()).body).toMatchObject({ refused: { weekly: expect.stringMatching(/no cluster orders/) } });
  made.atlas.source = liveCluster();
});

describe('a restore test, as reviewers once found it wrong:', () => {
  test('raises a P0 for a source without any snapshot, also when it was proven before', async () => {
    const made = recoveryStage();
    await made.start();
    made.restored();
    await made.move(5);
    made.now += 7 * 24 * HOUR;
    made.atlas.snapshots = [];
    await made.start();
    await made.move(5);
    expect((await made.state()).proofs.at(-1)).toMatchObject({ verdict: 'failed', source: { clusterId: 'c-orders' } });
    expect(told(made)).toEqual(['trigger restore-test']);
  });

  test('could not be verified after the first phase’s time where Atlas never answers, under the configured name', async () => {
    const made = recoveryStage();
    made.atlas.beforeFind = () => {
      throw new Error('no answer');
    };
    await made.start();
    await made.move(30);
    expect((await made.state()).proofs[0]).toMatchObject({ verdict: 'could-not-verify', source: { clusterId: '', name: 'orders' } });
  });

  test('notifies of a failure before the sandbox is clean', async () => {
    const made = recoveryStage();
    await made.start();
    made.answers = [{ lines: [line('failed')], next: null, newest: null }];
    made.restored();
    made.atlas.beforeFind = (name) => {
      if (name === 'sandbox' && made.answers.length === 0) throw new Error('no answer');
    };
    await made.move(5);
    expect((await made.state()).tests[0]).toMatchObject({ phase: 'clean', verdict: 'failed' });
    expect(told(made)).toEqual(['trigger restore-test']);
    await made.move(30);
    expect((await made.state()).tests).toEqual([]);
    expect((await made.state()).proofs).toMatchObject([
      { verdict: 'failed', uncleaned: expect.stringMatching(/phase “clean” made no end/) },
    ]);
    expect(told(made)).toEqual(['trigger restore-test']);
  });

  test('is not ended by a process whose claim expired after another process has advanced it', async () => {
    const made = recoveryStage();
    const asleep = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const [real] = [made.restarted().recovery ?? never()];
    const slow = {
      ...real,
      atlas: { ...(real.atlas ?? never()), findCluster: async () => (reached.resolve(), await asleep.promise, null) },
    };
    const sleeper = dailyRestoreTests(made.restarted({ recovery: slow }));
    await reached.promise;
    made.now += 5 * MINUTE;
    await made.move(0);
    expect((await made.state()).tests[0]).toMatchObject({ phase: 'restore', jobId: 'job-1' });
    asleep.resolve();
    await sleeper;
    expect((await made.state()).tests[0]).toMatchObject({ phase: 'restore', jobId: 'job-1' });
    expect((await made.state()).refusals).toEqual({});
  });

  test('could not be verified where its plan leaves the policy while Atlas restores, and the record names the job', async () => {
    const made = recoveryStage();
    await made.start();
    const none = { ...made.ports.policy, general: { ...made.ports.policy.general, restoreTests: [] } };
    made.now += 5 * MINUTE;
    await dispatch(made.restarted({ policy: none }));
    expect((await made.state()).proofs[0]).toMatchObject({
      verdict: 'could-not-verify',
      why: expect.stringMatching(/no longer in restorewatch\.config\.ts; restore job job-1 was under way/),
    });
  });

  test('recognises its own job where Atlas’s answer has no moment', async () => {
    const [plan] = PLAN.restoreTests ?? [];
    const made = recoveryStage(plan ? { restoreTests: [{ ...plan, points: ['latest'] }] } : {});
    await made.start();
    made.restored({ snapshotId: null });
    await made.move(5);
    expect((await made.state()).proofs[0]).toMatchObject({ verdict: 'passed' });
  });

  test('waits for a sandbox that resumes slowly', async () => {
    const [plan] = PLAN.restoreTests ?? [];
    const made = recoveryStage(plan ? { restoreTests: [{ ...plan, afterwards: 'pause' }] } : {});
    made.atlas.target = sandbox({ paused: true });
    await made.start();
    made.atlas.target = sandbox({ stateName: 'UPDATING' });
    await made.move(5);
    expect((await made.state()).refusals).toEqual({});
    made.atlas.target = sandbox();
    await made.move(5);
    expect((await made.state()).tests[0]).toMatchObject({ phase: 'restore' });
  });

  test('has its incident resolved by the next check once its plan left the policy', async () => {
    const made = recoveryStage();
    await made.start();
    made.answers = [{ lines: [line('failed')], next: null, newest: null }];
    made.restored();
    await made.move(5);
    const none = { ...made.ports.policy, general: { ...made.ports.policy.general, restoreTests: [] } };
    await check(made.restarted({ policy: none }));
    expect(told(made)).toEqual(['trigger restore-test', 'resolve restore-test']);
  });

  test('of a source that is always refused keeps no other source from its turn', async () => {
    const [plan] = PLAN.restoreTests ?? [];
    const sources = [
      { project: 'shop', cluster: 'missing' },
      { project: 'shop', cluster: 'orders' },
    ];
    const made = recoveryStage(plan ? { restoreTests: [{ ...plan, sources }] } : {});
    expect((await made.start()).body).toMatchObject({ refused: { weekly: expect.stringMatching(/missing/) } });
    made.now += 24 * HOUR;
    await made.start();
    expect((await made.state()).tests[0]).toMatchObject({ source: { name: 'orders' }, phase: 'restore' });
  });
});
