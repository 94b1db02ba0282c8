import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BSON, type Document, MongoClient, MongoNetworkError, MongoServerError } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CollectionManifest } from '../../../../lib/domain/recovery/evidence.ts';
import { backUp } from '../../../../lib/recovery/dump/back-up/back-up.ts';
import { Interrupted } from '../../../../lib/recovery/dump/dump-error.ts';
import { expectationOf } from '../../../../scripts/backup/read-through.ts';
import { type Backup, readBackup } from '../../../../lib/recovery/dump/read/read-backup.ts';
import { restoreInto } from '../../../../lib/recovery/dump/restore/restore-backup.ts';
import { documentsIn } from '../../../../lib/recovery/dump/back-up/server-answer.ts';
import { openSource } from '../../../../lib/recovery/dump/back-up/backup-source.ts';
import { databasesIn, dropDatabases, localInterlock, type LocalVerdict } from '../../../../lib/recovery/dump/restore/restore-target.ts';
import { identityByName } from '../../../../lib/recovery/dump/interlock/server-identity.ts';
import { askTarget } from '../../../../lib/recovery/dump/restore/take-target.ts';
import { writeCollections } from '../../../../lib/recovery/dump/back-up/write-collections.ts';
import { openOnDisk } from '../../../../lib/recovery/dump/disk/new-file.ts';
import { sameIndex } from '../../../../lib/recovery/validate/same-metadata.ts';
import { validateDatabase } from '../../../../lib/recovery/validate/validate-database.ts';
import { planOf, soon } from '../../validate/deployment.ts';
import { type Mongo, mongo, nameForTest } from '../../../support/mongo.ts';
import { describeWith, service } from '../../../support/services.ts';
import { placeOf } from '../../../../lib/recovery/dump/progress.ts';
import { folderForTest, type Held, ID_INDEX, inMemory } from '../in-memory.ts';
import { ODD_INDEXES, ODD_OPTIONS } from '../odd-metadata.ts';

const now = (): number => Date.now();

async function backupOf(held: readonly Held[]): Promise<Backup> {
  const out = await folderForTest();
  const options = { gzip: false, open: openOnDisk, onProgress: () => {} };
  const write = (folder: string): ReturnType<typeof writeCollections> => writeCollections(inMemory(held), folder, options);
  const { folder } = await backUp({ out, gzip: false, database: null, hosts: [], now, write });
  return readBackup(folder);
}

