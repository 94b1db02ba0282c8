import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BSON, type Document, MongoClient, MongoNetworkError, MongoServerError } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CollectionManifest } from '../../../lib/domain/evidence.ts';
import { backUp } from '../../../lib/recovery/dump/back-up.ts';
import { Interrupted } from '../../../lib/recovery/dump/error.ts';
import { expectationOf } from '../../../lib/recovery/dump/expect.ts';
import { type Backup, readBackup } from '../../../lib/recovery/dump/read-backup.ts';
import { restoreInto } from '../../../lib/recovery/dump/restore.ts';
import { openSource } from '../../../lib/recovery/dump/source.ts';
import { askTarget, dropDatabases } from '../../../lib/recovery/dump/target.ts';
import { writeCollections } from '../../../lib/recovery/dump/write-collections.ts';
import { openOnDisk } from '../../../lib/recovery/dump/write-file.ts';
import { type Mongo, mongo } from '../../support/mongo.ts';
import { describeWith, service } from '../../support/services.ts';
import { folderForTest, type Held, inMemory } from './in-memory.ts';

const now = (): number => Date.now();

async function backupOf(held: readonly Held[]): Promise<Backup> {
  const out = await folderForTest();
  const options = { gzip: false, open: openOnDisk, onProgress: () => {} };
  const write = (folder: string): ReturnType<typeof writeCollections> => writeCollections(inMemory(held), folder, options);
  const { folder } = await backUp({ out, gzip: false, database: null, hosts: [], now, write });
  return readBackup(folder);
}

describe('a restore asks the server', () => {
  /** Takes every command and keeps it, for what the test server leaves out: options, views, time series. */
  function asked(): { readonly commands: Document[]; readonly db: (name: string) => { command: (given: Document) => Promise<Document> } } {
    const commands: Document[] = [];
    const command = (given: Document): Promise<Document> => {
      commands.push(given);
      return Promise.resolve({ ok: 1, n: 1 });
    };
    return { commands, db: () => ({ command }) };
  }

  test('for collections with their options, then documents, then indexes, and views last', async () => {
    const backup = await backupOf([
      { namespace: 'shop.a_view', type: 'view', options: '{"viewOn":"orders","pipeline":[]}' },
      {
        namespace: 'shop.orders',
        options: '{"capped":true,"size":{"$numberInt":"4096"},"validator":{"a":{"$gt":{"$numberInt":"1"}}},"autoIndexId":false}',
        indexes: [
          '{"v":{"$numberInt":"2"},"key":{"_id":{"$numberInt":"1"}},"name":"_id_"}',
          '{"v":2,"ns":"x.y","key":{"a":1},"name":"a_1","unique":true,"storageEngine":{"x":1}}',
        ],
        documents: [{ _id: 1 }],
      },
      { namespace: 'shop.ticks', type: 'timeseries', options: '{"timeseries":{"timeField":"t"}}', documents: [{ _id: 1 }] },
    ]);
    const target = asked();
    const { notes } = await restoreInto(target, backup, { now });
    const summary = target.commands.map((command) => Object.entries(command)[0]?.join(' '));
    expect(summary).toEqual([
      'create orders',
      'insert orders',
      'createIndexes orders',
      'create ticks',
      'insert system.buckets.ticks',
      'create a_view',
    ]);
    expect(BSON.EJSON.stringify(target.commands[0])).toBe('{"create":"orders","capped":true,"size":4096,"validator":{"a":{"$gt":1}}}');
    expect(target.commands[1]).toMatchObject({ ordered: false, bypassDocumentValidation: true });
    expect(BSON.EJSON.stringify(target.commands[2])).toBe(
      '{"createIndexes":"orders","indexes":[{"key":{"a":1},"name":"a_1","unique":true}],"ignoreUnknownIndexOptions":true}',
    );
    expect(target.commands.at(-1)).toEqual({ create: 'a_view', viewOn: 'orders', pipeline: [] });
    expect(notes.join()).toContain('shop.ticks');
  });

  test.for([
    ['a server that is lost', new MongoNetworkError('connection closed'), 'target'],
    ['a user that may not write', new MongoServerError({ message: 'not authorized', code: 13 }), 'target'],
    ['a full disk', new MongoServerError({ message: 'no space', code: 14_031 }), 'target'],
    ['options that no server takes', new MongoServerError({ message: 'unknown field', code: 40_415 }), 'backup'],
  ] as const)('and blames %s on the right one', async ([, error, blame]) => {
    const backup = await backupOf([{ namespace: 'shop.orders' }]);
    const target = { db: () => ({ command: () => Promise.reject(error) }) };
    await expect(restoreInto(target, backup, { now })).rejects.toMatchObject({ name: 'RestoreError', namespace: 'shop.orders', blame });
  });

  test('and repeats no value of a duplicate key', async () => {
    const backup = await backupOf([{ namespace: 'shop.users' }]);
    const error = new MongoServerError({
      message: 'E11000 duplicate key error index: email_1 dup key: { email: "ada@example.com" }',
      code: 11_000,
    });
    const restoring = restoreInto({ db: () => ({ command: () => Promise.reject(error) }) }, backup, { now });
    await expect(restoring).rejects.toThrow(/index: email_1$/);
  });

  test('and on Ctrl-C waits for what is under way, so that nothing lands after the clean-up', async () => {
    const backup = await backupOf([{ namespace: 'shop.orders' }]);
    const controller = new AbortController();
    const answer = Promise.withResolvers<Document>();
    const events: string[] = [];
    function command(): Promise<Document> {
      setImmediate(() => {
        controller.abort();
        setImmediate(() => {
          events.push('answered');
          answer.resolve({ ok: 1 });
        });
      });
      return answer.promise;
    }
    const restoring = restoreInto({ db: () => ({ command }) }, backup, { now, signal: controller.signal });
    await restoring.catch((error: unknown) => events.push(error instanceof Interrupted ? 'interrupted' : String(error)));
    expect(events).toEqual(['answered', 'interrupted']);
  });

  test('for nothing once the deadline has passed', async () => {
    const target = asked();
    const backup = await backupOf([{ namespace: 'shop.orders' }]);
    await expect(restoreInto(target, backup, { now: () => 2_000, deadline: 2_000 })).rejects.toThrow(
      'shop.orders: the deadline has passed',
    );
    expect(target.commands).toEqual([]);
  });

  test('for no index whose order of fields cannot be kept', async () => {
    const index = '{"v":2,"key":{"b":1,"7":1},"name":"b_1_7_1"}';
    const backup = await backupOf([{ namespace: 'shop.orders', indexes: [index] }]);
    await expect(restoreInto(asked(), backup, { now })).rejects.toThrow(
      /the index b_1_7_1 has a number for a field's name.*use mongorestore/,
    );
  });
});

