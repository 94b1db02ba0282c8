import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { childEnvironment } from '../../support/child-environment.ts';
import { type Mongo, mongo } from '../../support/mongo.ts';
import { openOwnMarks, type OwnMarks } from '../../support/own-marks.ts';
import { describeWith } from '../../support/services.ts';
import { type Said, restorewatch } from '../run.ts';
import { stallAfter, type StallingProxy } from '../stalling-proxy.ts';

/** Each leads to 127.0.0.1, spelled otherwise. */
const SPELLINGS = [
  '127.1',
  '2130706433',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  'localhost',
  'LOCALHOST',
  '0x7f.1',
  '0177.0.0.1',
  '0.0.0.0',
  hostname(),
];
const require = createRequire(import.meta.url);

describeWith('mongodb', 'restorewatch validate and the server that it may overwrite', (where) => {
  const database = `target${process.pid}`;
  let server: Mongo;
  let client: MongoClient;
  /** The database as a server of its own, with its own mark. */
  let at: OwnMarks;
  let [out, backup] = ['', ''];

  beforeAll(async () => {
    server = await mongo(where);
    client = await new MongoClient(server.uri).connect();
    at = await openOwnMarks(server.uri);
    out = await mkdtemp(join(tmpdir(), 'restorewatch-target-'));
    await fill();
    const env = { MONGODB_URI: `${server.uri}${database}` };
    await restorewatch(['backup', '--tool', 'driver', '--out', out], { env });
    backup = join(out, (await readdir(out)).find((name) => name.endsWith('Z')) ?? '');
  }, 120_000);
  beforeEach(async () => {
    await fill();
    await at.put(null);
  });
  afterAll(async () => {
    await client.db(database).dropDatabase();
    await client.close();
    await at.stop();
    await server.stop();
    await rm(out, { recursive: true, force: true });
  });

  async function fill(): Promise<void> {
    const orders = client.db(database).collection<{ _id: number; text: string }>('orders');
    if ((await orders.countDocuments()) === 2_000) return;
    await client.db(database).dropDatabase();
    await orders.insertMany(Array.from({ length: 2_000 }, (_, n) => ({ _id: n, text: 'x'.repeat(1_000) })));
  }

  const held = (): Promise<number> => client.db(database).collection('orders').countDocuments();

  function validate(target: string, env: Record<string, string> = {}, ...args: readonly string[]): Promise<Said> {
    const all = ['validate', '--tool', 'driver', '--backup', backup, '--target', 'WHERE', '--yes', ...args];
    return restorewatch(all, { env: { WHERE: target, ...env } });
  }
  const spelled = (host: string, marks: OwnMarks = at): string => marks.uri.replace('127.0.0.1', host);

  describe('marked by mistake, being the source,', () => {
    beforeEach(() => at.mark());

    test.for(SPELLINGS)('is refused and keeps its data where the target spells it %s', async (host) => {
      const { code, said } = await validate(spelled(host), { MONGODB_URI: at.uri });
      expect([code, said]).toEqual([1, expect.stringContaining('the target is the database that MONGODB_URI names')]);
      expect(await held()).toBe(2_000);
    });

    test.for(['127.1', 'localhost'])('is refused and keeps its data where MONGODB_URI spells it %s', async (host) => {
      const { code, said } = await validate(at.uri, { MONGODB_URI: spelled(host) });
      expect([code, said]).toEqual([1, expect.stringContaining('the target is the database that MONGODB_URI names')]);
      expect(await held()).toBe(2_000);
    });

    test('is refused at another address, which no name gives away, by what was written there; and its mark is as it was', async () => {
      const other = await openOwnMarks(server.uri, at.database);
      onTestFinished(() => other.stop());
      await at.mark();
      await other.put({ mark: { id: '1', owner: 'Eve', host: 'desk', at: new Date(0), servers: [`${hostname()}:${other.port}`] } });
      const { code, said } = await validate(other.uri, { MONGODB_URI: at.uri });
      expect([code, said]).toEqual([1, expect.stringContaining('what was just written to the target can be read there')]);
      expect(await held()).toBe(2_000);
      expect(await at.kept()).toMatchObject({ mark: { owner: 'Eve' }, use: null });
    });

    test('is refused while MONGODB_URI does not answer', async () => {
      const { code, said } = await validate(at.uri, { MONGODB_URI: 'mongodb://127.0.0.1:1/', REQUEST_TIMEOUT_MS: '500' });
      expect([code, said]).toEqual([
        1,
        expect.stringMatching(/refused: whether the target is the database that MONGODB_URI names cannot be told/),
      ]);
      expect(await held()).toBe(2_000);
    });

    test.for(['127.0.0.1', '127.1', 'localhost'])(
      'is refused by the hosts in the backup’s manifest, with no MONGODB_URI, as %s',
      async (host) => {
        const { code, said } = await validate(server.uri.replace('127.0.0.1', host));
        const { port } = new URL(server.uri);
        expect([code, said]).toEqual([
          1,
          expect.stringContaining(`the target is the server that the backup was read from (localhost:${port})`),
        ]);
        expect(await held()).toBe(2_000);
      },
    );

    test.for<[string, (port: string) => object]>([
      ['hosts', (port) => ({ hosts: [`${hostname()}:${port}`] })],
      ['members', (port) => ({ hosts: ['alias.invalid:27017'], members: [`${hostname()}:${port}`] })],
    ])(
      'is refused by a name among the %s in the backup’s manifest that leads to the same address, with no MONGODB_URI',
      async ([, names]) => {
        const path = `${backup}.manifest.json`;
        const [text, line] = await Promise.all([readFile(path, 'utf8'), readFile(`${path}.sha256`, 'utf8')]);
        onTestFinished(async () => {
          await Promise.all([writeFile(path, text), writeFile(`${path}.sha256`, line)]);
        });
        const named = JSON.stringify({ ...JSON.parse(text), ...names(new URL(server.uri).port) });
        await writeFile(path, named);
        await writeFile(`${path}.sha256`, createHash('sha256').update(named).digest('hex'));
        const { code, said } = await validate(server.uri);
        expect([code, said]).toEqual([1, expect.stringContaining('the target is the server that the backup was read from')]);
        expect(await held()).toBe(2_000);
      },
    );
  });

  test.for([
    ['sandbox', 'with Atlas'],
    ['validate', 'with Atlas'],
    ['sandbox', 'without Atlas'],
    ['validate', 'without Atlas'],
  ])('is refused by %s, %s, where a plan of POLICY_FILE names it as a source, spelled otherwise', async ([command = '', atlas]) => {
    await at.mark();
    const folder = await mkdtemp(join(tmpdir(), 'restorewatch-target-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const sources = [{ project: 'shop', cluster: 'orders', uri: { env: 'ORDERS_URI' } }];
    const plan = { name: 'weekly', sources, target: { project: 'drills', cluster: 'box' } };
    await writeFile(join(folder, 'policy.json'), JSON.stringify({ restoreTests: [plan] }));
    const withAtlas = {
      ATLAS_CLIENT_ID: 'mdb_sa_id_x',
      ATLAS_CLIENT_SECRET: 'mdb_sa_sk_x',
      ALERTS: 'off',
      STATE_PATH: join(folder, 'state.sqlite'),
    };
    const env = {
      ...(atlas === 'with Atlas' ? withAtlas : {}),
      WHERE: at.uri,
      POLICY_FILE: join(folder, 'policy.json'),
      ORDERS_URI: spelled('127.1'),
      MONGODB_URI: server.uri,
    };
    const args = command === 'validate' ? ['--tool', 'driver', '--backup', backup, '--yes'] : [];
    const { code, said } = await restorewatch([command, '--target', 'WHERE', ...args], { env });
    expect([code, said]).toEqual([1, expect.stringContaining('the target is the database that ORDERS_URI names')]);
    expect(await held()).toBe(2_000);
  });

  test('passes where the target has shown that it is another server, and its mark and nothing else stays', async () => {
    await at.mark();
    const { code, said } = await validate(at.uri, { MONGODB_URI: server.uri });
    expect(code, said).toBe(0);
    expect(await at.kept()).toMatchObject({ mark: { owner: 'Eve' }, use: null });
    expect(await held()).toBe(0);
  });

  test('passes into an empty server, and nothing of ours stays there', async () => {
    await client.db(database).dropDatabase();
    const { code, said } = await validate(at.uri, { MONGODB_URI: server.uri });
    expect(code, said).toBe(0);
    expect(await at.kept()).toBeNull();
    expect(await client.db(at.database).listCollections().toArray()).toEqual([]);
  });

  test.for([
    [
      'the bare collection of older versions',
      { _id: 'old', sandbox: true },
      'restorewatch.sandbox alone is no mark: `restorewatch sandbox --mark` makes one',
    ],
    [
      'a mark that came with data of another server',
      { _id: 'sandbox', mark: { id: '1', owner: 'Eve', host: 'desk', at: new Date(0), servers: ['box.example.net:27017'] } },
      'marked as a sandbox by Eve on desk, 1970-01-01, as another server (box.example.net:27017)',
    ],
  ] as const)('is refused over data with %s', async ([, document, words]) => {
    await client.db(at.database).collection<{ _id: string }>('sandbox').deleteMany({});
    await client.db(at.database).collection<{ _id: string }>('sandbox').insertOne(document);
    const { code, said } = await validate(at.uri);
    expect([code, said]).toEqual([1, expect.stringContaining(words)]);
    expect(await held()).toBe(2_000);
  });

  describe('in use', () => {
    beforeEach(() => client.db(database).dropDatabase());

    async function stalling(): Promise<StallingProxy> {
      const proxy = await stallAfter(400_000, '127.0.0.1', at.port);
      onTestFinished(proxy.stop);
      return proxy;
    }

    function started(proxy: StallingProxy): ChildProcess {
      const env = childEnvironment({ WHERE: `mongodb://127.0.0.1:${proxy.port}/` });
      const args = ['validate', '--tool', 'driver', '--backup', backup, '--target', 'WHERE', '--by', 'Ada'];
      const child = spawn(process.execPath, [join('scripts', 'restorewatch.ts'), ...args], { env, stdio: 'ignore' });
      onTestFinished(() => void child.kill('SIGKILL'));
      return child;
    }

    test('by one validate is refused to a second, which names who has it and until when', async () => {
      const proxy = await stalling();
      const child = started(proxy);
      await proxy.stalled;
      const { code, said } = await validate(at.uri);
      const holder = new RegExp(
        `refused: the target is in use: validate of ${backup}, by Ada on ${hostname()}, until 20[\\d-]+T[\\d:]+Z; wait`,
      );
      expect([code, said]).toEqual([1, expect.stringMatching(holder)]);
      proxy.resume();
      expect(await once(child, 'exit')).toEqual([0, null]);
      expect((await validate(at.uri)).code).toBe(0);
    }, 60_000);

    test('by a validate that was killed is named and cleaned by the next one', async () => {
      const proxy = await stalling();
      const child = started(proxy);
      await proxy.stalled;
      await expect.poll(() => at.kept(), { timeout: 10_000 }).toMatchObject({ use: { created: [expect.any(String)] } });
      child.kill('SIGKILL');
      await once(child, 'exit');
      proxy.stop();
      expect(await client.db(database).listCollections().toArray()).toHaveLength(1);
      const { code, said } = await validate(at.uri);
      expect(said).toContain(
        `validate of ${backup}, by Ada on ${hostname()}, ended without giving the target back: dropping the 1 collection that it left`,
      );
      expect(code, said).toBe(0);
      expect(await client.db(database).listCollections().toArray()).toEqual([]);
    }, 60_000);

    test('by a killed validate beside data that is not its own is refused', async () => {
      const use = { id: 'x', owner: 'Ada', host: 'desk', process: null, what: 'validate of /a', since: new Date(0), until: new Date(1) };
      await client.db(database).collection('orders').insertOne({ theirs: 1 });
      await client.db(database).collection('precious').insertOne({ theirs: 1 });
      await at.put({ use: { ...use, namespaces: [`${database}.orders`] } });
      const { code, said } = await validate(at.uri);
      expect([code, said]).toEqual([1, expect.stringContaining(`the target holds data: ${database}`)]);
      const left = await client.db(database).listCollections({}, { nameOnly: true }).toArray();
      expect(left.map(({ name }) => name).toSorted()).toEqual(['orders', 'precious']);
    });

    test('by a killed validate, whose collections somebody restored again since, is refused, and they keep theirs', async () => {
      const use = { id: 'x', owner: 'Ada', host: 'desk', process: null, what: 'validate of /a', since: new Date(0), until: new Date(1) };
      await client.db(database).collection('orders').insertOne({ theirs: 1 });
      for (const created of [{}, { created: ['5be23298-bf64-4316-bb40-336fed1c480e'] }]) {
        await at.put({ use: { ...use, namespaces: [`${database}.orders`], ...created } });
        const { code, said } = await validate(at.uri);
        expect([code, said]).toEqual([1, expect.stringContaining('some of it may have been left by validate of /a, by Ada on desk')]);
        expect(await held()).toBe(1);
      }
    }, 60_000);

    test('by somebody else in the middle of a validate proves nothing, and what is there is left to them', async () => {
      const bin = await mkdtemp(join(tmpdir(), 'restorewatch-target-'));
      onTestFinished(() => rm(bin, { recursive: true, force: true }));
      await writeFile(
        join(bin, 'mongorestore'),
        `#!${process.execPath}
const { MongoClient } = require(${JSON.stringify(require.resolve('mongodb'))});
void (async () => {
  const client = await MongoClient.connect(${JSON.stringify(server.uri)});
  await client.db(${JSON.stringify(database)}).collection('orders').insertOne({ theirs: 1 });
  await client.db(${JSON.stringify(at.database)}).collection('sandbox').updateOne({ _id: 'sandbox' }, { $set: { 'use.id': 'somebody else' } });
  await client.close();
})();`,
      );
      await chmod(join(bin, 'mongorestore'), 0o755);
      const args = ['validate', '--backup', backup, '--target', 'WHERE', '--yes'];
      const { code, said } = await restorewatch(args, { env: { WHERE: at.uri, PATH: bin } });
      expect([code, said]).toEqual([1, expect.stringContaining('the target could not be held: somebody else may be using it')]);
      expect(await held()).toBe(1);
      const records = (await readFile(`${backup}.records.jsonl`, 'utf8')).trim().split('\n');
      expect(JSON.parse(records.at(-1) ?? '')).toMatchObject({ verdict: 'could-not-verify' });
    });
  });
});
