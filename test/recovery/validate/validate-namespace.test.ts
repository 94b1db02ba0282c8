import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CatalogEntry } from '../../../lib/recovery/validate/read/manifest.ts';
import type { Expectation } from '../../../lib/recovery/validate/compare-collections.ts';
import { type Part, validateNamespace, sampleLine } from '../../../lib/recovery/validate/validate-namespace.ts';
import { mongo, type Mongo } from '../../support/mongo.ts';
import { describeWith } from '../../support/services.ts';
import { collection, planOf, soon, verdicts } from './deployment.ts';

const NAME = 'validation_namespace';

/** Views and time series are made by hand here: the server that tests run against calls everything a collection. */
describeWith('mongodb', 'a namespace that was restored', (where) => {
  let server: Mongo;
  let client: MongoClient;

  beforeAll(async () => {
    server = await mongo(where);
    client = await new MongoClient(server.uri).connect();
    await client.db(NAME).dropDatabase();
    await client
      .db(NAME)
      .collection('orders')
      .insertMany([{ n: 1 }, { n: 2 }]);
  });

  afterAll(async () => {
    await client.db(NAME).dropDatabase();
    await client.close();
    await server.stop();
  });

  function validated(entry: CatalogEntry, expectation: Expectation): Promise<Part> {
    const { recoveryPoint, rpo, settings } = planOf(null, null);
    const asked = { entry, expectation, compared: true, recoveryPoint, rpo, settings, insist: () => {} };
    return validateNamespace(client, entry.namespace, asked, soon([NAME]));
  }

  test.for([
    { what: 'as it was', options: '{"viewOn":"a"}', lines: ['namespace passed', 'options passed', 'readable passed'] },
    { what: 'on another collection', options: '{"viewOn":"b"}', lines: ['namespace passed', 'options failed', 'readable passed'] },
  ])('a restored view $what: $lines', async ({ options, lines }) => {
    const namespace = `${NAME}.orders`;
    const view = collection(namespace, { type: 'view', documents: null, indexes: [], options: '{"viewOn":"a"}' });
    const { lines: found } = await validated({ namespace, type: 'view', options }, { seen: [view, view], sure: true });
    expect(verdicts(found, namespace)).toEqual(lines);
  });

  test('a restored time series is noted as not covered', async () => {
    const namespace = `${NAME}.load`;
    const series = collection(namespace, { type: 'timeseries', documents: null, indexes: [] });
    const { lines } = await validated({ namespace, type: 'timeseries', options: '{}' }, { seen: [series, series], sure: true });
    expect(verdicts(lines, namespace)).toEqual(['namespace passed', 'options passed', 'not-covered noted']);
  });

  test('a restored collection that is dropped while it is read could not be verified', async () => {
    const namespace = `${NAME}.gone`;
    const { lines } = await validated({ namespace, type: 'collection', options: '{}' }, { seen: [collection(namespace)], sure: false });
    expect(verdicts(lines, namespace)).toEqual(['namespace noted', 'readable could-not-verify']);
  });

  test.for([
    { what: 'holds documents', of: 'orders', documents: 2, verdict: 'passed', found: '2 documents read' },
    { what: 'is empty', of: 'nothing', documents: 0, verdict: 'noted', found: 'it is empty' },
    {
      what: 'claims documents and shows none',
      of: 'nothing',
      documents: 3,
      verdict: 'failed',
      found: 'none, though it claims to hold 3 documents',
    },
  ])('a restored collection that $what: readable $verdict', async ({ of, documents, verdict, found }) => {
    expect(await sampleLine(client, collection(`${NAME}.${of}`, { documents }), 20, soon([NAME]))).toMatchObject({ verdict, found });
  });

  test('a sample has the size that was asked for, and documents that a TTL index deleted are no failure', async () => {
    const orders = collection(`${NAME}.orders`, { documents: 2 });
    expect(await sampleLine(client, orders, 1, soon([NAME]))).toMatchObject({
      found: '1 document read',
      expected: 'up to 1 document read at random',
    });
    const ttl = collection(`${NAME}.nothing`, { documents: 3, indexes: ['{"expireAfterSeconds":60,"key":{"at":1},"name":"ttl"}'] });
    expect(await sampleLine(client, ttl, 20, soon([NAME]))).toMatchObject({ verdict: 'noted' });
  });
});
