import { BSON, Decimal128, Double, Int32, Long, MongoClient, type Document } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND, type Instant } from '../../../lib/domain/time.ts';
import type { Manifest } from '../../../lib/domain/recovery/evidence.ts';
import type { EmulatedMongo } from '../../emulators/atlas-model.ts';
import type { RestoreFault } from '../../emulators/atlas-restore-jobs.ts';
import { manifestAsSeen } from '../../emulators/atlas-restore-names.ts';
import { mongo, type Mongo } from '../../support/mongo.ts';
import { describeWith } from '../../support/services.ts';
import { START } from '../harness.ts';
import { liveOf, newestOf, startRecovery, type RecoveryHarness } from './recovery-harness.ts';

/** Both addresses of the test server may lead to one storage: the source's databases are recognised by this. */
const PREFIX = 'src_';
const [SHOP, CRM] = ['atlasrecovery_shop', 'atlasrecovery_crm'];

describeWith('mongodb', 'a restore of the emulated Atlas really copies data', (where) => {
  const parts: { server?: Mongo; client?: MongoClient } = {};
  const client = (): MongoClient => {
    if (parts.client === undefined) throw new Error('not connected');
    return parts.client;
  };
  beforeAll(async () => {
    parts.server = await mongo(where);
    parts.client = await new MongoClient(parts.server.uri).connect();
    await dropAll(client());
  });
  afterAll(async () => {
    if (parts.client !== undefined) await dropAll(parts.client);
    await parts.client?.close();
    await parts.server?.stop();
  });

  async function start(faults: readonly RestoreFault[] = []): Promise<RecoveryHarness> {
    await dropAll(client());
    const uri = parts.server?.uri ?? '';
    const source: EmulatedMongo = { uri, databases: [SHOP, CRM], prefix: PREFIX };
    const harness = await startRecovery({ source: { mongo: source }, target: { mongo: { uri, databases: [SHOP, CRM] } } });
    for (const fault of faults) harness.atlas.recovery.faults.add(fault);
    await fill(client(), 100);
    await harness.atlas.recovery.data.mark(harness.orders, START - 10 * DAY);
    return harness;
  }

  async function restored(harness: RecoveryHarness, at?: Instant): Promise<string> {
    const { recovery, source, target, time, deadline } = harness;
    const newest = newestOf(harness);
    const job = await recovery.requestRestore(at === undefined ? newest : { source, target, point: { kind: 'moment', at } }, deadline);
    time.now += 230 * SECOND;
    return (await recovery.restoreJob(source, job.id, time.now + MINUTE)).state;
  }

  test('documents of every type, indexes and empty collections are there under their own names, and nothing else is', async () => {
    const harness = await start();
    await client().db(SHOP).collection('leftover').insertOne({ old: true });
    expect(await restored(harness)).toBe('done');
    for (const [database, collection] of [
      [SHOP, 'orders'],
      [SHOP, 'empty'],
      [CRM, 'users'],
    ] as const) {
      const [from, to] = [client().db(`${PREFIX}${database}`).collection(collection), client().db(database).collection(collection)];
      expect(await exactly(to.find({}, { promoteValues: false }).toArray())).toEqual(
        await exactly(from.find({}, { promoteValues: false }).toArray()),
      );
      expect(await to.indexes()).toEqual(await from.indexes());
    }
    expect((await client().db(SHOP).listCollections().toArray()).map(({ name }) => name).toSorted()).toEqual(['empty', 'orders']);
  });

  test('the cluster tells the hosts of the server that it is on, without its user', async () => {
    const harness = await start();
    const host = new URL(parts.server?.uri ?? '').host;
    expect((await liveOf(harness, 'sandbox')).hosts).toEqual(['sandbox.ab1cd.mongodb.net', host]);
    harness.sandbox.mongo = { uri: 'mongodb://ann:secret@one.example:1,two.example:2/?tls=true', databases: [] };
    expect((await liveOf(harness, 'sandbox')).hosts).toEqual(['sandbox.ab1cd.mongodb.net', 'one.example:1', 'two.example:2']);
  });

  test('it is what was there when it was backed up, whatever happened since', async () => {
    const harness = await start();
    await client().db(`${PREFIX}${SHOP}`).collection('orders').deleteMany({});
    await restored(harness);
    expect(await client().db(SHOP).collection('orders').countDocuments()).toBe(100);
  });

  test('a moment is the newest state at or before it, one second each side', async () => {
    const harness = await start();
    await fill(client(), 30);
    const damaged = START - HOUR;
    await harness.atlas.recovery.data.mark(harness.orders, damaged);
    await restored(harness, damaged - SECOND);
    expect(await client().db(SHOP).collection('orders').countDocuments()).toBe(100);
    await restored(harness, damaged);
    expect(await client().db(SHOP).collection('orders').countDocuments()).toBe(30);
  });

  test('a snapshot on demand holds what is there at its data time', async () => {
    const harness = await start();
    const { recovery, source, time } = harness;
    await fill(client(), 42);
    await recovery.requestSnapshot(source, { description: 'now', retentionDays: 1 }, time.now + MINUTE);
    time.now += 3 * MINUTE;
    await recovery.restoreJobs(source, time.now + MINUTE);
    await fill(client(), 7);
    await restored(harness);
    expect(await client().db(SHOP).collection('orders').countDocuments()).toBe(42);
  });

  test('nothing reaches the target before the job ends, and nothing at all where it fails', async () => {
    const harness = await start(['job-fails']);
    await client().db(SHOP).collection('leftover').insertOne({ old: true });
    expect(await restored(harness)).toBe('failed');
    expect((await client().db(SHOP).listCollections().toArray()).map(({ name }) => name)).toEqual(['leftover']);
  });

  test('a backup of a time that nobody marked fails its job, so that no test passes on nothing', async () => {
    const harness = await start();
    harness.time.now = START - 20 * DAY;
    harness.orders.snapshots = [harness.orders.snapshot(START - 20 * DAY - HOUR)];
    expect(await restored(harness)).toBe('failed');
  });

  test.for([
    ['loses-collection', { orders: null, indexes: null, users: 10 }, `${SHOP}.orders`],
    ['loses-index', { orders: 100, indexes: 1, users: 10 }, `${SHOP}.orders`],
    ['loses-every-tenth', { orders: 90, indexes: 2, users: 10 }, `${SHOP}.orders`],
    ['truncates-collection', { orders: 50, indexes: 2, users: 10 }, `${SHOP}.orders`],
    ['yesterday', { orders: 5, indexes: 2, users: 10 }, null],
  ] as const)('the fault %s leaves %j', async ([fault, left, namespace]) => {
    const harness = await start([fault]);
    if (fault === 'yesterday') {
      await fill(client(), 5);
      await harness.atlas.recovery.data.mark(harness.orders, START - 2 * DAY);
      await fill(client(), 100);
      await harness.atlas.recovery.data.mark(harness.orders, START - HOUR);
    }
    expect(await restored(harness)).toBe('done');
    const names = (await client().db(SHOP).listCollections().toArray()).map(({ name }) => name);
    const orders = client().db(SHOP).collection('orders');
    const there = names.includes('orders');
    const users = await client().db(CRM).collection('users').countDocuments();
    // The index of the ids is there besides.
    const indexes = there ? (await orders.indexes()).length - 1 : null;
    expect({ orders: there ? await orders.countDocuments() : null, indexes, users }).toEqual(left);
    expect(harness.atlas.recovery.jobs.at(-1)?.damaged).toBe(namespace);
  });
});

