import { Long, MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { validateDatabase } from '../../../lib/recovery/validate/validate-database.ts';
import { takeManifest } from '../../../lib/recovery/validate/read/manifest.ts';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { type EmulatedMongoServer, startEmulatedMongo } from './emulated-mongo.ts';

const NOW = Date.UTC(2026, 10, 30, 12);
const orders = Array.from({ length: 40 }, (_, number) => ({ number, total: Long.fromNumber(number * 3), at: new Date(NOW - MINUTE) }));

let server: EmulatedMongoServer;
let client: MongoClient;

beforeAll(async () => {
  server = await startEmulatedMongo(() => NOW);
  client = await new MongoClient(server.uri, { serverSelectionTimeoutMS: 2_000 }).connect();
});

afterAll(async () => {
  await client.close();
  await server.close();
});

beforeEach(async () => {
  server.databases.clear();
  await client.db('shop').createCollection('orders');
  await client.db('shop').collection('orders').insertMany(orders);
  await client.db('shop').collection('orders').createIndex({ at: 1 });
});

describe("the emulated MongoDB, asked by MongoDB's own driver", () => {
  test('counts, sorts, filters and limits', async () => {
    const collection = client.db('shop').collection('orders');
    expect(await collection.countDocuments()).toBe(40);
    expect(await collection.countDocuments({ number: { $gte: 30 } })).toBe(10);
    expect(await collection.estimatedDocumentCount()).toBe(40);
    expect(await collection.findOne({}, { sort: { number: -1 } })).toMatchObject({ number: 39 });
    expect(await collection.find({ number: { $lt: 9 } }, { limit: 4 }).toArray()).toHaveLength(4);
  });

  test('gives documents back with the types that they came with', async () => {
    const [first] = await client
      .db('shop')
      .collection('orders')
      .find({}, { promoteValues: false, promoteLongs: false, limit: 1 })
      .toArray();
    expect(first?.['total']).toBeInstanceOf(Long);
  });

  test('drops what it is told to drop', async () => {
    await client.db('shop').dropDatabase();
    expect((await client.db('admin').admin().listDatabases()).databases).toEqual([]);
  });

  test.for([
    ['a filter that it does not know', { $where: 'true' }],
    ['an operator that it does not know', { number: { $mod: [2, 0] } }],
  ] as const)('refuses %s rather than to guess', async ([, filter]) => {
    await expect(client.db('shop').collection('orders').find(filter).toArray()).rejects.toThrow('not known to the emulated server');
  });

  test('refuses a command that it does not know, and says in its version that it is emulated', async () => {
    await expect(client.db('shop').command({ mapReduce: 'orders' })).rejects.toThrow('no such command in the emulated server');
    expect((await client.db('admin').command({ buildInfo: 1 }))['version']).toContain('emulated');
  });

  test('hangs up on what is no message of the protocol', async () => {
    const answer = await fetch(server.uri.replace('mongodb', 'http')).catch(() => 'no answer');
    expect(answer).toBe('no answer');
  });
});

describe("a restore's validation against the emulated MongoDB", () => {
  async function verdicts(): Promise<readonly string[]> {
    const asked = { deadline: NOW + HOUR, now: () => NOW, only: ['shop'] };
    const manifest = await takeManifest(client, asked);
    await client.db('shop').dropDatabase();
    const kept = orders.slice(0, restored);
    await client.db('shop').collection('orders').insertMany(kept);
    await client.db('shop').collection('orders').createIndex({ at: 1 });
    const settings = { tolerance: 0.05, sample: 20, timeFields: { 'shop.orders': 'at' }, assertions: [] };
    const plan = { before: manifest, after: manifest, recoveryPoint: NOW, rpo: HOUR, settings, source: 'shop' };
    const { lines } = await validateDatabase(client, plan, { ...asked, from: null });
    return lines.filter(({ verdict }) => verdict === 'failed').map(({ what }) => what);
  }
  let restored = 40;

  test('passes where all of it is there', async () => {
    restored = 40;
    expect(await verdicts()).toEqual([]);
  });

  test('fails where every tenth document is missing', async () => {
    restored = 36;
    expect(await verdicts()).toEqual(['documents']);
  });
});
