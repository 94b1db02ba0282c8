import { type Db, MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LogRecord } from '../../../lib/domain/recovery/log-record.ts';
import { HOUR, MINUTE, SECOND } from '../../../lib/domain/time.ts';
import { momentBefore } from '../../../lib/recovery/drills/data-drill.ts';
import { dailyDrills } from '../../../lib/recovery/drills/runner/daily-drills.ts';
import { openDrillSandbox } from '../../../lib/recovery/drills/sandbox/drill-sandbox.ts';
import { DrillError, type DrillSandbox } from '../../../lib/recovery/drills/drill-ports.ts';
import type { RestoreFault } from '../../emulators/atlas-restore-jobs.ts';
import { mongo, nameForTest, type Mongo } from '../../support/mongo.ts';
import type { TestEnd } from '../../support/ports.ts';
import { describeWith } from '../../support/services.ts';
import { type DrillStage, drillStage, stubSandbox } from './drill-stage.ts';

test.for([
  [10_000, 9_000],
  [10_001, 9_000],
  [10_999, 9_000],
  [11_000, 10_000],
] as const)('a data drill damaged at %i ms restores to %i, the whole second before', ([damaged, moment]) => {
  expect(momentBefore(damaged)).toBe(moment);
});

test('a data drill drops documents that were only half planted', async () => {
  const uri = 'mongodb://sandbox.example:27017/';
  const on = await drillStage({ scenarios: ['deletion'], cluster: { mongo: { uri, databases: ['half'] } }, uri });
  const drops: string[] = [];
  const plant = async (): Promise<never> => Promise.reject(new DrillError('half of it was written'));
  const sandbox = stubSandbox({ plant, drop: async (at) => void drops.push(at) });
  await dailyDrills(on.ports, { sandbox });
  expect((await on.active())[0]).toMatchObject({ phase: 'plant', troubles: { count: 1 } });
  on.pass(30 * MINUTE);
  await on.advance({ sandbox });
  expect(drops).toEqual([uri]);
  expect((await on.state()).ended).toMatchObject([
    { verdict: 'could-not-verify', summary: expect.stringContaining('half of it was written') },
  ]);
});

