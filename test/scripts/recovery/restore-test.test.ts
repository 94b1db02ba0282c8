import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Config, policyOf } from '../../../lib/config/policy/define-config.ts';
import { emptyHead, type Head } from '../../../lib/domain/incidents/head.ts';
import { DAY, MINUTE } from '../../../lib/domain/time.ts';
import { beginTest } from '../../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { beginDrill } from '../../../lib/recovery/state/drills-in-head.ts';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import { type AtlasEmulator, startAtlasEmulator } from '../../emulators/atlas.ts';
import type { EmulatedCluster } from '../../emulators/atlas-model.ts';
import { mongo, type Mongo } from '../../support/mongo.ts';
import { describeWith } from '../../support/services.ts';
import { type Ended, restorewatch } from '../run.ts';

const SHOP = 'restorewatch_rtscript_shop';
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
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-restore-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(config));
  const project = atlas.addProject('shop');
  const data = (prefix?: string) =>
    uri === undefined ? {} : { mongo: { uri, databases: [SHOP], ...(prefix !== undefined && { prefix }) } };
  const orders = project.addCluster('orders', data(PREFIX));
  project.addCluster('billing', data(PREFIX));
  const sandbox = project.addCluster('sandbox', { ...data(), history: false, tags: tagged === false ? {} : { restorewatch: 'sandbox' } });
  atlas.recovery.restoreTakes = 100;
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
    run: (...args) => restorewatch(['restore-test', ...args, ...(args.includes('--start') ? ['--yes'] : [])], { env }),
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
  return beginTest(emptyHead(now - DAY), plan, { id: `restore-test-${name}-left`, now: now - MINUTE });
}

test.for<readonly [string, readonly string[], number, string]>([
  ['nothing', [], 2, 'say what to do: one of --start, --advance, --status'],
  ['two things', ['--advance', '--status'], 2, 'one at a time of --start, --advance, --status'],
  ['a source without a plan', ['--advance', '--source', 'orders'], 2, '--source: means something with --start alone'],
  ['an unknown option', ['--stat'], 2, '(Did you mean --start or --status?)'],
  ['a pause of no time', ['--advance', '--every', '0'], 2, 'It takes seconds, from 0.1 to 3600'],
  ['a pause that is no number', ['--advance', '--every', 'soon'], 2, "argument 'soon' is invalid"],
  ['a pause of more than an hour', ['--advance', '--every', '3601'], 2, "argument '3601' is invalid"],
  ['a plan that is not there', ['--start', 'monthly'], 1, 'there is no plan monthly in restorewatch.config.ts; there are: weekly'],
  [
    'a source that is not the plan’s',
    ['--start', 'weekly', '--source', 'ordres'],
    1,
    'ordres is no source of weekly in restorewatch.config.ts; its sources are: orders, billing',
  ],
])('restorewatch restore-test with %s: one clear error, and nothing begun', async ([, args, expected, words]) => {
  const { run, atlas } = await desk();
  const { code, stderr, stdout } = await run(...args);
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
  expect(stderr).toContain(words);
  expect(stderr).not.toContain('    at ');
  expect(atlas.requests).toEqual([]);
});

test('restorewatch restore-test says where no plan is configured at all', async () => {
  const { run } = await desk({ config: {} });
  expect(await run('--start', 'weekly')).toMatchObject({ code: 1, stderr: expect.stringContaining('there is none at all') });
});

test('restorewatch restore-test before anything was done: --status says so and --advance has nothing to do', async () => {
  const { run } = await desk();
  expect(await run('--status')).toMatchObject({ code: 0, stdout: 'no restore test was ever done\n', stderr: '' });
  expect(await run('--advance')).toMatchObject({ code: 0, stdout: 'nothing is under way\n', stderr: '' });
});

test('restorewatch restore-test begins nothing without the second service account', async () => {
  const { run, atlas } = await desk({ env: { ATLAS_RESTORE_CLIENT_ID: '', ATLAS_RESTORE_CLIENT_SECRET: '' } });
  const words = 'restore-test: refused: ATLAS_RESTORE_CLIENT_ID and ATLAS_RESTORE_CLIENT_SECRET are not set';
  expect(await run('--start', 'weekly')).toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
  expect(atlas.recovery.jobs).toEqual([]);
});

describe('restorewatch restore-test, refused', () => {
  test('at the start, prints the reason, and not again for another source', async () => {
    const { run, sandbox, atlas } = await desk({ tagged: false });
    const refused = await run('--start', 'weekly', '--source', 'orders');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^restore-test: orders: refused: .*restorewatch=sandbox/m) });
    expect((await run('--status')).stdout).toMatch(/^weekly: orders: refused at .*restorewatch=sandbox/);
    expect(atlas.recovery.jobs).toEqual([]);
    sandbox.tags = { restorewatch: 'sandbox' };
    sandbox.mongoDBVersion = '6.0.1';
    const { stderr } = await run('--start', 'weekly', '--source', 'billing');
    expect(stderr).toMatch(/^restore-test: billing: refused: .*6\.0/m);
    expect(stderr).not.toContain('restorewatch=sandbox');
  });

  test.for(['--advance', '--start'] as const)('in a later step, prints the reason by %s, with exit code 1', async (flag) => {
    const { run, leave } = await desk({ tagged: false });
    await leave(withTest('weekly'));
    const { code, stdout, stderr } = await run(...(flag === '--start' ? ['--start', 'weekly'] : [flag]), '--every', '0.1');
    expect(`${stdout}${stderr}`).toMatch(/orders: refused: .*restorewatch=sandbox/);
    expect(code).toBe(1);
  });
});

