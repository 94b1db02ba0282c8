import { MongoClient, MongoNetworkError, MongoServerError, BSON } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mapConcurrently } from '../../../../lib/recovery/dump/concurrently.ts';
import { troubleLine } from '../../../../lib/recovery/validate/evidence-lines.ts';
import { ReadError, boundedRead, readErrorOf } from '../../../../lib/recovery/validate/read/bounded-read.ts';
import { takeSteps, type ValidationStep } from '../../../../lib/recovery/validate/validate-database.ts';
import { mongo, type Mongo } from '../../../support/mongo.ts';
import { describeWith } from '../../../support/services.ts';

function answered(code: number): MongoServerError {
  return new MongoServerError({ message: 'no', code });
}

describe('a failed read', () => {
  test.for([
    { what: 'a corrupt record', error: answered(8), kind: 'refused', verdict: 'failed' },
    { what: 'a document that cannot be decoded', error: new BSON.BSONError('bad'), kind: 'refused', verdict: 'failed' },
    { what: 'no rights', error: answered(13), kind: 'unclear', verdict: 'could-not-verify' },
    { what: 'an election', error: answered(189), kind: 'unreachable', verdict: 'could-not-verify' },
    { what: 'a lost connection', error: new MongoNetworkError('gone'), kind: 'unreachable', verdict: 'could-not-verify' },
    { what: 'an error of no known kind', error: new TypeError('x'), kind: 'unclear', verdict: 'could-not-verify' },
  ] as const)('$what: $kind, $verdict', ({ error, kind, verdict }) => {
    const read = readErrorOf('count of shop.orders', error);
    expect(read.kind).toBe(kind);
    expect(read.message).toMatch(/^count of shop\.orders: /);
    expect(troubleLine('readable', 'shop.orders', 'documents', read).verdict).toBe(verdict);
  });
});

