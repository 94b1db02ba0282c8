import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { BSON, type Document, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { verdictOf } from '../../../lib/domain/recovery/evidence.ts';
import { HOUR } from '../../../lib/domain/time.ts';
import { backUp } from '../../../lib/recovery/dump/back-up/back-up.ts';
import { openSource } from '../../../lib/recovery/dump/back-up/backup-source.ts';
import { writeCollections } from '../../../lib/recovery/dump/back-up/write-collections.ts';
import { openOnDisk } from '../../../lib/recovery/dump/disk/new-file.ts';
import { readBackup } from '../../../lib/recovery/dump/read/read-backup.ts';
import { compareRestored, sourceLine } from '../../../scripts/backup/compare-restored.ts';
import { thisMachine } from '../../../scripts/backup/interlock.ts';
import { inMemory } from '../../recovery/dump/in-memory.ts';
import { type Mongo, mongo } from '../../support/mongo.ts';
import { openOwnMarks } from '../../support/own-marks.ts';
import { describeWith } from '../../support/services.ts';
import { type Said, restorewatch } from '../run.ts';

const WAYS = '--backup PATH restores a backup and compares it; --restored VARIABLE --against PATH compares what is restored already';

async function folderForTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'restorewatch-validate-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder for PATH with a mongorestore that does what the script says. */
async function toolThat(script: string): Promise<string> {
  const bin = await folderForTest();
  await writeFile(join(bin, 'mongorestore'), `#!${process.execPath}\nvoid (async () => {${script}\n})();\n`);
  await chmod(join(bin, 'mongorestore'), 0o755);
  return bin;
}

/** One that writes this and ends with 1. */
function failingTool(words: string): Promise<string> {
  return toolThat(`console.error(${JSON.stringify(words)}); process.exitCode = 1;`);
}

async function recordIn(folder: string): Promise<Record<string, unknown>> {
  return JSON.parse((await readFile(`${folder}.records.jsonl`, 'utf8')).trim().split('\n').at(-1) ?? '');
}

describe('restorewatch validate that is called in a wrong way', () => {
  test.for<[string, readonly string[], string]>([
    ['with nothing to validate', [], `say what to validate: ${WAYS}`],
    ['with --restored alone', ['--restored', 'A'], `--restored and --against go together; ${WAYS}`],
    ['with --against alone', ['--against', '/dump'], `--restored and --against go together; ${WAYS}`],
    [
      'with both ways',
      ['--backup', '/dump', '--restored', 'A', '--against', '/dump'],
      `--backup: not beside --restored and --against; ${WAYS}`,
    ],
    ['with --backup and --against', ['--backup', '/dump', '--against', '/dump'], `--backup: not beside --restored and --against; ${WAYS}`],
    ['with a target to compare with', ['--restored', 'A', '--against', '/d', '--target', 'B'], '--target: not beside --restored'],
    ['with a tool to compare by', ['--restored', 'A', '--against', '/d', '--tool', 'driver'], '--tool: not beside --restored'],
    ['with data to keep', ['--restored', 'A', '--against', '/d', '--keep-data'], '--keep-data: not beside --restored'],
    ['with nothing to confirm', ['--restored', 'A', '--against', '/d', '--yes'], '--yes: not beside --restored'],
    ['with an empty variable', ['--restored', '', '--against', '/d'], 'It is empty; name one, or leave it out'],
  ])('%s ends with 2 and says which way is right', async ([, args, words]) => {
    const { code, stdout, stderr } = await restorewatch(['validate', ...args]);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(words)]);
  });
});

describe('restorewatch validate --restored', () => {
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-validate-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  /** What is refused is recorded beside it. */
  const against = ['--against', join(folder, 'nowhere')] as const;

  test('names the variable that is not set', async () => {
    const { code, said } = await restorewatch(['validate', '--restored', 'RESTORED_URI', ...against]);
    expect([code, said]).toEqual([
      1,
      expect.stringContaining('RESTORED_URI is not set; it takes the connection string of the MongoDB that was restored into'),
    ]);
  });

  test('does not show an address that is wrong', async () => {
    const { code, said } = await restorewatch(['validate', '--restored', 'mongodb://me:s3cret/word@h', ...against]);
    expect([code, said]).toEqual([1, expect.stringContaining('--restored: ')]);
    expect(said).not.toContain('s3cret');
  });

  test('warns of an address on the command line, and shows neither its user nor its password', async () => {
    const env = { REQUEST_TIMEOUT_MS: '300' };
    const { said } = await restorewatch(['validate', '--restored', 'mongodb://somebody:s3cret-word@127.0.0.1:1/', ...against], { env });
    expect(said).toContain('is seen by everyone on this machine; --restored takes the name of an environment variable');
    expect(said).not.toContain('s3cret-word');
  });

  test('of a dump that is not there is refused in JSON too: a slip says nothing about a backup', async () => {
    const env = { RESTORED_URI: 'mongodb://127.0.0.1:1/' };
    const { code, stdout } = await restorewatch(['validate', '--restored', 'RESTORED_URI', ...against, '--json'], { env });
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      expect.objectContaining({
        verdict: 'refused',
        summary: expect.stringContaining(`validate: refused: ${join(folder, 'nowhere')}: there is no such folder`),
      }),
    ]);
  });
});