describe('a restore of a backup sends the server', () => {
  /** Takes every command and keeps it, for what the test server leaves out: options, views, time series. */
  function asked(): { readonly commands: Document[]; readonly db: (name: string) => { command: (given: Document) => Promise<Document> } } {
    const commands: Document[] = [];
    const command = (given: Document): Promise<Document> => {
      commands.push(given);
      return Promise.resolve({ ok: 1, n: 1 });
    };
    return { commands, db: () => ({ command }) };
  }

  test('collections with their options, then documents, then indexes, and views last', async () => {
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
    const { notes } = await restoreInto(target, backup, {});
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

  test('one index a command, and says before each which it is', async () => {
    const indexes = [ID_INDEX, '{"v":2,"key":{"a":1},"name":"a_1"}', '{"v":2,"key":{"b":1},"name":"b_1"}'];
    const backup = await backupOf([{ namespace: 'shop.orders', indexes, documents: [{ _id: 1 }] }]);
    const target = asked();
    const told: string[] = [];
    await restoreInto(target, backup, { onProgress: (progress) => told.push(`${placeOf(progress)} · ${target.commands.length}`) });
    expect(target.commands.filter((command) => 'createIndexes' in command).map(({ indexes: sent }) => sent.length)).toEqual([1, 1]);
    expect(told).toEqual([
      'shop.orders, creating the collection · 0',
      'shop.orders · 1',
      'shop.orders · 2',
      'shop.orders, building the index a_1 (1 of 2) · 2',
      'shop.orders, building the index b_1 (2 of 2) · 3',
    ]);
  });

  test('every command with no time limit, since an index takes as long as it takes', async () => {
    const backup = await backupOf([{ namespace: 'shop.orders', indexes: ['{"v":2,"key":{"a":1},"name":"a_1"}'], documents: [{ _id: 1 }] }]);
    const given: unknown[] = [];
    const command = (asked: Document, ...options: readonly unknown[]): Promise<Document> => {
      given.push(options, asked['maxTimeMS']);
      return Promise.resolve({ ok: 1, n: 1 });
    };
    await restoreInto({ db: () => ({ command }) }, backup, {});
    expect(given).toEqual([[], undefined, [], undefined, [], undefined]);
  });

  test.for([
    ['a server that is lost', new MongoNetworkError('connection closed'), 'target'],
    ['a user that may not write', new MongoServerError({ message: 'not authorized', code: 13 }), 'target'],
    ['a collection that somebody else created', new MongoServerError({ message: 'exists', code: 48 }), 'target'],
    ['a full disk', new MongoServerError({ message: 'no space', code: 14_031 }), 'target'],
    ['a shard that is away', new MongoServerError({ message: 'no host', code: 133 }), 'target'],
    ['an election', new MongoServerError({ message: 'stepping down', code: 189 }), 'target'],
    ['a command that this server does not have', new MongoServerError({ message: 'not supported', code: 115 }), 'target'],
    ['options that no server takes', new MongoServerError({ message: 'unknown field', code: 40_415 }), 'backup'],
  ] as const)('commands, and blames %s on the right side', async ([, error, blame]) => {
    const backup = await backupOf([{ namespace: 'shop.orders' }]);
    const target = { db: () => ({ command: () => Promise.reject(error) }) };
    await expect(restoreInto(target, backup, {})).rejects.toMatchObject({ name: 'RestoreError', namespace: 'shop.orders', blame });
  });

  test.for([
    ['a disk that became full', [14_031], 'target'],
    ['a shard that is away', [133, 133], 'target'],
    ['a duplicate key beside a shard that is away', [11_000, 133], 'backup'],
    ['a duplicate key', [11_000], 'backup'],
    ['no code', [], 'backup'],
  ] as const)('documents, and blames refusals for %s on the right side', async ([, codes, blame]) => {
    const backup = await backupOf([{ namespace: 'shop.orders', documents: [{ _id: 1 }] }]);
    const command = async (given: Document): Promise<Document> =>
      'insert' in given ? { ok: 1, n: 0, writeErrors: codes.map((code, index) => ({ index, code })) } : { ok: 1 };
    await expect(restoreInto({ db: () => ({ command }) }, backup, {})).rejects.toMatchObject({ name: 'RestoreError', blame });
  });

  test('documents, and its error repeats no value of a duplicate key', async () => {
    const backup = await backupOf([{ namespace: 'shop.users' }]);
    const error = new MongoServerError({
      message: 'E11000 duplicate key error index: email_1 dup key: { email: "ada@example.com" }',
      code: 11_000,
    });
    const restoring = restoreInto({ db: () => ({ command: () => Promise.reject(error) }) }, backup, {});
    await expect(restoring).rejects.toThrow(/index: email_1$/);
  });

  test('nothing more on Ctrl-C, and waits for what is under way, so that nothing lands after the clean-up', async () => {
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
    const restoring = restoreInto({ db: () => ({ command }) }, backup, { signal: controller.signal });
    await restoring.catch((error: unknown) => events.push(error instanceof Interrupted ? 'interrupted' : String(error)));
    expect(events).toEqual(['answered', 'interrupted']);
  });

  test.for(ODD_OPTIONS)('the very bytes of $what', async ({ document, text }) => {
    const backup = await backupOf([{ namespace: 'shop.odd', type: document.has('viewOn') ? 'view' : 'collection', options: text }]);
    const target = asked();
    await restoreInto(target, backup, {});
    const kept = [...document].filter(([name]) => name !== 'autoIndexId');
    const expected = BSON.serialize(new Map<string, unknown>([['create', 'odd'], ...kept]));
    expect(hex(BSON.serialize(target.commands[0] ?? {}))).toBe(hex(expected));
  });

  test.for(ODD_INDEXES)('the very bytes of an index with $what', async ({ document, text }) => {
    const backup = await backupOf([{ namespace: 'shop.odd', indexes: [ID_INDEX, text] }]);
    const target = asked();
    await restoreInto(target, backup, {});
    const kept = [...document].filter(([name]) => !['v', 'ns', 'background'].includes(name));
    const expected = BSON.serialize({ indexes: [new Map(kept)] });
    expect(hex(BSON.serialize({ indexes: target.commands.at(-1)?.['indexes'] }))).toBe(hex(expected));
  });

  test.for([
    [
      'the simple collation of an index, where the collection has another one',
      { options: '{"collation":{"locale":"de"}}', index: '{"v":2,"key":{"a":1},"name":"a_1"}' },
      '{"key":{"a":1},"name":"a_1","collation":{"locale":"simple"}}',
    ],
    [
      'no collation of an index, where the collection has the simple one',
      { options: '{"collation":{"locale":"simple"}}', index: '{"v":2,"key":{"a":1},"name":"a_1"}' },
      '{"key":{"a":1},"name":"a_1"}',
    ],
    [
      'version 1 of a 2dsphere index from before there were versions',
      { options: '{}', index: '{"v":1,"key":{"at":"2dsphere"},"name":"at"}' },
      '{"key":{"at":"2dsphere"},"name":"at","2dsphereIndexVersion":1}',
    ],
  ] as const)('as mongorestore does, %s', async ([, { options, index }, sent]) => {
    const backup = await backupOf([{ namespace: 'shop.odd', options, indexes: [ID_INDEX, index] }]);
    const target = asked();
    await restoreInto(target, backup, {});
    expect(BSON.EJSON.stringify(target.commands.at(-1))).toContain(`"indexes":[${sent}]`);
  });

  test('a repeated field of a validator twice', async () => {
    const options = '{"validator":{"a":{"$numberInt":"1"},"a":{"$numberInt":"2"}}}';
    const target = asked();
    await restoreInto(target, await backupOf([{ namespace: 'shop.odd', options }]), {});
    const sent = Buffer.from(BSON.serialize(target.commands[0] ?? {}));
    expect(sent.subarray(sent.indexOf('validator') + 'validator'.length + 1, -1).toString('hex')).toBe(
      '13000000106100010000001061000200000000',
    );
  });

  test.for([
    ['an option', { options: '{"validator":{"a":{"$undefined":true}}}' }, 'its field "validator"'],
    [
      'an index',
      { indexes: ['{"key":{"a":1},"name":"x","partialFilterExpression":{"a":{"$undefined":true}}}'] },
      '"partialFilterExpression"',
    ],
  ] as const)('nothing in place of %s with a value that the driver would change, and says what can restore it', async ([, held, field]) => {
    const restoring = restoreInto(asked(), await backupOf([{ namespace: 'shop.odd', ...held }]), {});
    await expect(restoring).rejects.toMatchObject({ namespace: 'shop.odd', blame: 'target' });
    await expect(restoring).rejects.toThrow(field);
    await expect(restoring).rejects.toThrow('use mongorestore');
  });
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const MOMENT = new Date(Date.now() - 60_000);

describeWith('mongodb', 'backup and restore with a server', (where) => {
  let server: Mongo;
  let client: MongoClient;
  let prefix: string;
  let to: string;

  beforeAll(async () => {
    server = await mongo(where);
    client = await new MongoClient(server.uri).connect();
  }, 120_000);
  beforeEach(() => {
    prefix = nameForTest('dump');
    to = `${prefix}_to`;
  });
  afterEach(() => dropDatabases(client, [to, `${prefix}_shop`, `${prefix}_crm`]));
  afterAll(async () => {
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
    for await (const batch of collection?.batches() ?? []) documents.push(...batch.map((raw) => Buffer.from(raw).toString('hex')));
    return documents.toSorted();
  }

  test('restores every byte of every document, fields that JavaScript would sort or drop included', async () => {
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
    const held = await backupOf([{ namespace: `${to}.a/b c%é.x` }]);
    const odds: Backup = { ...held, collections: held.collections.map((one) => ({ ...one, batches: () => batchOf(raw) })) };
    await restoreInto(client, odds, {});
    expect(await rawOf(await dumped(to), 'a/b c%é.x')).toEqual(raw.map((one) => one.toString('hex')).toSorted());
  });

  /** What the test server does not build, or lists in its own words. */
  const NOT_BUILT = /a collation|a partial filter|a hidden one|a TTL|a plane|weights|wildcard/;

  test.for(ODD_INDEXES.filter(({ what }) => !NOT_BUILT.test(what)))('an index with $what is there as it was', async ({ text }) => {
    const backup = await backupOf([{ namespace: `${to}.odd`, indexes: [ID_INDEX, text] }]);
    await restoreInto(client, backup, {});
    const [expected] = (await expectationOf(backup, 0)).collections;
    const [found] = (await expectationOf(await dumped(to), 0)).collections;
    expect(expected?.indexes.filter((index) => !found?.indexes.some((other) => sameIndex(index, other)))).toEqual([]);
  });

  test('is validated as whole with options of old drivers, fields named by numbers and a line end in a name, and no line of evidence has one', async () => {
    const index = '{"v":1,"key":{"a":1},"name":"a_1","ns":"x.y","safe":null,"w":1}';
    const backup = await backupOf([
      {
        namespace: `${to}.old`,
        options: '{"autoIndexId":true}',
        indexes: [ID_INDEX, index, '{"v":2,"key":{"b":1,"7":-1},"name":"b_7"}'],
        documents: [{ _id: 1, a: 1 }],
      },
      { namespace: `${to}.a\nb`, documents: [{ _id: 1 }] },
    ]);
    await restoreInto(client, backup, {});
    const expected = await expectationOf(backup, 0);
    const { lines } = await validateDatabase(client, planOf(expected, expected), { ...soon([to]), from: null });
    expect(lines.filter(({ verdict }) => verdict !== 'passed' && verdict !== 'noted')).toEqual([]);
    expect(lines.filter(({ what }) => what === 'documents').map(({ namespace }) => namespace)).toEqual([`${to}.a b`, `${to}.old`]);
    expect(lines.find(({ found }) => found.startsWith('left out'))).toMatchObject({ expected: 'safe of a_1, w of a_1', verdict: 'noted' });
  });

  test('restores more documents than fit one message, packed or not', async () => {
    const documents = Array.from({ length: 10_001 }, (_, n) => ({ _id: n, text: `document ${n}` }));
    const told: number[] = [];
    const backup = await backupOf([{ namespace: `${to}.many`, documents }]);
    const restored = await restoreInto(client, backup, { onProgress: (progress) => told.push(progress.documents) });
    expect(restored).toMatchObject({ documents: 10_001, collections: 1 });
    // The first is told when the collection is created.
    expect(told).toEqual([0, 0, 10_000, 10_001]);
    expect(await rawOf(await dumped(to, true), 'many')).toEqual(await rawOf(backup, 'many'));
  });

  test.for([
    ['by few large answers where one server has the cursor', '', 3],
    ['by the driver’s cursor where several servers may be asked', '?readPreference=secondaryPreferred', 7],
  ] as const)('a backup reads every document once, %s', async ([, parameters, most]) => {
    const documents = Array.from({ length: 10_001 }, (_, n) => ({ _id: n, text: `document ${n}` }));
    await client.db(to).collection<{ _id: number }>('many').insertMany(documents);
    const monitored = await new MongoClient(`${server.uri}${parameters}`, { monitorCommands: true }).connect();
    const asked: string[] = [];
    monitored.on('commandStarted', ({ commandName }) => void asked.push(commandName));
    try {
      const source = await openSource(monitored, to);
      const batches = await Array.fromAsync(
        source.documents({ database: to, name: 'many', type: 'collection', options: '{}', uuid: null }),
      );
      const bytes = Buffer.concat(batches.map((batch) => batch.bytes));
      expect(documentsIn({ documents: 10_001, bytes }).map((one) => BSON.deserialize(one)['_id'])).toEqual(documents.map(({ _id }) => _id));
      expect(asked.filter((name) => name === 'find' || name === 'getMore').length).toBeLessThanOrEqual(most);
    } finally {
      await monitored.close();
    }
  });

  test('stops at documents that the server refuses, and its error repeats nothing of them', async () => {
    const backup = await backupOf([
      { namespace: `${to}.twice`, documents: [{ _id: 'secret@example.com' }, { _id: 'secret@example.com' }] },
    ]);
    const failing = restoreInto(client, backup, {});
    await expect(failing).rejects.toThrow(`restore: ${to}.twice: the server refused 1 documents, with error 11000 (duplicate key)`);
    await expect(failing).rejects.not.toThrow('secret@example.com');
  });

  test('a collection that is dropped meanwhile has no indexes to write', async () => {
    const source = await openSource(client, to);
    expect(await source.indexes({ database: to, name: 'gone', type: 'collection', options: '{}', uuid: null })).toBeNull();
  });

  test('collections that are read one after the other share one session of the server, also after one that is gone', async () => {
    const monitored = await new MongoClient(server.uri, { monitorCommands: true }).connect();
    const sessions = new Set<string>();
    monitored.on('commandStarted', ({ commandName, command }) => {
      if (commandName === 'find' || commandName === 'listIndexes') sessions.add(String(command['lsid'].id.toString('hex')));
    });
    try {
      const source = await openSource(monitored, to);
      for (const name of ['gone', 'gone too', 'also gone']) {
        const listed = { database: to, name, type: 'collection', options: '{}', uuid: null } as const;
        expect(await source.indexes(listed)).toBeNull();
        expect(await Array.fromAsync(source.documents(listed))).toEqual([]);
      }
      expect(sessions.size).toBe(1);
    } finally {
      await monitored.close();
    }
  });

  test('the interlock reads what is in the target', async () => {
    const backup = await backupOf([{ namespace: `${to}.orders`, documents: [{ _id: 1 }] }]);
    const machine = { name: 'desk', addresses: [], lookup: async () => [] };
    const asking = { targetUri: server.uri, sandboxUri: null, machine, tag: async () => null, isGone: () => false };
    const ask = async (...sourceUris: readonly string[]): Promise<LocalVerdict> => {
      const sources = sourceUris.map((uri) => ({ variable: 'MONGODB_URI', identity: identityByName(uri), client: null, trouble: null }));
      return localInterlock((await askTarget(client, { databases: databasesIn(backup), backupHosts: [] }, { ...asking, sources })).facts);
    };
    expect(await ask()).toEqual({ allowed: true, drop: [], marked: false });
    await restoreInto(client, backup, {});
    expect(await ask()).toEqual({ allowed: false, why: expect.stringContaining(`${to} (1 collections)`) });
    expect(await ask(server.uri)).toEqual({ allowed: false, why: expect.stringContaining('MONGODB_URI') });
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
      const { documents } = await restoreInto(client, theirs, {});
      expect(documents).toBe(131);
      for (const database of [`${prefix}_shop`, `${prefix}_crm`]) await compare(theirs, database, await dumped(database, kind === 'gzip'));
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