describe('a bounded read', () => {
  const never = (): Promise<never> => new Promise(() => {});

  test('ends by the deadline of our own clock where the server does not answer', async () => {
    const begun = performance.now();
    await expect(boundedRead('count of a.b', { deadline: Date.now() + 50, now: Date.now }, never)).rejects.toMatchObject({
      kind: 'out-of-time',
    });
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  test('is not begun when there is no time left', async () => {
    const act = (): Promise<number> => Promise.resolve(1);
    await expect(boundedRead('count of a.b', { deadline: 5, now: () => 5 }, act)).rejects.toMatchObject({ kind: 'out-of-time' });
    expect(await boundedRead('count of a.b', { deadline: 6, now: () => 5 }, (maxTimeMS) => Promise.resolve(maxTimeMS))).toBe(1);
  });

  test.for([
    { left: 60_000, kind: 'out-of-time' },
    { left: 60_001, kind: 'slow' },
  ] as const)('that is not answered, with $left ms left, is $kind', async ({ left, kind }) => {
    const late = (): Promise<never> => Promise.reject(answered(50));
    await expect(boundedRead('count of a.b', { deadline: left, now: () => 0 }, late)).rejects.toMatchObject({ kind });
  });
});

test('a read by hand has the limit that it is given, not the minute of a run', async () => {
  const limit = (bounds: { readonly readLimit?: number }): Promise<number> =>
    boundedRead('count of a.b', { deadline: 5_000_000, now: () => 0, ...bounds }, (maxTimeMS) => Promise.resolve(maxTimeMS));
  expect([await limit({}), await limit({ readLimit: 4_000_000 }), await limit({ readLimit: 6_000_000 })]).toEqual([
    60_000, 4_000_000, 5_000_000,
  ]);
});

describe('validation steps', () => {
  const part = { lines: [], newest: null };
  const fine = (cursor: string): ValidationStep => ({ cursor, take: () => Promise.resolve(part) });
  function troubled(cursor: string, kind: ReadError['kind']): ValidationStep {
    return {
      cursor,
      take: (insist) => {
        insist(new ReadError(kind, 'count', 'no'));
        return Promise.resolve(part);
      },
    };
  }
  const until = (left: number): { readonly deadline: number; readonly now: () => number } => ({ deadline: left, now: () => 0 });

  test.for([
    { what: 'all are fine', steps: [fine('a'), fine('b')], left: 10_000, taken: 2, next: null },
    { what: 'there are none', steps: [], left: 10_000, taken: 0, next: null },
    { what: 'there is time to start one', steps: [fine('a')], left: 1_000, taken: 1, next: null },
    { what: 'there is 1 ms too little for that', steps: [fine('a')], left: 999, taken: 0, next: 'a' },
    { what: 'a later one ran out of time', steps: [fine('a'), troubled('b', 'out-of-time'), fine('c')], left: 10_000, taken: 1, next: 'b' },
    { what: 'a later one lost the server', steps: [fine('a'), troubled('b', 'unreachable')], left: 10_000, taken: 1, next: 'b' },
    { what: 'a later one was slow', steps: [fine('a'), troubled('b', 'slow')], left: 10_000, taken: 2, next: null },
    {
      what: 'the first ran out of time, having had enough',
      steps: [troubled('a', 'out-of-time'), fine('b')],
      left: 10_000,
      taken: 2,
      next: null,
    },
    {
      what: 'the first ran out of time, having had 1 ms too little',
      steps: [troubled('a', 'out-of-time')],
      left: 9_999,
      taken: 0,
      next: 'a',
    },
  ])('when $what: $taken taken, next $next', async ({ steps, left, taken, next }) => {
    const done = await takeSteps(steps, until(left));
    expect([done.parts.length, done.next]).toEqual([taken, next]);
  });

  test('tell which of them are under way, whenever one begins or ends', async () => {
    const told: (readonly string[])[] = [];
    const steps = [fine('a'), troubled('b', 'out-of-time')];
    await takeSteps(steps, { ...until(10_000), onSteps: (underWay) => void told.push(underWay) });
    expect(told).toEqual([['a'], ['a', 'b'], ['a'], []]);
  });

  test('rethrow an error of our own program', async () => {
    const broken: ValidationStep = { cursor: 'a', take: () => Promise.reject(new TypeError('bug')) };
    await expect(takeSteps([broken], until(10_000))).rejects.toThrow('bug');
  });
});

test('mapConcurrently keeps the order of the items, and begins nothing after a failure', async () => {
  expect(await mapConcurrently([3, 1, 2], 2, (n) => Promise.resolve(n * 2))).toEqual([6, 2, 4]);
  const begun: number[] = [];
  const act = (n: number): Promise<void> => {
    begun.push(n);
    return n === 1 ? Promise.reject(new Error('no')) : Promise.resolve();
  };
  await expect(mapConcurrently([0, 1, 2, 3], 1, act)).rejects.toThrow('no');
  expect(begun).toEqual([0, 1]);
});

describeWith('mongodb', 'a server under load', (where) => {
  let server: Mongo;
  let client: MongoClient;
  const name = 'validation_reading';

  beforeAll(async () => {
    server = await mongo(where);
    client = await new MongoClient(server.uri).connect();
    const documents = Array.from({ length: 5_000 }, (_, n) => ({ n, text: 'x'.repeat(200) }));
    await client.db(name).collection('big').insertMany(documents);
  });
  afterAll(async () => {
    await client.db(name).dropDatabase();
    await client.close();
    await server.stop();
  });

  test('the server ends a read by itself at the time limit that it was given', async () => {
    const join = [{ $lookup: { from: 'big', localField: 'n', foreignField: 'n', as: 'same' } }, { $sort: { text: 1 } }];
    const slow = boundedRead('join', { deadline: 5, now: () => 0 }, (maxTimeMS) =>
      client.db(name).collection('big').aggregate(join, { maxTimeMS }).toArray(),
    );
    await expect(slow).rejects.toMatchObject({ kind: 'out-of-time' });
  });
});
