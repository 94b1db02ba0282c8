import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Assertion } from '../../../lib/domain/recovery/evidence.ts';
import { checkAssertions } from '../../../lib/recovery/validate/check-assertions.ts';
import { mongo, type Mongo } from '../../support/mongo.ts';
import { describeWith } from '../../support/services.ts';
import { soon } from './deployment.ts';

const NAME = 'validation_assertions';
const NAMESPACE = `${NAME}.orders`;

function count(filter: Readonly<Record<string, unknown>>, min: number | null, max: number | null): Assertion {
  return { name: 'a', namespace: NAMESPACE, kind: 'count', filter, min, max };
}

function aggregate(
  pipeline: readonly Readonly<Record<string, unknown>>[],
  result: readonly Readonly<Record<string, unknown>>[],
): Assertion {
  return { name: 'a', namespace: NAMESPACE, kind: 'aggregate', pipeline, expect: result };
}

describeWith('mongodb', 'an assertion', (where) => {
  let server: Mongo;
  let client: MongoClient;

  beforeAll(async () => {
    server = await mongo(where);
    client = await new MongoClient(server.uri).connect();
    await client.db(NAME).dropDatabase();
    const orders = Array.from({ length: 20 }, (_, n) => ({
      n,
      kind: n % 2 === 0 ? 'even' : 'odd',
      at: new Date(Date.UTC(2026, 0, 1 + n)),
    }));
    await client.db(NAME).collection('orders').insertMany(orders);
  });

  afterAll(async () => {
    await client.db(NAME).dropDatabase();
    await client.close();
    await server.stop();
  });

  const totals = [{ $group: { _id: '$kind', sum: { $sum: '$n' } } }, { $sort: { _id: 1 } }];

  test.for([
    { what: 'exactly at both bounds', assertion: count({ kind: 'odd' }, 10, 10), verdict: 'passed', found: '10 documents' },
    { what: 'one below min', assertion: count({ kind: 'odd' }, 11, null), verdict: 'failed', found: '10 documents' },
    { what: 'one above max', assertion: count({ kind: 'odd' }, null, 9), verdict: 'failed', found: '10 documents' },
    {
      what: 'of EJSON dates',
      assertion: count({ at: { $gte: { $date: '2026-01-20T00:00:00Z' } } }, 1, 1),
      verdict: 'passed',
      found: '1 document',
    },
    {
      what: "of JavaScript's dates",
      assertion: count({ at: { $gte: new Date(Date.UTC(2026, 0, 20)) } }, 1, 1),
      verdict: 'passed',
      found: '1 document',
    },
    {
      what: 'of a pattern',
      assertion: count({ kind: { $regex: '^E', $options: 'i', $ne: 'odd' } }, 10, 10),
      verdict: 'passed',
      found: '10 documents',
    },
    {
      what: 'of a result',
      assertion: aggregate(totals, [
        { sum: 90, _id: 'even' },
        { sum: 100, _id: 'odd' },
      ]),
      verdict: 'passed',
      found: '[{"_id":"even","sum":90},{"_id":"odd","sum":100}]',
    },
    {
      what: 'of a result in another order',
      assertion: aggregate(totals, [
        { sum: 100, _id: 'odd' },
        { sum: 90, _id: 'even' },
      ]),
      verdict: 'failed',
      found: '[{"_id":"even","sum":90},{"_id":"odd","sum":100}]',
    },
    {
      what: 'of fewer rows than there are',
      assertion: aggregate(totals, [{ sum: 90, _id: 'even' }]),
      verdict: 'failed',
      found: '[{"_id":"even","sum":90}] and more',
    },
    { what: 'of more rows than there are', assertion: aggregate([{ $match: { n: 99 } }], [{}]), verdict: 'failed', found: '[]' },
    { what: 'of no row', assertion: aggregate([{ $match: { n: 99 } }], []), verdict: 'passed', found: '[]' },
    {
      what: 'of a collection that is not there',
      assertion: { ...count({}, 1, null), namespace: `${NAME}.nope` },
      verdict: 'failed',
      found: '0 documents',
    },
  ])('$what: $verdict', async ({ assertion, verdict, found }) => {
    expect(await checkAssertions(client, [assertion], soon([NAME]))).toEqual([
      { what: 'assertion', namespace: assertion.namespace, verdict, expected: expect.stringContaining('"a": '), found },
    ]);
  });

  test('an assertion that the server refuses could not be verified, since its own filter may be wrong', async () => {
    const [line] = await checkAssertions(client, [count({ $nope: 1 }, 1, null)], soon([NAME]));
    expect(line).toMatchObject({ verdict: 'could-not-verify', found: expect.stringContaining('the server answered') });
  });

  test('an assertion that would write is never sent', async () => {
    const [line] = await checkAssertions(client, [aggregate([{ $out: 'stolen' }], [])], soon([NAME]));
    expect(line).toMatchObject({
      verdict: 'could-not-verify',
      found: 'its pipeline has $out: an assertion only reads, and ends; take it out',
    });
    expect(await client.db(NAME).listCollections({ name: 'stolen' }).toArray()).toEqual([]);
  });

  test('an assertion without time left could not be verified', async () => {
    const lines = await checkAssertions(client, [count({}, 1, null)], { deadline: Date.now() - 1, now: Date.now });
    expect(lines.map(({ verdict }) => verdict)).toEqual(['could-not-verify']);
  });
});
