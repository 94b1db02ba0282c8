import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LogRecord } from '../../../lib/domain/recovery/log-record.ts';
import { HOUR, MINUTE, SECOND } from '../../../lib/domain/time.ts';
import { momentBefore } from '../../../lib/recovery/drills/data-drill.ts';
import { dailyDrills } from '../../../lib/recovery/drills/runner/daily-drills.ts';
import { openDrillSandbox } from '../../../lib/recovery/drills/sandbox/drill-sandbox.ts';
import { DrillError, type DrillSandbox } from '../../../lib/recovery/drills/drill-ports.ts';
import type { RestoreFault } from '../../emulators/atlas-restore-jobs.ts';
import { mongo, type Mongo } from '../../support/mongo.ts';
import { describeWith } from '../../support/services.ts';
import { type DrillStage, drillStage, stubSandbox } from './drill-stage.ts';

/** This file's own: the server is shared. */
const DATABASE = 'restorewatch_drill_data';

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
  const on = await drillStage({ scenarios: ['deletion'], cluster: { mongo: { uri, databases: [DATABASE] } }, uri });
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
  beforeEach(async () => void (await client.db(DATABASE).dropDatabase()));
  afterAll(async () => {
    await client.db(DATABASE).dropDatabase();
    await client.close();
    await server.stop();
  });

  /** The real database behind an emulated cluster, whose state before the damage Atlas has. */
  async function onMongo(
    scenario: 'corruption' | 'deletion',
    faults: readonly RestoreFault[] = [],
  ): Promise<DrillStage & { readonly sandboxOf: DrillSandbox }> {
    const cluster = { mongo: { uri: server.uri, databases: [DATABASE] } };
    const on = await drillStage({ scenarios: [scenario], cluster, uri: server.uri, realTime: true });
    on.atlas.recovery.restoreTakes = 0;
    for (const fault of faults) on.atlas.recovery.faults.add(fault);
    const real = openDrillSandbox({ database: DATABASE });
    const sandboxOf: DrillSandbox = {
      ...real,
      async refresh(...asked) {
        const newest = await real.refresh(...asked);
        await on.atlas.recovery.data.mark(on.sandbox, newest);
        return newest;
      },
    };
    return { ...on, sandboxOf };
  }

  async function finished(on: Awaited<ReturnType<typeof onMongo>>): Promise<LogRecord> {
    await dailyDrills(on.ports, { sandbox: on.sandboxOf });
    for (let turn = 0; turn < 5 && (await on.active()).length > 0; turn += 1) await on.advance({ sandbox: on.sandboxOf });
    const [record] = (await on.store.records({ limit: 1, before: null, kind: 'drill' })).records;
    if (!record) throw new Error('nothing was recorded');
    return record;
  }

  test.for(['corruption', 'deletion'] as const)(
    'a %s drill plants, damages, restores in place, and finds every document equal',
    async (scenario) => {
      const on = await onMongo(scenario);
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
      expect(await client.db(DATABASE).listCollections().toArray()).toEqual([]);
    },
  );

  test.for([
    ['loses-every-tenth', 'missing'],
    ['loses-index', 'indexes: expected number_1'],
    ['job-fails', 'failed'],
  ] as const)('a data drill whose restore has the fault %s fails and names it', async ([fault, words]) => {
    const on = await onMongo('corruption', [fault]);
    const record = await finished(on);
    expect(record.verdict).toBe('failed');
    expect(record.summary).toContain(words);
    expect(record.details['went wrong']).toContain(words);
  });

  test('a data drill fails where Atlas reports a restore that changed nothing', async () => {
    const on = await onMongo('corruption');
    on.sandbox.mongo = null;
    const recorded = await dailyDrills(on.ports, {
      sandbox: { ...on.sandboxOf, refresh: (...given) => openDrillSandbox({ database: DATABASE }).refresh(...given) },
    });
    expect(recorded.status).toBe(200);
    const refused = (await on.state()).refusals['monthly-corruption'];
    // Without its hosts the address leads nowhere that Atlas knows: nothing is written at all.
    expect(refused?.why).toContain('does not lead to sandbox');
    expect(await client.db(DATABASE).listCollections().toArray()).toEqual([]);
  });

  test('a data drill requests no second restore after a lost answer', async () => {
    const on = await onMongo('deletion');
    on.atlas.recovery.loseNextAnswer();
    const record = await finished(on);
    expect(record.verdict).toBe('passed');
    expect(on.atlas.recovery.jobs).toHaveLength(1);
  });

  test('a data drill asks again for a moment that Atlas does not have yet, and the wait counts into the RTO', async () => {
    const on = await onMongo('deletion');
    const body = { error: 400, errorCode: 'INVALID_PIT_RESTORE_TIME', detail: 'Please provide a valid UTC time.' };
    on.atlas.fault(/^POST .*\/backup\/restoreJobs/, { kind: 'status', status: 400, body }, 1);
    await dailyDrills(on.ports, { sandbox: on.sandboxOf });
    expect((await on.active())[0]).toMatchObject({ phase: 'request', troubles: { last: expect.stringContaining('not restorable yet') } });
    expect((await finished(on)).verdict).toBe('passed');
  });

  test('a data drill refuses a database of its name without our marker, and leaves it', async () => {
    await client.db(DATABASE).collection('theirs').insertOne({ kept: true });
    const on = await onMongo('deletion');
    await dailyDrills(on.ports, { sandbox: on.sandboxOf });
    expect((await on.active())[0]?.troubles?.last).toContain('without our marker');
    expect(await client.db(DATABASE).collection('theirs').countDocuments()).toBe(1);
    expect(on.atlas.recovery.jobs).toEqual([]);
  });

  test('a data drill whose process died during the damage could not be verified, and requests no restore', async () => {
    const on = await onMongo('corruption');
    const dying: DrillSandbox = {
      ...on.sandboxOf,
      async damage(...asked) {
        await openDrillSandbox({ database: DATABASE }).damage(...asked);
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
