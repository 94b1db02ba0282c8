import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { checksumLine, manifestPath } from '../../../lib/recovery/dump/dump-manifest.ts';
import { readBackup } from '../../../lib/recovery/dump/read/read-backup.ts';
import { emptyHead } from '../../../lib/domain/incidents/head.ts';
import { beginDrill } from '../../../lib/recovery/state/drills-in-head.ts';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import { openScreen, type Screen } from '../../../scripts/terminal/screen.ts';
import { type Mongo, mongo } from '../../support/mongo.ts';
import { openOwnMarks, type OwnMarks } from '../../support/own-marks.ts';
import { isRunning } from '../../support/running.ts';
import { describeWith } from '../../support/services.ts';
import { childEnvironment } from '../../support/child-environment.ts';
import { type Said, restorewatch } from '../run.ts';
import { stallAfter, type StallingProxy } from '../stalling-proxy.ts';

const require = createRequire(import.meta.url);

/** A folder for PATH with a program of this name that does what the script says. */
async function toolThat(script: string, name = 'mongorestore'): Promise<string> {
  const bin = await folderForTest();
  await writeFile(join(bin, name), `#!${process.execPath}\nvoid (async () => {${script}\n})();\n`);
  await chmod(join(bin, name), 0o755);
  return bin;
}

async function folderForTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'restorewatch-backup-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function backup(env: Record<string, string>, ...args: readonly string[]): Promise<Said> {
  return restorewatch(['backup', '--tool', 'driver', ...args], { env });
}

/** What was recorded beside the backup: there is no store without Atlas. */
async function recordsIn(folder: string): Promise<readonly Record<string, unknown>[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.records.jsonl'));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line));
}

describe('the screen of restorewatch backup', () => {
  function shown(terminal: boolean, act: (screen: Screen, pass: (time: number) => void) => void): string {
    let [now, text] = [0, ''];
    const redact = (line: string): string => line.replaceAll('s3cret', '[redacted]');
    const output = { write: (piece: string) => void (text += piece), terminal, width: 30, redact };
    act(
      openScreen(output, () => now),
      (time) => void (now += time),
    );
    return text;
  }

  test('on a terminal redraws one line, at most five times a second, and clears it for a line that stays', () => {
    const text = shown(true, (screen, pass) => {
      screen.progress('one');
      screen.progress('too soon');
      pass(200);
      screen.progress('s3cret two, and much more than fits');
      screen.say('done');
    });
    expect(text).toBe('\r\u001B[Kone\r\u001B[K[redacted] two, and much more\r\u001B[Kdone\n');
  });

  test('writes a line every 15 seconds where there is no terminal', () => {
    const text = shown(false, (screen, pass) => {
      screen.progress('one');
      pass(14_999);
      screen.progress('too soon');
      pass(1);
      screen.progress('two');
      screen.say('s3cret done');
    });
    expect(text).toBe('one\ntwo\n[redacted] done\n');
  });
});

describe('restorewatch backup without a server', () => {
  test('names the variable that is missing', async () => {
    const { code, said } = await backup({});
    expect([code, said]).toEqual([1, expect.stringContaining('MONGODB_URI is not set; it takes the connection string')]);
  });

  test('does not repeat a wrong address', async () => {
    const { code, said } = await backup({ MONGODB_URI: 'postgres://u:s3cret-word@h/' });
    expect([code, said]).toEqual([1, expect.stringContaining('MONGODB_URI: must be a connection string that begins with mongodb://')]);
    expect(said).not.toContain('s3cret-word');
  });

  test.for([
    ['--keep', '0'],
    ['--keep', 'two'],
    ['--tool', 'mysqldump'],
    ['--force', ''],
  ] as const)('refuses %s %s and says where the usage is', async ([option, value]) => {
    const args = ['--out', await folderForTest(), option, ...(value === '' ? [] : [value])];
    const { code, said } = await restorewatch(['backup', ...args], { env: { MONGODB_URI: 'mongodb://127.0.0.1:1/' } });
    expect([code, said]).toEqual([2, expect.stringContaining('restorewatch backup --help')]);
  });

  test('of a server that is away fails, says so, and records it', async () => {
    const out = await folderForTest();
    const env = { MONGODB_URI: 'mongodb://me:s3cret-word@127.0.0.1:1/', REQUEST_TIMEOUT_MS: '100' };
    const { code, said } = await backup(env, '--out', out);
    expect(code).toBe(1);
    expect(said).toContain('no server could be reached');
    expect(await recordsIn(out)).toEqual([expect.objectContaining({ kind: 'backup', verdict: 'failed' })]);
    expect(said).not.toContain('s3cret-word');
  });

  test('with a tool that is demanded and missing says how to get it', async () => {
    const env = { MONGODB_URI: 'mongodb://127.0.0.1:1/', PATH: await folderForTest() };
    const { code, said } = await restorewatch(['backup', '--tool', 'mongodump'], { env });
    expect([code, said]).toEqual([1, expect.stringMatching(/mongodump is not installed; how to get it: .*database-tools/)]);
  });
});

