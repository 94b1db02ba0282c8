import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Config, policyOf } from '../../lib/config/policy.ts';
import { emptyHead, type Head } from '../../lib/domain/head.ts';
import { DAY, MINUTE } from '../../lib/domain/time.ts';
import { begin } from '../../lib/recovery/begin.ts';
import { begun } from '../../lib/recovery/drills/state.ts';
import { openSqliteStore } from '../../lib/state/sqlite.ts';
import { type AtlasEmulator, startAtlasEmulator } from '../emulators/atlas.ts';
import type { EmulatedCluster } from '../emulators/atlas-model.ts';
import { mongo, type Mongo } from '../support/mongo.ts';
import { describeWith } from '../support/services.ts';
import { type Ended, runScript } from './run.ts';

const SHOP = 'restorable_rtscript_shop';
const PREFIX = 'src_';
const SOURCES = [
  { project: 'shop', cluster: 'orders' },
  { project: 'shop', cluster: 'billing' },
];
const PLAN = {
  name: 'weekly',
  sources: SOURCES,
  target: { project: 'shop', cluster: 'sandbox' },
  points: ['latest' as const],
  databases: [SHOP],
};

type Desk = {
  readonly atlas: AtlasEmulator;
  readonly sandbox: EmulatedCluster;
  readonly orders: EmulatedCluster;
  readonly env: Readonly<Record<string, string>>;
  /** Puts this into the store, as another process left it. */
  readonly leave: (head: Head) => Promise<void>;
  readonly run: (...args: readonly string[]) => Promise<Ended>;
};

type Setting = {
  readonly config?: Config;
  readonly env?: Readonly<Record<string, string>>;
  readonly uri?: string;
  readonly tagged?: false;
};