test('a manifest of a shared server, as one cluster sees it, has its own databases under the names of its users', () => {
  const of = (...namespaces: readonly string[]): Manifest => ({
    takenAt: START,
    collections: namespaces.map((namespace) => ({ namespace, type: 'collection', documents: 1, indexes: [], options: '{}' })),
  });
  const all = of('src_shop.orders', 'shop.orders', 'shop2.orders', 'src_shop2.orders', 'src_crm.users');
  expect(manifestAsSeen({ uri: '', databases: ['shop', 'crm'], prefix: 'src_' }, all)).toEqual(of('shop.orders', 'crm.users'));
  expect(manifestAsSeen({ uri: '', databases: ['shop'] }, all)).toEqual(of('shop.orders'));
});

async function dropAll(client: MongoClient): Promise<void> {
  for (const name of [SHOP, CRM, `${PREFIX}${SHOP}`, `${PREFIX}${CRM}`]) await client.db(name).dropDatabase();
}

/** The source, anew: so many orders, an empty collection, and ten users. */
async function fill(client: MongoClient, orders: number): Promise<void> {
  const [shop, crm] = [client.db(`${PREFIX}${SHOP}`), client.db(`${PREFIX}${CRM}`)];
  await shop.dropDatabase();
  await crm.dropDatabase();
  const documents = Array.from({ length: orders }, (_, index) => ({
    _id: new Int32(index),
    total: Decimal128.fromString(`${index}.10`),
    count: Long.fromNumber(index),
    weight: new Double(index),
    at: new Date(START - index * MINUTE),
    name: `Größe ${index}`,
    nothing: null,
    list: [1, { deep: true }],
  }));
  await shop.collection<Document & { readonly _id: Int32 }>('orders').insertMany(documents);
  await shop.collection('orders').createIndexes([
    { key: { at: 1 }, name: 'by-time' },
    { key: { name: 1, count: -1 }, name: 'by-name', unique: true },
  ]);
  await shop.createCollection('empty');
  await crm.collection<{ readonly _id: string }>('users').insertMany(Array.from({ length: 10 }, (_, index) => ({ _id: `user-${index}` })));
}

/** With types, in order. */
async function exactly(documents: Promise<readonly Document[]>): Promise<readonly string[]> {
  return (await documents).map((document) => BSON.EJSON.stringify(document, { relaxed: false })).toSorted();
}
