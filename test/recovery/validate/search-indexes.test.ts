import { BSON, MongoClient, MongoServerError } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSearchIndexes } from '../../../lib/recovery/validate/read/search-indexes.ts';
import { type SearchProxy, searchProxy } from '../../emulators/mongo-search.ts';
import { mongo, type Mongo } from '../../support/mongo.ts';
import { describeWith } from '../../support/services.ts';
import { soon } from './deployment.ts';

const NAME = 'search_indexes_test';
/** As a server of 8.0 answers; one before 7.0 names no type. */
const ANSWERS: Readonly<Record<string, readonly object[]>> = {
  [`${NAME}.orders`]: [
    { id: '66aa', name: 'by-text', type: 'search', status: 'READY', queryable: true, latestDefinition: { mappings: { dynamic: true } } },
    { id: '66ab', name: 'by-vector', type: 'vectorSearch', status: 'BUILDING', queryable: false },
  ],
  [`${NAME}.returns`]: [{ id: '66ac', name: 'default', status: 'FAILED', queryable: false }],
};

describeWith('mongodb', 'the search indexes of a server', (where) => {
  let server: Mongo;
  let proxy: SearchProxy;

  beforeAll(async () => {
    server = await mongo(where);
    proxy = await searchProxy(server.uri, (namespace) => ANSWERS[namespace] ?? []);
    await withClient(server.uri, async (client) => {
      for (const name of ['orders', 'returns', 'plain']) await client.db(NAME).createCollection(name);
      await client.db(NAME).createCollection('view', { viewOn: 'orders', pipeline: [] });
    });
  });

  afterAll(async () => {
    await withClient(server.uri, (client) => client.db(NAME).dropDatabase());
    proxy.stop();
    await server.stop();
  });

  test('are read of every collection, with their state', async () =>
    expect(await withClient(proxy.uri, (client) => readSearchIndexes(client, soon([NAME])))).toEqual([
      { namespace: `${NAME}.orders`, name: 'by-text', type: 'search', status: 'READY', queryable: true },
      { namespace: `${NAME}.orders`, name: 'by-vector', type: 'vectorSearch', status: 'BUILDING', queryable: false },
      { namespace: `${NAME}.returns`, name: 'default', type: 'search', status: 'FAILED', queryable: false },
    ]));

  test('are null where the server has no search, which is another thing than none', async () => {
    expect(await withClient(server.uri, (client) => readSearchIndexes(client, soon([NAME])))).toBeNull();
    expect(await withClient(proxy.uri, (client) => readSearchIndexes(client, soon([`${NAME}_empty`])))).toEqual([]);
  });
});

describe('the search indexes of views', () => {
  /** A server that holds a collection and a view of it, which the test server does not tell apart. */
  function serverWith(onView: () => Promise<readonly object[]>): MongoClient {
    const raw = ['orders', 'recent'].map((name) => BSON.serialize({ name, type: name === 'recent' ? 'view' : 'collection' }));
    const answer = (name: string): Promise<readonly object[]> => (name === 'recent' ? onView() : Promise.resolve([]));
    const db = () => ({
      admin: () => ({ listDatabases: async () => ({ databases: [{ name: 'shop' }] }) }),
      listCollections: () => ({ toArray: async () => raw }),
      collection: (name: string) => ({ aggregate: () => ({ toArray: () => answer(name) }) }),
    });
    // Proof: these are all the calls that readSearchIndexes makes.
    return { db } as unknown as MongoClient;
  }

  test('are read too, as servers have them from 8.1 on', async () => {
    const client = serverWith(async () => [{ name: 'default', type: 'search', status: 'READY', queryable: true }]);
    expect(await readSearchIndexes(client, soon(['shop']))).toEqual([
      { namespace: 'shop.recent', name: 'default', type: 'search', status: 'READY', queryable: true },
    ]);
  });

  test('are none where an older server refuses the question', async () => {
    const refusal = new MongoServerError({ message: '$listSearchIndexes is only valid as the first stage in a pipeline', code: 40_602 });
    expect(
      await readSearchIndexes(
        serverWith(() => Promise.reject(refusal)),
        soon(['shop']),
      ),
    ).toEqual([]);
  });
});

async function withClient<T>(uri: string, act: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = await new MongoClient(uri).connect();
  try {
    return await act(client);
  } finally {
    await client.close();
  }
}
