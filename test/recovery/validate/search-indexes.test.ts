import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

async function withClient<T>(uri: string, act: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = await new MongoClient(uri).connect();
  try {
    return await act(client);
  } finally {
    await client.close();
  }
}