const MOMENT = new Date(Date.now() - 60_000);

describeWith('mongodb', 'backup and restore with a server', (where) => {
  const prefix = `dump${process.pid}`;
  const [from, to] = [`${prefix}_from`, `${prefix}_to`];
  let server: Mongo;
  let client: MongoClient;

  beforeAll(async () => {
    server = await mongo(where);
    client = await new MongoClient(server.uri).connect();
  }, 120_000);
  afterAll(async () => {
    await dropDatabases(client, [from, to, `${prefix}_shop`, `${prefix}_crm`]);
    await client.close();
    await server.stop();
  });

  async function dumped(database: string, gzip = false): Promise<Backup> {
    const source = await openSource(client, database);
    const options = { gzip, open: openOnDisk, onProgress: () => {} };
    const write = (folder: string): ReturnType<typeof writeCollections> => writeCollections(source, folder, options);
    const { folder } = await backUp({ out: await folderForTest(), gzip, database, hosts: [], now, write });
    return readBackup(folder);
  }

  async function rawOf(backup: Backup, name: string): Promise<readonly string[]> {
    const documents: string[] = [];
    const collection = backup.collections.find((one) => one.name === name);
    for await (const raw of collection?.documents() ?? []) documents.push(Buffer.from(raw).toString('hex'));
    return documents.toSorted();
  }

  test('every byte of every document comes back, fields that JavaScript would sort or drop included', async () => {
    const odd = Buffer.concat([
      Buffer.alloc(4),
      BSON.serialize({ _id: 1, b: 1 }).subarray(4, -1),
      BSON.serialize({ 10: 'x' }).subarray(4, -1),
      Buffer.alloc(1),
    ]);
    odd.writeInt32LE(odd.length, 0);
    const rich = {
      _id: 'ä',
      n: BSON.Decimal128.fromString('1.10'),
      l: BSON.Long.MAX_VALUE,
      d: MOMENT,
      x: new BSON.Double(1),
      e: [],
      u: { z: null },
    };
    const raw = [odd, Buffer.from(BSON.serialize(rich))];
    const held = await backupOf([{ namespace: `${from}.a/b c%é.x` }]);
    const odds: Backup = { ...held, collections: held.collections.map((one) => ({ ...one, batches: () => batchOf(raw) })) };
    await restoreInto(client, odds, { now });
    expect(await rawOf(await dumped(from), 'a/b c%é.x')).toEqual(raw.map((one) => one.toString('hex')).toSorted());
  });

  test('more documents than one message takes come back, packed or not', async () => {
    const documents = Array.from({ length: 10_001 }, (_, n) => ({ _id: n, text: `document ${n}` }));
    const told: number[] = [];
    const backup = await backupOf([{ namespace: `${to}.many`, documents }]);
    const restored = await restoreInto(client, backup, { now, onProgress: (progress) => told.push(progress.documents) });
    expect(restored).toMatchObject({ documents: 10_001, collections: 1 });
    expect(told).toEqual([0, 10_000, 10_001]);
    expect(await rawOf(await dumped(to, true), 'many')).toEqual(await rawOf(backup, 'many'));
    await dropDatabases(client, [to]);
  });

  test('documents that the server refuses stop it, without a word of what is in them', async () => {
    const backup = await backupOf([
      { namespace: `${to}.twice`, documents: [{ _id: 'secret@example.com' }, { _id: 'secret@example.com' }] },
    ]);
    const failing = restoreInto(client, backup, { now });
    await expect(failing).rejects.toThrow(`restore: ${to}.twice: the server refused 1 documents, with error 11000 (duplicate key)`);
    await expect(failing).rejects.not.toThrow('secret@example.com');
    await dropDatabases(client, [to]);
  });

  test('a collection that is dropped meanwhile has no indexes to write', async () => {
    const source = await openSource(client, to);
    expect(await source.indexes({ database: to, name: 'gone', type: 'collection', options: '{}', uuid: null })).toBeNull();
  });

  test('the interlock reads what is in the target', async () => {
    const backup = await backupOf([{ namespace: `${to}.orders`, documents: [{ _id: 1 }] }]);
    const ask = { targetUri: server.uri, sourceUri: null, sandboxUri: null };
    expect(await askTarget(client, backup, ask)).toEqual({ allowed: true, drop: [], marked: false });
    await restoreInto(client, backup, { now });
    expect(await askTarget(client, backup, ask)).toEqual({ allowed: false, why: expect.stringContaining(`${to} (1 collections)`) });
    expect(await askTarget(client, backup, { ...ask, sourceUri: server.uri })).toEqual({
      allowed: false,
      why: expect.stringContaining('MONGODB_URI'),
    });
    await dropDatabases(client, [to]);
  });

  const shared = service('shared');
  const dumps = shared === null ? null : join(shared, 'mongo', 'dump');

  /** MongoDB's own dump, its databases under names of this test. */
  async function copyOf(kind: 'plain' | 'gzip'): Promise<Backup> {
    const folder = join(await folderForTest(), 'dump');
    await mkdir(folder);
    for (const database of ['shop', 'crm'])
      await cp(join(dumps ?? '', kind, database), join(folder, `${prefix}_${database}`), { recursive: true });
    return readBackup(folder);
  }

  describe.skipIf(dumps === null)("a dump of MongoDB's own mongodump", { meta: { needs: 'shared' } }, () => {
    test.for(['plain', 'gzip'] as const)('(%s) is restored and dumped again: the same documents, indexes and options', async (kind) => {
      const theirs = await copyOf(kind);
      expect(theirs).toMatchObject({ manifest: null, serverVersion: '7.0.77', oplog: null });
      const { documents } = await restoreInto(client, theirs, { now });
      expect(documents).toBe(131);
      for (const database of [`${prefix}_shop`, `${prefix}_crm`]) await compare(theirs, database, await dumped(database, kind === 'gzip'));
      await dropDatabases(client, [`${prefix}_shop`, `${prefix}_crm`]);
    });
  });

  async function compare(theirs: Backup, database: string, ours: Backup): Promise<void> {
    const [before, after] = [await expectationOf(theirs, 0), await expectationOf(ours, 0)];
    const wanted = before.collections.filter(({ namespace }) => namespace.startsWith(`${database}.`));
    expect(after.collections.map(withoutCount)).toEqual(wanted.map(withoutCount));
    for (const { name } of theirs.collections.filter((one) => one.database === database && one.name !== 'sessions')) {
      expect(await rawOf(ours, name), name).toEqual(await rawOf(theirs, name));
    }
  }
});

/** A session past its TTL is deleted by the server within a minute. */
function withoutCount(collection: CollectionManifest): CollectionManifest {
  return collection.namespace.endsWith('.sessions') ? { ...collection, documents: null } : collection;
}

async function* batchOf(raw: readonly Uint8Array[]): AsyncGenerator<readonly Uint8Array[]> {
  yield raw;
}
