import { describe, expect, test } from 'vitest';
import { AtlasError } from '../../lib/atlas/error.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { dispatch } from '../../lib/dispatch.ts';
import { budgetOf } from '../../lib/budget.ts';
import { daily } from '../../lib/proving/daily.ts';
import { check } from '../../lib/run.ts';
import { line, liveCluster, sandbox } from '../support/recovery.ts';
import { PLAN, recoveryStage, type RecoveryStage } from '../support/recovery-stage.ts';

/** What the phone rang for; that no check ran in the tests' weeks is told too, and not looked at here. */
const told = (made: RecoveryStage) =>
  made.channels.pagerduty.letters
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
    expect(record?.evidence.map(({ verdict }) => verdict)).toEqual(['noted', 'passed']);
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

  test('that finds a document missing is a P0 within the same run, and the next one that passes ends it', async () => {
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

  test('leaves the run the time to tell what was found', async () => {
    const made = recoveryStage();
    await made.start();
    made.restored();
    await made.move(5);
    const { collectUntil, deliverUntil } = budgetOf(made.now, made.parts);
    expect(made.deadlines).toEqual([collectUntil]);
    expect(deliverUntil - collectUntil).toBeGreaterThan(made.parts.requestTimeoutMs);
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
    expect(record?.evidence.map(({ namespace }) => namespace)).toEqual([null, 'a.a', 'b.b', 'c.c']);
  });
});

describe('the interlock', () => {
  test('refuses at the choice, tells it, and tries again the next day', async () => {
    const made = recoveryStage();
    made.atlas.target = sandbox({ tags: {} });
    expect((await made.start()).body).toMatchObject({ refused: { weekly: expect.stringMatching(/tag restorable=sandbox/) }, underWay: 0 });
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

  test('without the second service account nothing runs, and it says so', async () => {
    const made = recoveryStage(PLAN, { atlas: null });
    expect((await made.start()).body).toMatchObject({ refused: { weekly: expect.stringMatching(/ATLAS_RESTORE_CLIENT_ID/) } });
  });

  test('reads and drops nothing at an address that is not the sandbox’s', async () => {
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

  test('a snapshot that is gone between choice and request is replaced by another choice', async () => {
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

describe('a request', () => {
  test('is not taken for one of a moment ago, of the same snapshot into the same target', async () => {
    const made = recoveryStage();
    await made.start();
    made.restored();
    await made.move(1);
    expect((await made.state()).proofs).toHaveLength(1);
    made.answers = [{ lines: [line('passed')], next: null, newest: null }];
    await daily(made.restarted(), { plan: 'weekly' });
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

  test('that never arrived is sent again once nobody can find it', async () => {
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

test('a test whose process died keeps its claim until it runs out, then goes on', async () => {
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
  throw new Error('the stage has a recovery world');
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
    manifest: forever,
    hold: forever,
    drop: forever,
  };
}

test('a paused sandbox that the policy pauses is resumed, used, and paused again', async () => {
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

test('a source that is gone is refused by name', async () => {
  const made = recoveryStage();
  made.atlas.source = null;
  expect((await made.start()).body).toMatchObject({ refused: { weekly: expect.stringMatching(/no cluster orders/) } });
  made.atlas.source = liveCluster();
});

describe('what a reviewer found', () => {
  test('a source without any snapshot is a P0 of that cluster, also when it was proven before', async () => {
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

  test('an Atlas that never answers is could-not-verify after the first phase’s time, under the name of the configuration', async () => {
    const made = recoveryStage();
    made.atlas.beforeFind = () => {
      throw new Error('no answer');
    };
    await made.start();
    await made.move(30);
    expect((await made.state()).proofs[0]).toMatchObject({ verdict: 'could-not-verify', source: { clusterId: '', name: 'orders' } });
  });

  test('a failure is told before the sandbox is clean', async () => {
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

  test('a process that slept beyond its claim ends nothing that another has moved on', async () => {
    const made = recoveryStage();
    const asleep = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const [real] = [made.restarted().recovery ?? never()];
    const slow = {
      ...real,
      atlas: { ...(real.atlas ?? never()), findCluster: async () => (reached.resolve(), await asleep.promise, null) },
    };
    const sleeper = daily(made.restarted({ recovery: slow }));
    await reached.promise;
    made.now += 5 * MINUTE;
    await made.move(0);
    expect((await made.state()).tests[0]).toMatchObject({ phase: 'restore', jobId: 'job-1' });
    asleep.resolve();
    await sleeper;
    expect((await made.state()).tests[0]).toMatchObject({ phase: 'restore', jobId: 'job-1' });
    expect((await made.state()).refusals).toEqual({});
  });

  test('a plan that leaves the policy while Atlas restores could not be verified, and the record names the job', async () => {
    const made = recoveryStage();
    await made.start();
    const none = { ...made.parts.policy, general: { ...made.parts.policy.general, restoreTests: [] } };
    made.now += 5 * MINUTE;
    await dispatch(made.restarted({ policy: none }));
    expect((await made.state()).proofs[0]).toMatchObject({
      verdict: 'could-not-verify',
      why: expect.stringMatching(/no longer in restorable\.config\.ts; restore job job-1 was under way/),
    });
  });

  test('a job of ours whose answer tells no moment is ours all the same', async () => {
    const [plan] = PLAN.restoreTests ?? [];
    const made = recoveryStage(plan ? { restoreTests: [{ ...plan, points: ['latest'] }] } : {});
    await made.start();
    made.restored({ snapshotId: null });
    await made.move(5);
    expect((await made.state()).proofs[0]).toMatchObject({ verdict: 'passed' });
  });

  test('a sandbox that wakes up slowly is waited for', async () => {
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

  test('an incident of a plan that left the policy ends with the next check', async () => {
    const made = recoveryStage();
    await made.start();
    made.answers = [{ lines: [line('failed')], next: null, newest: null }];
    made.restored();
    await made.move(5);
    const none = { ...made.parts.policy, general: { ...made.parts.policy.general, restoreTests: [] } };
    await check(made.restarted({ policy: none }));
    expect(told(made)).toEqual(['trigger restore-test', 'resolve restore-test']);
  });

  test('a source that cannot be tested keeps no other from its turn', async () => {
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