describe('a comparison with the server that a backup was taken from', () => {
  test.for<[string, readonly string[], readonly string[], readonly string[]]>([
    ['proves no restore', ['shop.example.net:27017', '10.0.0.1:27017'], ['10.0.0.1:27017'], ['restore could-not-verify']],
    ['is not said of another server', ['sandbox.example.net:27017'], ['shop.example.net:27017'], []],
    ['is not said where no source is known', ['shop.example.net:27017'], [], []],
  ])('%s', ([, names, origin, lines]) => {
    expect(sourceLine(names, origin).map(({ what, verdict }) => `${what} ${verdict}`)).toEqual(lines);
  });
});

describeWith('mongodb', 'restorewatch validate with a server', (where) => {
  const database = `validate${process.pid}`;
  let server: Mongo;
  let client: MongoClient;

  beforeAll(async () => {
    server = await mongo(where);
    client = await new MongoClient(server.uri).connect();
  }, 120_000);
  afterAll(async () => {
    await client.db(database).dropDatabase();
    await client.close();
    await server.stop();
  });

  const options = { gzip: false, open: openOnDisk, onProgress: () => {} };

  /** A backup of these documents that no server holds. */
  async function backupOf(documents: readonly Document[]): Promise<string> {
    const source = inMemory([{ namespace: `${database}.orders`, documents }, { namespace: `${database}.empty` }]);
    const write = (folder: string): ReturnType<typeof writeCollections> => writeCollections(source, folder, options);
    return (await backUp({ out: await folderForTest(), gzip: false, database, hosts: [], now: Date.now, write })).folder;
  }

  /** As mongodump leaves it: nothing beside it. */
  async function withoutManifest(folder: string): Promise<string> {
    const dump = join(await folderForTest(), 'dump');
    await cp(folder, dump, { recursive: true });
    return dump;
  }

  function validate(folder: string, env: Record<string, string>, ...args: readonly string[]): Promise<Said> {
    return restorewatch(['validate', '--backup', folder, ...args], { env: { SANDBOX_MONGODB_URI: server.uri, ...env } });
  }

  describe('gives the same verdict whatever tool is installed', () => {
    const SOUND = [{ _id: 1 }, { _id: 2 }];
    const harmed = async (folder: string): Promise<void> => {
      const path = join(folder, database, 'orders.bson');
      const bytes = await readFile(path);
      // The type of the first field.
      bytes.writeUInt8(0x50, 4);
      await writeFile(path, bytes);
    };

    test.for<[string, readonly Document[], (folder: string) => Promise<void>, string]>([
      ['damaged BSON', SOUND, harmed, 'orders.bson: damaged at byte 9'],
      ['two documents of one _id', [{ _id: 1 }, { _id: 1 }], async () => {}, 'error 11000 (duplicate key)'],
    ])('%s', async ([, documents, harm, words]) => {
      const folder = await withoutManifest(await backupOf(documents));
      await harm(folder);
      for (const [PATH, tool] of [
        [await folderForTest(), 'driver'],
        [await failingTool('Failed: restore error'), 'auto'],
      ] as const) {
        const { code, said } = await validate(folder, { PATH }, '--tool', tool);
        expect([code, said]).toEqual([1, expect.stringContaining(words)]);
        expect(await recordIn(folder)).toMatchObject({ verdict: 'failed' });
        expect(await client.db(database).listCollections().toArray()).toEqual([]);
      }
    });

    test('a sound backup that mongorestore does not restore could not be verified, and the record says why', async () => {
      const folder = await backupOf(SOUND);
      const { code, stdout } = await validate(folder, { PATH: await failingTool('Failed: unknown flag') });
      expect([code, stdout]).toEqual([
        1,
        expect.stringMatching(/could-not-verify +restore .*Failed: unknown flag; without mongorestore.*it was restored/),
      ]);
      expect(await recordIn(folder)).toMatchObject({
        verdict: 'could-not-verify',
        details: { 'not verified': expect.stringContaining('Failed: unknown flag') },
      });
    });
  });

  test('by a mongorestore that replays the oplog of the dump allows what that adds, and no more', async () => {
    const folder = await withoutManifest(await backupOf([{ _id: 1 }]));
    await writeFile(join(folder, 'oplog.bson'), BSON.serialize({ op: 'i', ns: `${database}.orders`, o: { _id: 2 } }));
    for (const [documents, verdict] of [
      ['{ _id: 1 }, { _id: 2 }', 'passed'],
      ['{ _id: 1 }, { _id: 2 }, { _id: 3 }', 'failed'],
    ] as const) {
      const PATH = await toolThat(`
  const { MongoClient } = require(${JSON.stringify(createRequire(import.meta.url).resolve('mongodb'))});
  const client = await MongoClient.connect(${JSON.stringify(server.uri)});
  await client.db(${JSON.stringify(database)}).collection('orders').insertMany([${documents}]);
  await client.db(${JSON.stringify(database)}).createCollection('empty');
  await client.close();`);
      const { stdout } = await validate(folder, { PATH });
      expect(stdout).toMatch(new RegExp(`${verdict} +documents +${database}\\.orders +1 to 2 documents \\(the dump holds 1 and 2;`));
    }
  });

  describe('with an oplog that names a database which the dump does not hold', () => {
    const other = `${database}x`;
    const dumpOf = async (o: Document, ns = `${other}.$cmd`, op = 'c'): Promise<string> => {
      const folder = await withoutManifest(await backupOf([{ _id: 1 }]));
      await writeFile(join(folder, 'oplog.bson'), BSON.serialize({ op, ns, o }));
      return folder;
    };
    const toolThatRuns = (statement: string): Promise<string> =>
      toolThat(`
  const { MongoClient } = require(${JSON.stringify(createRequire(import.meta.url).resolve('mongodb'))});
  const client = await MongoClient.connect(${JSON.stringify(server.uri)});
  ${statement}
  await client.close();`);

    test.for<[string, Document]>([
      ['drops it', { dropDatabase: 1 }],
      ['drops a collection of it', { drop: 'theirs' }],
    ])('and %s refuses a target that holds it', async ([, o]) => {
      const folder = await dumpOf(o);
      await client.db(other).collection('theirs').insertOne({ _id: new BSON.ObjectId() });
      onTestFinished(async () => void (await client.db(other).dropDatabase()));
      const PATH = await toolThatRuns(`await client.db(${JSON.stringify(other)}).dropDatabase();`);
      const { code, said } = await validate(folder, { PATH });
      expect([code, said]).toEqual([1, expect.stringContaining(`the target holds data: ${other} (1 collections)`)]);
      expect(await client.db(other).collection('theirs').countDocuments()).toBe(1);
    });

    test('leaves nothing of it', async () => {
      const folder = await dumpOf({ _id: 1 }, `${other}.new`, 'i');
      onTestFinished(async () => void (await client.db(other).dropDatabase()));
      await validate(folder, { PATH: await toolThatRuns(`await client.db(${JSON.stringify(other)}).collection('new').insertOne({});`) });
      expect(await client.db(other).listCollections().toArray()).toEqual([]);
    });
  });

  test('refuses an unfinished backup, restores nothing, and records the refusal', async () => {
    const left = join(await folderForTest(), 'renamed');
    const source = inMemory([{ namespace: `${database}.orders`, documents: [{ _id: 1 }] }]);
    async function write(folder: string): ReturnType<typeof writeCollections> {
      const contents = await writeCollections(source, folder, options);
      await cp(folder, left, { recursive: true });
      return contents;
    }
    await backUp({ out: await folderForTest(), gzip: false, database, hosts: [], now: Date.now, write });
    const { code, said } = await validate(left, {}, '--tool', 'driver');
    expect([code, said]).toEqual([1, expect.stringContaining(`validate: refused: ${left} is an unfinished backup`)]);
    expect(await recordIn(left)).toMatchObject({ verdict: 'refused', evidence: [] });
    expect(await client.db(database).listCollections().toArray()).toEqual([]);
  });

  test('of a dump without a manifest could not be verified at best, and the record says what nothing vouches for', async () => {
    const folder = await withoutManifest(await backupOf([{ _id: 1 }]));
    const { code, said } = await validate(folder, {}, '--tool', 'driver');
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(/could-not-verify: \d+ lines of evidence, 0 failed; .*not verified: checksum: .*\(and 2 more\)/),
    ]);
    expect(await recordIn(folder)).toMatchObject({
      verdict: 'could-not-verify',
      details: { 'not verified': expect.stringMatching(/checksum: expected a manifest.*\n.*documents: .*\n.*namespace: /) },
    });
  });

  describe('--restored', () => {
    /** A database as somebody restored it, and the backup that it came from. */
    async function restored(): Promise<string> {
      const orders = client.db(database).collection<{ _id: number; text: string }>('orders');
      await orders.insertMany(Array.from({ length: 40 }, (_, n) => ({ _id: n, text: `order ${n}` })));
      await orders.createIndex({ text: 1 });
      await client.db(database).createCollection('empty');
      onTestFinished(async () => void (await client.db(database).dropDatabase()));
      const source = await openSource(client, database);
      const write = (folder: string): ReturnType<typeof writeCollections> => writeCollections(source, folder, options);
      return (await backUp({ out: await folderForTest(), gzip: false, database, hosts: [], now: Date.now, write })).folder;
    }

    function compare(folder: string, ...args: readonly string[]): Promise<Said> {
      return restorewatch(['validate', '--restored', 'RESTORED_URI', '--against', folder, ...args], { env: { RESTORED_URI: server.uri } });
    }

    test('of data that is as the backup holds it passes, and is recorded as a comparison', async () => {
      const folder = await restored();
      const { code, stdout, said } = await compare(folder, '--by', 'Ada');
      expect(code, said).toBe(0);
      expect(stdout).toMatch(
        new RegExp(`passed +documents +${database}\\.orders +40 to 40 documents \\(the dump holds 40; tolerance 0 %\\)`),
      );
      expect(stdout).toMatch(/passed: \d+ lines of evidence, 0 failed; compared in/);
      expect(await recordIn(folder)).toMatchObject({
        verdict: 'passed',
        by: 'Ada',
        subject: `${folder} as restored already into ${new URL(server.uri).host.replace('127.0.0.1', 'localhost')}`,
        details: { 'not verified': expect.stringContaining('Atlas Search') },
      });
    });

    test.for<[string, () => Promise<unknown>, RegExp]>([
      ['a document too few', () => client.db(database).collection('orders').deleteOne({}), /failed +documents .*39 documents/],
      ['a document too many', () => client.db(database).collection('orders').insertOne({}), /failed +documents .*41 documents/],
      ['a collection too few', () => client.db(database).collection('orders').drop(), /failed +namespace .*it is missing/],
      ['an index too few', () => client.db(database).collection('orders').dropIndex('text_1'), /failed +indexes .*without text_1/],
      ['no collection at all', () => client.db(database).dropDatabase(), /failed +namespace .*nothing was restored/],
    ])('of data with %s fails, and repairs nothing', async ([, change, words]) => {
      const folder = await restored();
      await change();
      const before = await client.db(database).listCollections({}, { nameOnly: true }).toArray();
      const { code, stdout } = await compare(folder);
      expect([code, stdout]).toEqual([1, expect.stringMatching(words)]);
      expect(await client.db(database).listCollections({}, { nameOnly: true }).toArray()).toEqual(before);
    });

    test('against a dump without a manifest could not be verified at best, in JSON too', async () => {
      const { code, stdout } = await compare(await withoutManifest(await restored()), '--json');
      expect([code, JSON.parse(stdout)]).toEqual([1, expect.objectContaining({ verdict: 'could-not-verify', kind: 'restore-test' })]);
    });

    test('against a dump with an oplog allows what that adds', async () => {
      const folder = await withoutManifest(await restored());
      await writeFile(join(folder, 'oplog.bson'), BSON.serialize({ op: 'i', ns: `${database}.orders`, o: { _id: 40 } }));
      await client.db(database).collection('orders').insertOne({ text: 'order 40' });
      const { stdout } = await compare(folder);
      expect(stdout).toMatch(/passed +documents .* 40 to 41 documents \(the dump holds 40 and 41; tolerance 0 %\)/);
    });

    test('against a damaged or an unfinished backup is about the backup', async () => {
      const folder = await restored();
      await truncate(join(folder, database, 'orders.bson'), 50);
      expect(await compare(folder)).toMatchObject({ code: 1, said: expect.stringContaining('orders.bson: 50 bytes instead of') });
      await writeFile(join(folder, 'UNFINISHED-BACKUP.txt'), '');
      expect(await compare(folder)).toMatchObject({ code: 1, said: expect.stringContaining('refused: ') });
    });

    test('on the server that the backup was taken from proves no restore, however that is spelled', async () => {
      const folder = await restored();
      for (const host of [hostname(), '127.1']) {
        const env = { RESTORED_URI: server.uri.replace('127.0.0.1', host), MONGODB_URI: server.uri };
        const { code, said } = await restorewatch(['validate', '--restored', 'RESTORED_URI', '--against', folder], { env });
        expect([code, said]).toEqual([1, expect.stringContaining('so that no restore is proven')]);
      }
    });

    test('of a server that another validate is using warns that this may be changing what is compared', async () => {
      const folder = await restored();
      const marks = await openOwnMarks(server.uri);
      onTestFinished(() => marks.stop());
      const user = { id: '1', owner: 'Ada', host: 'desk', process: null, what: 'validate of /a', namespaces: [] };
      await marks.put({ use: { ...user, since: new Date(), until: new Date(Date.now() + HOUR) } });
      const asked = ['validate', '--restored', 'RESTORED_URI', '--against', folder];
      const { said } = await restorewatch(asked, { env: { RESTORED_URI: marks.uri } });
      expect(said).toMatch(/warning: the server is in use: validate of \/a, by Ada on desk, until .*; it may be changing what is compared/);
    });

    test('says that what is in the documents was not compared', async () => {
      const folder = await restored();
      await client
        .db(database)
        .collection('orders')
        .updateMany({}, { $set: { text: 'changed' } });
      await compare(folder);
      expect(await recordIn(folder)).toMatchObject({
        details: { 'not verified': expect.stringMatching(/what is in them was not compared/) },
      });
    });

    test('against a backup of which the manifest alone is left fails', async () => {
      const folder = await restored();
      await rm(folder, { recursive: true });
      expect(await compare(folder)).toMatchObject({ code: 1, said: expect.stringContaining('validate: failed: ') });
    });

    test('against a path inside a backup leaves the backup as it is', async () => {
      const folder = await restored();
      for (const inside of [[database], [database, 'orders.bson'], ['nothing', 'there']])
        expect(await compare(join(folder, ...inside))).toMatchObject({ code: 1, said: expect.stringContaining('validate: refused: ') });
      expect(await compare(folder)).toMatchObject({ code: 0 });
    });

    test('against a backup whose files somebody replaced by links fails, since no restore follows them', async () => {
      const folder = await restored();
      for (const name of ['empty.bson', 'empty.metadata.json']) {
        const elsewhere = join(folder, '..', name);
        await rename(join(folder, database, name), elsewhere);
        await symlink(elsewhere, join(folder, database, name));
      }
      expect(await compare(folder)).toMatchObject({ code: 1, said: expect.stringMatching(/validate: failed: .*\.empty was written, and/) });
    });

    test('sends the server nothing but what reads', async () => {
      const backup = await readBackup(await restored());
      const watched = new MongoClient(server.uri, { monitorCommands: true });
      const sent = new Set<string>();
      watched.on('commandStarted', ({ commandName }) => void sent.add(commandName));
      const settings = { tolerance: 0, sample: 5, timeFields: {}, assertions: [] };
      const told: string[] = [];
      const watch = { moved: (what: string) => void told.push(what), stop: () => {} };
      const holding = { backup, settings, rpo: HOUR, signal: new AbortController().signal, watch };
      const { lines, restore } = await compareRestored(watched, { ...holding, restored: server.uri, sources: [], machine: thisMachine() });
      await watched.close();
      expect([verdictOf(lines), restore]).toEqual(['passed', null]);
      // What a stall would name.
      expect(told).toEqual(expect.arrayContaining(['reading the backup', expect.stringMatching(/^validating .*orders/)]));
      const READS = ['hello', 'listDatabases', 'listCollections', 'listIndexes', 'count', 'aggregate', 'find', 'getMore', 'endSessions'];
      expect([...sent].filter((name) => !READS.includes(name))).toEqual([]);
    });

    test('against a backup of the server’s own collections alone is refused, since nothing would be compared', async () => {
      const dump = await folderForTest();
      await mkdir(join(dump, 'admin'));
      await writeFile(join(dump, 'admin', 'system.users.bson'), '');
      expect(await compare(dump)).toMatchObject({
        code: 1,
        said: expect.stringContaining('refused: the backup holds nothing that could be compared'),
      });
    });

    test('of a server that is away could not be verified', async () => {
      const folder = await restored();
      const env = { AWAY: 'mongodb://127.0.0.1:1/', REQUEST_TIMEOUT_MS: '300' };
      const { code, said } = await restorewatch(['validate', '--restored', 'AWAY', '--against', folder], { env });
      expect([code, said]).toEqual([1, expect.stringContaining('validate: could-not-verify: no server could be reached')]);
      expect(await recordIn(folder)).toMatchObject({ verdict: 'could-not-verify' });
      expect(await readdir(folder)).not.toContain('UNFINISHED-BACKUP.txt');
    });
  });
});
