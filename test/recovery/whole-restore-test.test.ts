import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createRecoveryAtlas } from '../../lib/collect/recovery/atlas-recovery-client.ts';
import { collect } from '../../lib/collect/collect.ts';
import type { Config } from '../../lib/config/policy/define-config.ts';
import { dispatch } from '../../lib/run/dispatch.ts';
import { NO_RECOVERY, type Proof } from '../../lib/domain/recovery/restore-test.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { dailyRestoreTests } from '../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { openDeployments } from '../../lib/wire/recovery.ts';
import type { Deployments, RecoveryPorts } from '../../lib/ports/recovery-ports.ts';
import { check } from '../../lib/run/check.ts';
import { clientOf, testClock } from '../collect/harness.ts';
import { startAtlasEmulator } from '../emulators/atlas.ts';
import type { RestoreFault } from '../emulators/atlas-restore-jobs.ts';
import { manifestAsSeen } from '../emulators/atlas-restore-names.ts';
import { mongo, nameForTest, type Mongo } from '../support/mongo.ts';
import { openOwnMarks, type OwnMarks } from '../support/own-marks.ts';
import { stage } from '../support/ports.ts';
import { NOW } from '../support/facts.ts';
import { describeWith } from '../support/services.ts';

/** The database of the test that runs: the server may refuse a name that an earlier one had (`nameForTest`). */
let shop = '';
const PREFIX = 'src_';

type PlanConfig = NonNullable<Config['restoreTests']>[number];

function configOf(plan: Partial<PlanConfig> = {}): Config {
  const source = { project: 'shop', cluster: 'orders' };
  const base: PlanConfig = {
    name: 'weekly',
    sources: [source],
    target: { project: 'shop', cluster: 'sandbox' },
    points: ['latest'],
    databases: [shop],
    timeFields: { [`${shop}.orders`]: 'at' },
  };
  // Documents are a day old here: between two manifests a day apart.
  return { restoreTests: [{ ...base, ...plan }], recovery: { rpoMinutes: 30 * 60 } };
}