describe('restorewatch restore-test into a busy sandbox', () => {
  test('names the drill that has it', async () => {
    const { run, leave, atlas } = await desk();
    const now = Date.now();
    const targetName = { project: 'shop', cluster: 'sandbox', uri: null };
    await leave(beginDrill(emptyHead(now), { id: 'drill-1', scenario: 'corruption', plan: null, by: 'Ada', now, targetName }));
    const words = 'restore-test: weekly was not begun: a drill (corruption, drill-1) has the sandbox sandbox; try again when it has ended';
    expect(await run('--start', 'weekly')).toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
    expect(atlas.recovery.jobs).toEqual([]);
  });

  test('names the test of another plan that has it', async () => {
    const plans = [PLAN, { ...PLAN, name: 'other' }];
    const { run, leave, atlas } = await desk({ config: { restoreTests: plans } });
    // Atlas does not answer, so that it stays under way.
    atlas.fault(/./, { kind: 'status', status: 503, headers: { 'retry-after': '0' } });
    await leave(withTest('other'));
    const words = 'restore-test: weekly was not begun: a test of the plan other (restore-test-other-left) has the sandbox sandbox';
    expect(await run('--start', 'weekly')).toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
  });
});

test('restorewatch restore-test --start follows its own plan alone, though another’s test goes on', async () => {
  const elsewhere = { ...PLAN, name: 'other', target: { project: 'shop', cluster: 'attic' } };
  const { run, leave } = await desk({ config: { restoreTests: [PLAN, elsewhere] }, tagged: false });
  const left = withTest('other');
  const [other] = left.recovery?.tests ?? [];
  if (!left.recovery || !other) throw new Error('a test was left');
  const claim = { owner: 'another process', until: Date.now() + DAY };
  const targetName = elsewhere.target;
  const own = withTest('weekly').recovery?.tests ?? [];
  await leave({ ...left, recovery: { ...left.recovery, tests: [{ ...other, targetName, claim }, ...own] } });
  const { code, stdout, stderr } = await run('--start', 'weekly', '--every', '0.1');
  expect(`${stdout}${stderr}`).toMatch(/orders: refused: .*restorewatch=sandbox/);
  expect(`${stdout}${stderr}`).not.toContain('restore-test-other-left');
  expect(code).toBe(1);
});

test('restorewatch restore-test --status shows what is under way, with its trouble', async () => {
  const { run, leave } = await desk();
  await leave(withTest('weekly'));
  expect(await run('--status')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^restore-test-weekly-left: orders → sandbox: choose for 1 min/),
  });
});

describeWith('mongodb', 'restorewatch restore-test, with data on a real server', (where) => {
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

  test('restorewatch restore-test --start goes on to a proof, exit code 0, and --status shows it', async () => {
    const { run, atlas, env } = await filled(20);
    const { code, stdout, stderr } = await run('--start', 'weekly', '--source', 'orders', '--every', '0.1');
    expect(stderr).toMatch(/^restorewatch: audit: restore-test-weekly-\S+ started by command line\nbegun: weekly\n/);
    expect(stdout).toMatch(/^orders: passed, RTO \d+ s.*\(record restore-test-weekly-[^)]+\)\n$/);
    expect(code).toBe(0);
    expect(atlas.recovery.jobs).toHaveLength(1);
    expect(await client().db(SHOP).listCollections().toArray()).toEqual([]);
    const status = await run('--status');
    expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(/^(\d{1,2} [A-Z][a-z]{2} )?\d\d:\d\dZ +orders: passed/) });
    expect(stdout + stderr + status.stdout).not.toContain(env['ATLAS_RESTORE_CLIENT_SECRET']);
  }, 60_000);

  test('restorewatch restore-test prints what failed, with exit code 1', async () => {
    const { run } = await filled(21);
    const { code, stdout } = await run('--start', 'weekly', '--source', 'orders', '--every', '0.1');
    expect(stdout).toMatch(
      /^orders: failed, RTO .*\n {4}restorewatch_rtscript_shop\.orders assertion: expected "enough orders": at least 21 documents, found 20 documents/,
    );
    expect(code).toBe(1);
  }, 60_000);

  test('restorewatch restore-test --advance takes over a test that another process began, up to its proof', async () => {
    const { run, leave } = await filled(1);
    await leave(withTest('weekly'));
    const { code, stdout } = await run('--advance', '--every', '0.1');
    expect(stdout).toMatch(/orders: passed.*\(record restore-test-weekly-left\)\n$/);
    expect(code).toBe(0);
  }, 60_000);
});