describeWith('mongodb', 'corruption and deletion, recovered to the second before', (where) => {
  let server: Mongo;
  let client: MongoClient;
  beforeAll(async () => {
    server = await mongo(where);
    client = await new MongoClient(server.uri).connect();
  });
  afterAll(async () => {
    await client.close();
    await server.stop();
  });

  type OnMongo = DrillStage & {
    readonly db: Db;
    readonly real: DrillSandbox;
    /** The same, but that Atlas is told what there is before the damage. */
    readonly sandboxOf: DrillSandbox;
  };

  /** A real database of the test's own behind an emulated cluster, whose state before the damage Atlas has. */
  async function onMongo(context: TestEnd, scenario: 'corruption' | 'deletion', faults: readonly RestoreFault[] = []): Promise<OnMongo> {
    const db = client.db(nameForTest('restorewatch_drill_data'));
    context.onTestFinished(async () => void (await db.dropDatabase()));
    const cluster = { mongo: { uri: server.uri, databases: [db.databaseName] } };
    const on = await drillStage({ scenarios: [scenario], cluster, uri: server.uri, realTime: true, context });
    on.atlas.recovery.restoreTakes = 0;
    for (const fault of faults) on.atlas.recovery.faults.add(fault);
    const real = openDrillSandbox({ database: db.databaseName });
    const sandboxOf: DrillSandbox = {
      ...real,
      async refresh(...asked) {
        const newest = await real.refresh(...asked);
        await on.atlas.recovery.data.mark(on.sandbox, newest);
        return newest;
      },
    };
    return { ...on, db, real, sandboxOf };
  }

  async function finished(on: OnMongo): Promise<LogRecord> {
    await dailyDrills(on.ports, { sandbox: on.sandboxOf });
    for (let turn = 0; turn < 5 && (await on.active()).length > 0; turn += 1) await on.advance({ sandbox: on.sandboxOf });
    const [record] = (await on.store.records({ limit: 1, before: null, kind: 'drill' })).records;
    if (!record) throw new Error('nothing was recorded');
    return record;
  }

  // Side by side: each waits for the server's clock to leave a second.
  test.concurrent.for(['corruption', 'deletion'] as const)(
    'a %s drill plants, damages, restores in place, and finds every document equal',
    async (scenario, { expect, ...context }) => {
      const on = await onMongo(context, scenario);
      const record = await finished(on);
      expect(record.evidence.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
      expect(record).toMatchObject({ verdict: 'passed', subject: 'sandbox (project shop)', details: { scenario } });
      expect(record.evidence).toContainEqual(
        expect.objectContaining({ what: 'checksum', expected: '1020 equal to what was planted', found: '1020' }),
      );
      // By the server's clock: the last document is at least two whole seconds older than the damage.
      expect(record.measured['rpo']).toBeGreaterThanOrEqual(2 * SECOND);
      expect(record.measured['rpo']).toBeLessThan(30 * SECOND);
      expect(record.measured['rto']).toBeGreaterThan(0);
      const [job] = on.atlas.recovery.jobs;
      expect(job).toMatchObject({
        at: Date.parse(record.details['moment'] ?? ''),
        source: { cluster: on.sandbox },
        target: { cluster: on.sandbox },
      });
      expect(on.atlas.recovery.jobs).toHaveLength(1);
      expect(await on.db.listCollections().toArray()).toEqual([]);
    },
  );

  test.concurrent.for([
    ['loses-every-tenth', 'missing'],
    ['loses-index', 'indexes: expected number_1'],
    ['job-fails', 'failed'],
  ] as const)('a data drill whose restore has the fault %s fails and names it', async ([fault, words], { expect, ...context }) => {
    const on = await onMongo(context, 'corruption', [fault]);
    const record = await finished(on);
    expect(record.verdict).toBe('failed');
    expect(record.summary).toContain(words);
    expect(record.details['went wrong']).toContain(words);
  });

  test.concurrent('a data drill fails where Atlas reports a restore that changed nothing', async ({ expect, ...context }) => {
    const on = await onMongo(context, 'corruption');
    on.sandbox.mongo = null;
    const recorded = await dailyDrills(on.ports, {
      sandbox: on.real,
    });
    expect(recorded.status).toBe(200);
    const refused = (await on.state()).refusals['monthly-corruption'];
    // Without its hosts the address leads nowhere that Atlas knows: nothing is written at all.
    expect(refused?.why).toContain('does not lead to sandbox');
    expect(await on.db.listCollections().toArray()).toEqual([]);
  });

  test.concurrent('a data drill requests no second restore after a lost answer', async ({ expect, ...context }) => {
    const on = await onMongo(context, 'deletion');
    on.atlas.recovery.loseNextAnswer();
    const record = await finished(on);
    expect(record.verdict).toBe('passed');
    expect(on.atlas.recovery.jobs).toHaveLength(1);
  });

  test.concurrent('a data drill asks again for a moment that Atlas does not have yet, and the wait counts into the RTO', async ({
    expect,
    ...context
  }) => {
    const on = await onMongo(context, 'deletion');
    const body = { error: 400, errorCode: 'INVALID_PIT_RESTORE_TIME', detail: 'Please provide a valid UTC time.' };
    on.atlas.fault(/^POST .*\/backup\/restoreJobs/, { kind: 'status', status: 400, body }, 1);
    await dailyDrills(on.ports, { sandbox: on.sandboxOf });
    expect((await on.active())[0]).toMatchObject({ phase: 'request', troubles: { last: expect.stringContaining('not restorable yet') } });
    expect((await finished(on)).verdict).toBe('passed');
  });

  test.concurrent('a data drill refuses a database of its name without our marker, and leaves it', async ({ expect, ...context }) => {
    const on = await onMongo(context, 'deletion');
    await on.db.collection('theirs').insertOne({ kept: true });
    await dailyDrills(on.ports, { sandbox: on.sandboxOf });
    expect((await on.active())[0]?.troubles?.last).toContain('without our marker');
    expect(await on.db.collection('theirs').countDocuments()).toBe(1);
    expect(on.atlas.recovery.jobs).toEqual([]);
  });

  test.concurrent('a data drill whose process died during the damage could not be verified, and requests no restore', async ({
    expect,
    ...context
  }) => {
    const on = await onMongo(context, 'corruption');
    const dying: DrillSandbox = {
      ...on.sandboxOf,
      async damage(...asked) {
        await on.real.damage(...asked);
        return new Promise<never>(() => undefined);
      },
    };
    const reached = new Promise<void>((resolve) => {
      const refresh: DrillSandbox['refresh'] = async (...asked) => {
        const newest = await on.sandboxOf.refresh(...asked);
        resolve();
        return newest;
      };
      void dailyDrills(on.ports, { sandbox: { ...dying, refresh } });
    });
    await reached;
    // Later, another process: the claim has run out.
    const ports = on.restarted({ now: () => Date.now() + HOUR / 4 });
    for (let turn = 0; turn < 3; turn += 1) await on.advance({ ports, deadline: Date.now() + HOUR, sandbox: on.sandboxOf });
    expect((await on.state()).ended).toMatchObject([
      { verdict: 'could-not-verify', summary: expect.stringContaining('ended before it told when') },
    ]);
    expect(on.atlas.recovery.jobs).toEqual([]);
  });
});