/** An emulated Atlas with two sources and a sandbox, a policy, and an empty store. */
async function desk({ config = { restoreTests: [PLAN] }, env: more = {}, uri, tagged }: Setting = {}): Promise<Desk> {
  const atlas = await startAtlasEmulator();
  onTestFinished(() => atlas.close());
  const folder = mkdtempSync(join(tmpdir(), 'restorable-restore-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(config));
  const project = atlas.addProject('shop');
  const data = (prefix?: string) =>
    uri === undefined ? {} : { mongo: { uri, databases: [SHOP], ...(prefix !== undefined && { prefix }) } };
  const orders = project.addCluster('orders', data(PREFIX));
  project.addCluster('billing', data(PREFIX));
  const sandbox = project.addCluster('sandbox', { ...data(), history: false, tags: tagged === false ? {} : { restorable: 'sandbox' } });
  atlas.recovery.restoreTakes = 500;
  const { clientId, clientSecret } = atlas.recovery.credentials;
  const env = {
    ATLAS_BASE_URL: atlas.url,
    ATLAS_CLIENT_ID: atlas.credentials.clientId,
    ATLAS_CLIENT_SECRET: atlas.credentials.clientSecret,
    ATLAS_RESTORE_CLIENT_ID: clientId,
    ATLAS_RESTORE_CLIENT_SECRET: clientSecret,
    ALERTS: 'off',
    STATE_PATH: join(folder, 'state.sqlite'),
    POLICY_FILE: join(folder, 'policy.json'),
    REQUEST_TIMEOUT_MS: '2000',
    RUN_BUDGET_MS: '20000',
    ...(uri !== undefined && { SANDBOX_MONGODB_URI: uri }),
    ...more,
  };
  return {
    atlas,
    orders,
    sandbox,
    env,
    leave: (head) => left(env.STATE_PATH, head),
    run: (...args) => runScript('restore-test.ts', { args, env }),
  };
}

async function left(path: string, head: Head): Promise<void> {
  const store = openSqliteStore(path);
  const now = Date.now();
  await store.swap({ expected: 0, writer: 'test', head, adopt: [], drop: [], history: [], release: null, now });
  await store.close();
}

/** A test of the plan that a cron began a while ago. */
function withTest(name: string): Head {
  const [plan] = policyOf({ restoreTests: [{ ...PLAN, name }] }).general.restoreTests ?? [];
  if (!plan) throw new Error('the policy has a plan');
  const now = Date.now();
  return begin(emptyHead(now - DAY), plan, { id: `restore-test-${name}-left`, now: now - MINUTE });
}

test.for<readonly [string, readonly string[], string]>([
  ['nothing', [], 'npm run restore-test -- --start PLAN'],
  ['two things', ['--advance', '--status'], 'npm run restore-test -- --start PLAN'],
  ['a source without a plan', ['--advance', '--source', 'orders'], 'npm run restore-test -- --start PLAN'],
  ['an unknown option', ['--stat'], '--stat'],
  ['a pause of no time', ['--advance', '--every', '0'], '--every takes seconds, more than 0 and up to 3600, not 0'],
  ['a pause that is no number', ['--advance', '--every', 'soon'], 'not soon'],
  ['a pause of more than an hour', ['--advance', '--every', '3601'], 'not 3601'],
  ['a plan that is not there', ['--start', 'monthly'], 'there is no plan monthly in restorable.config.ts; there are: weekly'],
  [
    'a source that is not the plan’s',
    ['--start', 'weekly', '--source', 'ordres'],
    'ordres is no source of weekly in restorable.config.ts; its sources are: orders, billing',
  ],
])('asked for %s: one clear error, exit code 1, and nothing begun', async ([, args, words]) => {
  const { run, atlas } = await desk();
  const { code, stderr, stdout } = await run(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(words);
  expect(stderr).not.toContain('    at ');
  expect(atlas.requests).toEqual([]);
});

test('where no plan is configured at all, that is said', async () => {
  const { run } = await desk({ config: {} });
  expect(await run('--start', 'weekly')).toMatchObject({ code: 1, stderr: expect.stringContaining('there is none at all') });
});

test('before anything was done, --status says so and --advance has nothing to do', async () => {
  const { run } = await desk();
  expect(await run('--status')).toEqual({ code: 0, stdout: 'no restore test was ever done\n', stderr: '' });
  expect(await run('--advance')).toEqual({ code: 0, stdout: 'nothing is under way\n', stderr: '' });
});

test('without the second account nothing is begun', async () => {
  const { run, atlas } = await desk({ env: { ATLAS_RESTORE_CLIENT_ID: '', ATLAS_RESTORE_CLIENT_SECRET: '' } });
  const words = 'restore-test: refused: ATLAS_RESTORE_CLIENT_ID and ATLAS_RESTORE_CLIENT_SECRET are not set';
  expect(await run('--start', 'weekly')).toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
  expect(atlas.recovery.jobs).toEqual([]);
});

describe('a refusal', () => {
  test('at the start is told with its reason, and not again for another source', async () => {
    const { run, sandbox, atlas } = await desk({ tagged: false });
    const refused = await run('--start', 'weekly', '--source', 'orders');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^restore-test: orders: refused: .*restorable=sandbox/) });
    expect((await run('--status')).stdout).toMatch(/^weekly: orders: refused at .*restorable=sandbox/);
    expect(atlas.recovery.jobs).toEqual([]);
    sandbox.tags = { restorable: 'sandbox' };
    sandbox.mongoDBVersion = '6.0.1';
    const { stderr } = await run('--start', 'weekly', '--source', 'billing');
    expect(stderr).toMatch(/^restore-test: billing: refused: .*6\.0/);
    expect(stderr).not.toContain('restorable=sandbox');
  });

  test.for(['--advance', '--start'] as const)('in a later step, seen by %s, is told with its reason, and exit code 1', async (flag) => {
    const { run, leave } = await desk({ tagged: false });
    await leave(withTest('weekly'));
    const { code, stdout, stderr } = await run(...(flag === '--start' ? ['--start', 'weekly'] : [flag]), '--every', '0.2');
    expect(`${stdout}${stderr}`).toMatch(/orders: refused: .*restorable=sandbox/);
    expect(code).toBe(1);
  });
});

describe('a sandbox that is busy', () => {
  test('with a drill: which one is said', async () => {
    const { run, leave, atlas } = await desk();
    const now = Date.now();
    const targetName = { project: 'shop', cluster: 'sandbox', uri: null };
    await leave(begun(emptyHead(now), { id: 'drill-1', scenario: 'corruption', plan: null, by: 'Ada', now, targetName }));
    const words = 'restore-test: weekly was not begun: a drill (corruption, drill-1) has the sandbox sandbox; try again when it has ended';
    expect(await run('--start', 'weekly')).toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
    expect(atlas.recovery.jobs).toEqual([]);
  });

  test('with a test of another plan: which one is said', async () => {
    const plans = [PLAN, { ...PLAN, name: 'other' }];
    const { run, leave, atlas } = await desk({ config: { restoreTests: plans } });
    // Atlas does not answer, so that it stays under way.
    atlas.fault(/./, { kind: 'status', status: 503 });
    await leave(withTest('other'));
    const words = 'restore-test: weekly was not begun: a test of the plan other (restore-test-other-left) has the sandbox sandbox';
    expect(await run('--start', 'weekly')).toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
  });
});