describeWith('mongodb', 'the whole line, with an emulated Atlas that copies data on a real server', (where) => {
  const parts: { server?: Mongo; client?: MongoClient; source?: OwnMarks } = {};
  const client = (): MongoClient => {
    if (!parts.client) throw new Error('not connected');
    return parts.client;
  };
  const uri = (): string => parts.server?.uri ?? '';
  /** The same server at another address: a target that a source's address leads to is refused. */
  const sourceUri = (): string => parts.source?.uri ?? '';
  const dropAll = async (): Promise<void> => {
    for (const name of [shop, PREFIX + shop]) await client().db(name).dropDatabase();
  };
  beforeAll(async () => {
    parts.server = await mongo(where);
    parts.client = await new MongoClient(parts.server.uri).connect();
    parts.source = await openOwnMarks(parts.server.uri);
  });
  beforeEach(() => void (shop = nameForTest('restorewatch_whole_shop')));
  afterEach(dropAll);
  afterAll(async () => {
    await parts.source?.stop();
    await parts.client?.close();
    await parts.server?.stop();
  });

  async function start(config: Config = configOf(), changes: Partial<RecoveryPorts> = {}) {
    const time = testClock(NOW - 26 * HOUR);
    const atlas = await startAtlasEmulator({ now: time.clock });
    onTestFinished(() => atlas.close());
    const project = atlas.addProject('shop');
    // The server is shared: other databases in it are none of this cluster's.
    const ours = { only: [PREFIX + shop] };
    const source = { uri: sourceUri(), databases: [shop], prefix: PREFIX };
    const orders = project.addCluster('orders', { mongo: source });
    const sandbox = project.addCluster('sandbox', {
      mongo: { uri: uri(), databases: [shop] },
      history: false,
    });
    const made = stage({}, config);
    made.now = time.now;
    const deployments = openDeployments(1_500, time.clock);
    const credentials = { kind: 'serviceAccount', ...atlas.recovery.credentials } as const;
    const options = {
      baseUrl: atlas.url,
      credentials,
      requestTimeoutMs: 5_000,
      secrets: [],
      clock: time.clock,
      sleep: time.sleep,
      random: () => 0.5,
    };
    const recovery: RecoveryPorts = {
      atlas: createRecoveryAtlas(options),
      deployments: {
        ...deployments,
        manifest: async (at, until) => manifestAsSeen(source, await deployments.manifest(at, { ...until, ...ours })),
      },
      sandboxAddress: uri,
      sourceAddress: sourceUri,
      random: () => 0.5,
      ...changes,
    };
    made.collect = (hints, now, deadline) => collect({ client: clientOf(atlas, time), projectIds: null, hints, now, deadline });
    const line = made.restarted({ recovery, now: time.clock, collect: async (hints, now, deadline) => made.collect(hints, now, deadline) });
    await client()
      .db(PREFIX + shop)
      .collection('orders')
      .insertMany(Array.from({ length: 100 }, (_, index) => ({ _id: index as never, at: new Date(NOW - 27 * HOUR) })));
    await client()
      .db(PREFIX + shop)
      .collection('orders')
      .createIndex({ at: 1 });
    await atlas.recovery.data.mark(orders, NOW - 40 * DAY);
    // A manifest of the day before; the sandbox without its tag lets nothing begin yet.
    await dailyRestoreTests(line);
    sandbox.tags = { restorewatch: 'sandbox' };
    made.now = time.now = NOW;
    const later = async (minutes: number): Promise<void> => {
      time.now += minutes * MINUTE;
      made.now = time.now;
      await dispatch(line);
    };
    const proofs = async (): Promise<readonly Proof[]> => ((await made.store.readHead()).head?.recovery ?? NO_RECOVERY).proofs;
    return { atlas, orders, sandbox, made, line, time, later, proofs };
  }

  /** From the first check to the end of one test; the proof. */
  async function proveOnce(made: Awaited<ReturnType<typeof start>>): Promise<Proof | undefined> {
    await check(made.line);
    await dailyRestoreTests(made.line);
    for (let step = 0; step < 4 && (await made.proofs()).length === 0; step += 1) await made.later(5);
    return (await made.proofs()).at(-1);
  }

  test('a restore test restores, reads, proves and drops a sound backup', async () => {
    const made = await start();
    expect(await proveOnce(made)).toMatchObject({
      verdict: 'passed',
      why: null,
      point: { kind: 'snapshot' },
      measured: { rto: expect.any(Number) },
    });
    const { records } = await made.made.store.records({ limit: 10, before: null });
    const lines = records[0]?.evidence
      .filter(({ verdict }) => verdict === 'passed')
      .map(({ what, namespace }) => `${what} ${namespace ?? ''}`);
    expect(lines).toEqual(
      expect.arrayContaining([`documents ${shop}.orders`, `indexes ${shop}.orders`, `readable ${shop}.orders`, `freshness ${shop}.orders`]),
    );
    expect((await client().db(shop).listCollections().toArray()).length).toBe(0);
    expect(made.made.channels.pagerduty.notifications).toEqual([]);
    expect(made.atlas.refused).toEqual([]);
  });

  test('a restore test says where a sound backup could not be compared', async () => {
    const made = await start(configOf(), { sourceAddress: () => null });
    expect(await proveOnce(made)).toMatchObject({
      verdict: 'passed',
      why: expect.stringMatching(/not compared with a manifest: none of the source is kept/),
    });
  });

  test('a restore test restores a random moment inside the window of the last check', async () => {
    const made = await start(configOf({ points: ['moment'] }));
    const proof = await proveOnce(made);
    expect(proof).toMatchObject({ point: { kind: 'moment' } });
    expect(made.atlas.recovery.jobs).toHaveLength(1);
  });

  test.for([
    ['loses-collection', 'failed', /namespace/],
    ['loses-index', 'failed', /indexes/],
    ['loses-every-tenth', 'failed', /documents/],
    ['truncates-collection', 'failed', /documents/],
    ['job-fails', 'failed', /failed/],
    ['job-expires', 'could-not-verify', /expired/],
  ] satisfies readonly (readonly [RestoreFault, Proof['verdict'], RegExp])[])(
    'a restore test with the fault %s is %s',
    async ([fault, verdict, why]) => {
      const made = await start();
      made.atlas.recovery.faults.add(fault);
      const proof = await proveOnce(made);
      expect(proof).toMatchObject({ verdict, why: expect.stringMatching(why) });
      const kinds = made.made.channels.pagerduty.notifications.map(({ incidents }) => incidents[0]?.check);
      expect(kinds).toEqual(verdict === 'failed' ? ['restore-test'] : []);
    },
  );

  test('a restore test finds yesterday’s data in place of the latest by its age', async () => {
    const made = await start();
    const orders = client()
      .db(PREFIX + shop)
      .collection('orders');
    await orders.updateMany({}, { $set: { at: new Date(NOW - 60 * HOUR) } });
    await made.atlas.recovery.data.mark(made.orders, NOW - 2 * DAY);
    await orders.updateMany({}, { $set: { at: new Date(NOW - 27 * HOUR) } });
    await made.atlas.recovery.data.mark(made.orders, NOW - 26 * HOUR);
    made.atlas.recovery.faults.add('yesterday');
    expect(await proveOnce(made)).toMatchObject({ verdict: 'failed', why: expect.stringMatching(/freshness/) });
  });

  test('a restore test whose job never ends could not be verified after its deadline', async () => {
    const made = await start(configOf({ deadlineMinutes: { restore: 60 } }));
    made.atlas.recovery.faults.add('job-never-ends');
    await check(made.line);
    await dailyRestoreTests(made.line);
    await made.later(61);
    await made.later(31);
    expect((await made.proofs()).at(-1)).toMatchObject({
      verdict: 'could-not-verify',
      why: expect.stringMatching(/made no end within 1 h/),
    });
  });

  test('a restore test sends no second request after a lost answer', async () => {
    const made = await start();
    made.atlas.recovery.loseNextAnswer();
    expect(await proveOnce(made)).toMatchObject({ verdict: 'passed' });
    expect(made.atlas.recovery.jobs).toHaveLength(1);
  });

  test('a restore test does not touch a target that is renamed between interlock and request', async () => {
    const made = await start();
    made.atlas.recovery.renameAfterRead(made.sandbox, 'precious', 1);
    await check(made.line);
    expect((await dailyRestoreTests(made.line)).body).toMatchObject({ refused: { weekly: expect.stringMatching(/sandbox/) } });
    expect(made.atlas.recovery.jobs).toEqual([]);
  });

  test('a restore test of a sandbox where nothing listens could not be verified, and shows its address nowhere', async () => {
    const made = await start(configOf({ deadlineMinutes: { validate: 10, clean: 10 } }));
    const wrong = 'mongodb://nobody:hunter22@127.0.0.1:1/';
    const recovery = made.line.recovery ?? never();
    // Every step waits so long for the sandbox; the source is there.
    const short = openDeployments(100, made.time.clock);
    const deployments: Deployments = { ...short, manifest: (at, until) => recovery.deployments.manifest(at, until) };
    const line = { ...made.line, recovery: { ...recovery, deployments, sandboxAddress: () => wrong } };
    await check(line);
    await dailyRestoreTests(line);
    made.time.now += 5 * MINUTE;
    await made.atlas.recovery.settle();
    // It was restored; from now on nobody is at home where Atlas says that the sandbox is.
    made.sandbox.mongo = { uri: wrong, databases: [shop] };
    for (let step = 0; step < 7; step += 1) {
      made.time.now += 5 * MINUTE;
      await dispatch(line);
    }
    const why = expect.stringMatching(/phase “validate” made no end within 10 min/);
    expect((await made.proofs())[0]).toMatchObject({ verdict: 'could-not-verify', why });
    const { records } = await made.made.store.records({ limit: 10, before: null });
    expect(JSON.stringify([await made.made.store.readHead(), records, made.made.log])).not.toMatch(/hunter22/);
  });
});

function never(): never {
  throw new Error('the ports of recovery are missing');
}