describeWith('mongodb', 'restorewatch backup with a server', (where) => {
  const database = `backup${process.pid}`;
  let server: Mongo;
  let client: MongoClient;
  let uri: string;
  /** The same server as a target: another address, and a mark of this file's own. */
  let target: OwnMarks;

  beforeAll(async () => {
    server = await mongo(where);
    client = await new MongoClient(server.uri).connect();
    uri = addressOf(server.uri);
    target = await openOwnMarks(server.uri);
    await fill();
  }, 120_000);
  afterAll(async () => {
    await client.db(database).dropDatabase();
    await client.close();
    await target.stop();
    await server.stop();
  });

  function addressOf(address: string): string {
    const url = new URL(address);
    return `mongodb://${url.host}/${database}`;
  }

  async function fill(): Promise<void> {
    const orders = client.db(database).collection<{ _id: number; text: string }>('orders');
    await orders.insertMany(Array.from({ length: 3_000 }, (_, n) => ({ _id: n, text: 'x'.repeat(1_000) })));
    await orders.createIndex({ text: 1 });
    await client.db(database).createCollection('empty');
  }

  /** Takes one and gives its folder. */
  async function taken(out: string, ...args: readonly string[]): Promise<string> {
    const { code, said } = await backup({ MONGODB_URI: uri }, '--out', out, ...args);
    expect(code, said).toBe(0);
    const names = (await readdir(out)).filter((name) => name.endsWith('Z'));
    return join(out, names.toSorted().at(-1) ?? '');
  }

  /** As after a loss: the database is gone while `act` runs. */
  async function withoutData(act: () => Promise<void>): Promise<void> {
    await client.db(database).dropDatabase();
    try {
      await act();
    } finally {
      await client.db(database).dropDatabase();
      await fill();
    }
  }

  function validate(folder: string, env: Record<string, string>, ...args: readonly string[]): Promise<Said> {
    return restorewatch(['validate', '--tool', 'driver', '--backup', folder, ...args], { env });
  }

  const sandbox = (): Record<string, string> => ({ SANDBOX_MONGODB_URI: target.uri });

  async function stalling(): Promise<StallingProxy> {
    const proxy = await stallAfter(400_000, '127.0.0.1', target.port);
    onTestFinished(proxy.stop);
    return proxy;
  }

  function started(command: 'backup' | 'validate', given: Record<string, string>, ...args: readonly string[]): ChildProcess {
    const env = childEnvironment(given);
    return spawn(process.execPath, [join('scripts', 'restorewatch.ts'), command, '--tool', 'driver', ...args], { env, stdio: 'ignore' });
  }

  test('takes the named database, reads it again, and records it beside it', async () => {
    const out = await folderForTest();
    const folder = await taken(out, '--gzip', '--by', 'Ada');
    expect((await readdir(folder)).toSorted()).toEqual([database, 'prelude.json.gz']);
    expect(await recordsIn(out)).toEqual([
      expect.objectContaining({
        kind: 'backup',
        verdict: 'passed',
        by: 'Ada',
        evidence: [expect.objectContaining({ what: 'checksum', verdict: 'passed' })],
      }),
    ]);
  });

  /** Takes a backup and gives it the name, and with it the date, of another time. Names tell seconds, and the next backup comes within the same one. */
  async function takenAs(out: string, name: string): Promise<void> {
    const first = await taken(out);
    await rm(`${first}.records.jsonl`);
    const other = join(out, name);
    await rename(first, other);
    const manifest = (await readFile(manifestPath(first), 'utf8')).replaceAll(basename(first), name);
    await writeFile(manifestPath(other), manifest);
    await writeFile(`${manifestPath(other)}.sha256`, checksumLine(manifest, basename(manifestPath(other))));
    await rm(manifestPath(first));
    await rm(`${manifestPath(first)}.sha256`);
  }

  test('deletes old ones once the new one is verified', async () => {
    const out = await folderForTest();
    await takenAs(out, 'restorewatch-2026-01-01T00-00-00Z');
    const second = await taken(out, '--keep', '1', '--yes');
    expect((await readdir(out)).filter((name) => name.endsWith('Z'))).toEqual([second.slice(out.length + 1)]);
  });

  test('with --keep 1 keeps the new one though an older one is dated in the future, and says and records why', async () => {
    const out = await folderForTest();
    const future = 'restorewatch-2099-01-01T00-00-00Z';
    await takenAs(out, future);
    const { code, said } = await backup({ MONGODB_URI: uri }, '--out', out, '--keep', '1', '--yes');
    expect(code, said).toBe(0);
    const [own = ''] = (await readdir(out)).filter((name) => name.endsWith('Z') && name !== future);
    expect(said).toContain(`kept ${own}: it was just taken\nkept ${future}: it is dated in the future`);
    expect(await readdir(out)).toContain(future);
    expect(await recordsIn(out)).toEqual([
      expect.objectContaining({
        details: expect.objectContaining({ 'older backups': expect.stringContaining(`kept ${future}: it is dated`) }),
      }),
    ]);
  });

  test('that cannot delete an older one says that the new one is whole, and leaves both', async () => {
    const out = await folderForTest();
    const older = 'restorewatch-2026-01-01T00-00-00Z';
    await takenAs(out, older);
    // What an older one is renamed to before it is deleted is taken.
    await mkdir(join(out, `${older}.partial`, 'x'), { recursive: true });
    const { code, said } = await backup({ MONGODB_URI: uri }, '--out', out, '--keep', '1', '--yes');
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(/is whole and was read again, but older backups could not be deleted: ENOTEMPTY/),
    ]);
    expect((await readdir(out)).filter((name) => name.endsWith('Z'))).toHaveLength(2);
    expect((await readBackup(join(out, older))).manifest?.name).toBe(older);
  });

  test('into a folder that cannot be written says so', async () => {
    const file = join(await folderForTest(), 'file');
    await writeFile(file, '');
    const { code, said } = await backup({ MONGODB_URI: uri }, '--out', join(file, 'backups'));
    expect([code, said]).toEqual([1, expect.stringMatching(/cannot be written: .*choose another/)]);
  });

  test('of a database that is not there fails', async () => {
    const out = await folderForTest();
    const { code, said } = await backup({ MONGODB_URI: `${uri}_nowhere` }, '--out', out);
    expect([code, said]).toEqual([1, expect.stringContaining('nothing to back up')]);
    expect(await recordsIn(out)).toEqual([expect.objectContaining({ kind: 'backup', verdict: 'failed' })]);
  });

  test('on Ctrl-C half way leaves nothing but a record that says so, and ends with 130', async () => {
    const out = await folderForTest();
    const proxy = await stalling();
    const child = started('backup', { MONGODB_URI: `mongodb://127.0.0.1:${proxy.port}/${database}` }, '--out', out);
    await proxy.stalled;
    expect((await readdir(out)).some((name) => name.endsWith('.partial'))).toBe(true);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([130, null]);
    expect((await readdir(out)).every((name) => name.endsWith('.records.jsonl'))).toBe(true);
    expect(await recordsIn(out)).toEqual([expect.objectContaining({ kind: 'backup', verdict: 'interrupted' })]);
  });

  test('killed half way leaves a folder that validate refuses under another name, and records that', async () => {
    const out = await folderForTest();
    const proxy = await stalling();
    const child = started('backup', { MONGODB_URI: `mongodb://127.0.0.1:${proxy.port}/${database}` }, '--out', out);
    await proxy.stalled;
    child.kill('SIGKILL');
    await once(child, 'exit');
    const [left = ''] = (await readdir(out)).filter((name) => name.endsWith('.partial'));
    await rename(join(out, left), join(out, 'dump'));
    const { code, said } = await validate(join(out, 'dump'), sandbox());
    expect([code, said]).toEqual([1, expect.stringContaining(`refused: ${join(out, 'dump')} is an unfinished backup`)]);
    expect(await recordsIn(out)).toEqual([expect.objectContaining({ kind: 'restore-test', verdict: 'refused' })]);
  }, 60_000);

  test('with mongodump on PATH uses it, and no line has the address', async () => {
    const bin = await folderForTest();
    const program = join(bin, 'mongodump');
    await writeFile(
      program,
      `#!${process.execPath}
const fs = require('node:fs');
const out = process.argv.find((arg) => arg.startsWith('--out=')).slice('--out='.length);
console.error(process.argv.slice(2).join(' '));
fs.mkdirSync(out + '/shop');
fs.writeFileSync(out + '/shop/orders.metadata.json', '{"indexes":[],"collectionName":"orders","type":"collection"}');
fs.writeFileSync(out + '/shop/orders.bson', Buffer.from([5, 0, 0, 0, 0]));
`,
    );
    await chmod(program, 0o755);
    const out = await folderForTest();
    const { code, said } = await restorewatch(['backup', '--out', out], { env: { MONGODB_URI: uri, PATH: bin } });
    expect(code, said).toBe(0);
    expect(said).not.toContain(uri);
    const [record] = await recordsIn(out);
    expect(record).toMatchObject({ verdict: 'passed', details: { tool: 'mongodump', consistency: 'none' } });
  });

  test('on a second Ctrl-C leaves neither the address on the disk nor mongodump running', async () => {
    const [out, temporary] = [await folderForTest(), await folderForTest()];
    const note = join(temporary, 'pid');
    const PATH = await toolThat(
      `const { writeFileSync } = require('node:fs');
  process.on('SIGTERM', () => writeFileSync(${JSON.stringify(`${note}-deaf`)}, ''));
  writeFileSync(${JSON.stringify(note)}, String(process.pid));
  setInterval(() => {}, 1000);`,
      'mongodump',
    );
    const env = childEnvironment({ MONGODB_URI: uri, PATH, TMPDIR: temporary });
    const child = spawn(process.execPath, [join('scripts', 'restorewatch.ts'), 'backup', '--out', out], { env });
    onTestFinished(() => void child.kill('SIGKILL'));
    const exit = once(child, 'exit');
    await expect.poll(() => readdir(temporary), { timeout: 20_000 }).toContain('pid');
    child.kill('SIGINT');
    await expect.poll(() => readdir(temporary), { timeout: 20_000 }).toContain('pid-deaf');
    child.kill('SIGINT');
    expect(await exit).toEqual([130, null]);
    expect((await readdir(temporary)).toSorted()).toEqual(['pid', 'pid-deaf']);
    const pid = Number(await readFile(note, 'utf8'));
    // Killed means gone as soon as its parent has reaped it, which init does at once.
    await expect.poll(() => isRunning(pid)).toBe(false);
  }, 60_000);

  test('writes its record into the log where Atlas is configured', async () => {
    const out = await folderForTest();
    const path = join(await folderForTest(), 'state.sqlite');
    const atlas = { ATLAS_CLIENT_ID: 'mdb_sa_id_x', ATLAS_CLIENT_SECRET: 'mdb_sa_sk_x', STATE_PATH: path, ALERTS: 'off' };
    const { code, said } = await backup({ MONGODB_URI: uri, ...atlas }, '--out', out);
    expect(code, said).toBe(0);
    expect((await readdir(out)).some((name) => name.endsWith('.jsonl'))).toBe(false);
    const store = openSqliteStore(path);
    const { records } = await store.records({ limit: 10, before: null });
    expect(records).toEqual([expect.objectContaining({ kind: 'backup', verdict: 'passed' })]);
  });

  describe('restorewatch validate', () => {
    test('restores a backup, compares it with its own content, records it, and cleans up', async () => {
      const out = await folderForTest();
      const folder = await taken(out);
      await withoutData(async () => {
        const { code, stdout, said } = await validate(folder, sandbox());
        expect(code, said).toBe(0);
        expect(stdout).toMatch(new RegExp(`passed +documents +${database}\\.orders +3,000`));
        expect(stdout).toMatch(/passed +checksum/);
        expect(await client.db(database).listCollections().toArray()).toEqual([]);
      });
      expect((await recordsIn(out)).map(({ kind, verdict }) => [kind, verdict])).toEqual([
        ['backup', 'passed'],
        ['restore-test', 'passed'],
      ]);
    });

    test('leaves what it restored with --keep-data', async () => {
      const folder = await taken(await folderForTest());
      await withoutData(async () => {
        expect((await validate(folder, { WHERE: target.uri }, '--target', 'WHERE', '--keep-data')).code).toBe(0);
        expect(await client.db(database).collection('orders').countDocuments()).toBe(3_000);
      });
    });

    test('on Ctrl-C half way drops what it had restored, records it, and ends with 130', async () => {
      const out = await folderForTest();
      const folder = await taken(out);
      await withoutData(async () => {
        const proxy = await stalling();
        const child = started('validate', { WHERE: `mongodb://127.0.0.1:${proxy.port}/` }, '--backup', folder, '--target', 'WHERE');
        await proxy.stalled;
        child.kill('SIGINT');
        proxy.resume();
        expect(await once(child, 'exit')).toEqual([130, null]);
        expect(await client.db(database).listCollections().toArray()).toEqual([]);
      });
      expect(await recordsIn(out)).toContainEqual(expect.objectContaining({ kind: 'restore-test', verdict: 'interrupted' }));
    }, 60_000);

    test('refuses a target that holds data, touches nothing, and records the refusal', async () => {
      const out = await folderForTest();
      const folder = await taken(out);
      const { code, said } = await validate(folder, sandbox());
      expect([code, said]).toEqual([1, expect.stringContaining(`refused: the target holds data: ${database}`)]);
      expect(await client.db(database).collection('orders').countDocuments()).toBe(3_000);
      expect(await recordsIn(out)).toContainEqual(expect.objectContaining({ kind: 'restore-test', verdict: 'refused' }));
    });

    test('leaves a collection that somebody else created meanwhile', async () => {
      const folder = await taken(await folderForTest());
      await withoutData(async () => {
        const PATH = await toolThat(`
  const { MongoClient } = require(${JSON.stringify(require.resolve('mongodb'))});
  const client = await MongoClient.connect(${JSON.stringify(server.uri)});
  await client.db(${JSON.stringify(database)}).collection('orders').insertOne({ ours: 1 });
  await client.db(${JSON.stringify(database)}).collection('precious').insertOne({ theirs: 1 });
  await client.close();
  console.error('E11000'); process.exitCode = 1;`);
        const { code, said } = await restorewatch(['validate', '--backup', folder], { env: { ...sandbox(), PATH } });
        expect([code, said]).toEqual([1, expect.stringContaining(`left where it is: ${database}.precious`)]);
        const left = await client.db(database).listCollections({}, { nameOnly: true }).toArray();
        expect(left.map(({ name }) => name)).toEqual(['precious']);
      });
    });

    test('refuses while a drill is under way', async () => {
      const folder = await taken(await folderForTest());
      const path = join(await folderForTest(), 'state.sqlite');
      const [store, now] = [openSqliteStore(path), Date.now()];
      const targetName = { project: 'shop', cluster: 'sandbox', uri: null };
      const head = beginDrill(emptyHead(now), { id: 'drill-1', scenario: 'corruption', plan: null, by: 'Bob', targetName, now });
      await store.swap({ expected: 0, writer: 'test', head, adopt: [], drop: [], history: [], release: null, now });
      await store.close();
      const atlas = { ATLAS_CLIENT_ID: 'mdb_sa_id_x', ATLAS_CLIENT_SECRET: 'mdb_sa_sk_x', STATE_PATH: path, ALERTS: 'off' };
      const { code, said } = await validate(folder, { ...sandbox(), ...atlas });
      expect([code, said]).toEqual([1, expect.stringMatching(/refused: drill-1 of corruption is under way/)]);
    });

    test('refuses the database that the backups come from', async () => {
      const folder = await taken(await folderForTest());
      await withoutData(async () => {
        const { code, said } = await validate(folder, { ...sandbox(), MONGODB_URI: addressOf(target.uri) });
        expect([code, said]).toEqual([1, expect.stringContaining('the target is the database that MONGODB_URI names')]);
      });
    });

    test('warns of an address on the command line', async () => {
      const folder = await taken(await folderForTest());
      const { said } = await validate(folder, {}, '--target', target.uri);
      expect(said).toContain('is seen by everyone on this machine');
    });

    test.for([
      ['truncated', async (path: string) => truncate(path, 1_500), /orders\.bson: 1500 bytes instead of/],
      ['changed', async (path: string) => writeFile(path, (await readFile(path)).fill(1, 30, 31)), /orders\.bson: wrong checksum/],
      ['missing in part', async (path: string) => rm(path), /orders: its \.bson file is missing/],
    ] as const)('of a backup that is %s fails before anything is restored', async ([, harm, words]) => {
      const out = await folderForTest();
      const folder = await taken(out);
      await harm(join(folder, database, 'orders.bson'));
      const { code, said } = await validate(folder, sandbox());
      expect([code, said]).toEqual([1, expect.stringMatching(words)]);
      expect(await recordsIn(out)).toContainEqual(expect.objectContaining({ kind: 'restore-test', verdict: 'failed' }));
    });

    test('of a truncated dump without a manifest names the file and the byte', async () => {
      const folder = await taken(await folderForTest());
      await rm(`${folder}.manifest.json`);
      await truncate(join(folder, database, 'orders.bson'), 1_500);
      const { code, said } = await validate(folder, sandbox());
      expect([code, said]).toEqual([1, expect.stringMatching(/orders\.bson: damaged at byte 1\d{3}: the file is cut off/)]);
    });

    test('of an empty folder, or with no target, says so', async () => {
      const out = await folderForTest();
      await mkdir(join(out, 'dump'));
      expect(await validate(join(out, 'dump'), sandbox())).toMatchObject({ code: 1, said: expect.stringContaining('an empty backup') });
      expect(await validate(join(out, 'dump'), {})).toMatchObject({
        code: 1,
        said: expect.stringContaining('SANDBOX_MONGODB_URI is not set'),
      });
    });
  });
});

describeWith('mongodb-with-users', 'restorewatch backup with a password', (where) => {
  test('that is wrong fails without repeating it', async () => {
    const server = await mongo(where, 'with-users');
    onTestFinished(server.stop);
    const wrong = new URL(server.uri);
    wrong.password = 'wr0ng-s3cret';
    const out = await folderForTest();
    const { code, said } = await backup({ MONGODB_URI: wrong.href }, '--out', out);
    expect([code, said]).toEqual([1, expect.stringContaining('the server refused the user name or the password')]);
    expect(said).not.toContain('wr0ng-s3cret');
    expect((await readdir(out)).filter((name) => !name.endsWith('.jsonl'))).toEqual([]);
  }, 120_000);
});