test('--start follows its own plan alone: another’s test that goes on does not hold it up', async () => {
  const elsewhere = { ...PLAN, name: 'other', target: { project: 'shop', cluster: 'attic' } };
  const { run, leave } = await desk({ config: { restoreTests: [PLAN, elsewhere] }, tagged: false });
  const left = withTest('other');
  const [other] = left.recovery?.tests ?? [];
  if (!left.recovery || !other) throw new Error('a test was left');
  const claim = { owner: 'another process', until: Date.now() + DAY };
  const targetName = elsewhere.target;
  const own = withTest('weekly').recovery?.tests ?? [];
  await leave({ ...left, recovery: { ...left.recovery, tests: [{ ...other, targetName, claim }, ...own] } });
  const { code, stdout, stderr } = await run('--start', 'weekly', '--every', '0.2');
  expect(`${stdout}${stderr}`).toMatch(/orders: refused: .*restorable=sandbox/);
  expect(`${stdout}${stderr}`).not.toContain('restore-test-other-left');
  expect(code).toBe(1);
});

test('what is under way is shown by --status, with its trouble', async () => {
  const { run, leave } = await desk();
  await leave(withTest('weekly'));
  expect(await run('--status')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^restore-test-weekly-left: orders → sandbox: choose for 1 min/),
  });
});

describeWith('mongodb', 'npm run restore-test, with data on a real server', (where) => {
  const parts: { server?: Mongo; client?: MongoClient } = {};
  const client = (): MongoClient => {
    if (!parts.client) throw new Error('not connected');
    return parts.client;
  };
  const dropAll = async (): Promise<void> => {
    for (const name of [SHOP, PREFIX + SHOP]) await client().db(name).dropDatabase();
  };
  beforeAll(async () => {
    parts.server = await mongo(where);
    parts.client = await new MongoClient(parts.server.uri).connect();
  });
  afterAll(async () => {
    await dropAll();
    await parts.client?.close();
    await parts.server?.stop();
  });

  async function filled(atLeast: number): Promise<Desk> {
    await dropAll();
    const orders = client()
      .db(PREFIX + SHOP)
      .collection('orders');
    await orders.insertMany(Array.from({ length: 20 }, (_, index) => ({ number: index })));
    const assertions = [{ name: 'enough orders', collection: `${SHOP}.orders`, min: atLeast }];
    const made = await desk({ config: { restoreTests: [PLAN], assertions }, ...(parts.server && { uri: parts.server.uri }) });
    await made.atlas.recovery.data.mark(made.orders, Date.now() - 40 * DAY);
    return made;
  }

  test('--start goes from its beginning to a proof, exit code 0, and --status shows it', async () => {
    const { run, atlas, env } = await filled(20);
    const { code, stdout, stderr } = await run('--start', 'weekly', '--source', 'orders', '--every', '0.3');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^begun: weekly\n/);
    expect(stdout).toMatch(/\norders: passed, RTO \d+ s.*\(record restore-test-weekly-[^)]+\)\n$/);
    expect(code).toBe(0);
    expect(atlas.recovery.jobs).toHaveLength(1);
    expect(await client().db(SHOP).listCollections().toArray()).toEqual([]);
    const status = await run('--status');
    expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d{4}-.*Z {2}orders: passed/) });
    expect(stdout + status.stdout).not.toContain(env['ATLAS_RESTORE_CLIENT_SECRET']);
  }, 60_000);

  test('a test that failed is told with what failed, and exit code 1', async () => {
    const { run } = await filled(21);
    const { code, stdout } = await run('--start', 'weekly', '--source', 'orders', '--every', '0.3');
    expect(stdout).toMatch(
      /\norders: failed, RTO .*\n {4}restorable_rtscript_shop\.orders assertion: expected "enough orders": at least 21 documents, found 20 documents/,
    );
    expect(code).toBe(1);
  }, 60_000);

  test('--advance takes a test over that another process began, to its proof', async () => {
    const { run, leave } = await filled(1);
    await leave(withTest('weekly'));
    const { code, stdout } = await run('--advance', '--every', '0.3');
    expect(stdout).toMatch(/orders: passed.*\(record restore-test-weekly-left\)\n$/);
    expect(code).toBe(0);
  }, 60_000);
});
