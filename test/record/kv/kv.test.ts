import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { DAY, HOUR } from '../../../lib/domain/time.ts';
import { verifyTrail } from '../../../lib/record/trail/verify-trail.ts';
import { openKvStore } from '../../../lib/record/kv/kv.ts';
import { pack } from '../../../lib/record/pack.ts';
import { BLOB_PIECE, HISTORY_MOST, StoreError, type Store } from '../../../lib/record/store.ts';
import { startRedis, type RedisServer } from '../../support/redis.ts';
import { describeWith } from '../../support/services.ts';
import { type Fault, startUpstash, type Upstash } from '../../support/upstash.ts';
import { storeContract, type Opened } from '../contract.ts';
import { act, incident, muchEvidence, NOW, past, record, swapOf } from '../samples.ts';

describeWith('redis-server', 'kv store over a real Redis', (program) => {
  let redis: RedisServer;
  let upstash: Upstash;
  beforeAll(async () => {
    redis = await startRedis(program);
    upstash = await startUpstash(redis.socket);
  });
  afterEach(async () => {
    upstash.faults.length = 0;
    upstash.commands.length = 0;
    await upstash.run('FLUSHALL');
  });
  afterAll(async () => {
    await upstash.stop();
    await redis.stop();
  });
  const current = (): Upstash => upstash;

  storeContract('keeps the contract of every store', async () => openedOver(upstash));
  describe('commands', () => countedCommands(current));
  describe('faults', () => faults(current));
  describe('keys', () => keysOf(current));
  describe('the log', () => logInRedis(current));
  describe('history', () => historyInRedis(current));
});

test('a malformed address is a store error that names the setting', () => {
  expect(() => openKvStore({ url: 'redis.example', token: 't', timeoutMs: 100 })).toThrow(StoreError);
  expect(() => openKvStore({ url: 'redis.example', token: 't', timeoutMs: 100 })).toThrow(/KV_REST_API_URL/);
});

function storeOver({ url, token }: Pick<Upstash, 'url' | 'token'>, timeoutMs = 5_000): Store {
  return openKvStore({ url, token, timeoutMs });
}

function openedOver(upstash: Upstash): Opened {
  return {
    store: storeOver(upstash),
    other: storeOver(upstash),
    left: async (blob) => {
      const seconds = Number(await upstash.run('TTL', `restorewatch:blob:${blob}`));
      if (seconds === -2) return null;
      return seconds === -1 ? 'for good' : seconds;
    },
    close: async () => {},
  };
}

async function packedDay(store: Store): Promise<void> {
  await store.appendToTrail([act('a')]);
  await store.packTrail({ now: NOW + DAY, forgetBefore: 0 });
}

function historyInRedis(upstash: () => Upstash): void {
  test('of an earlier version is read with the rest, and stays as long', async () => {
    const earlier = incident('earlier', NOW - HOUR);
    await upstash().run('LPUSH', 'restorewatch:history', `${NOW - HOUR}|${pack(earlier)}`);
    await upstash().run('EXPIRE', 'restorewatch:history', '60');
    const store = storeOver(upstash());
    await store.swap(swapOf({ history: [past('new', NOW)] }));
    expect((await store.pastIncidents(ALL)).map((one) => one.incident.id).toSorted()).toEqual(['earlier', 'new']);
    expect(await upstash().run('TTL', 'restorewatch:history')).toBe(-1);
    await store.swap(swapOf({ expected: 1, now: NOW + 401 * DAY }));
    expect(await upstash().run('EXISTS', 'restorewatch:history')).toBe(0);
  });

  test('keeps at most 100,000 incidents, and drops those that ended first', async () => {
    const fill = `for i = 1, ${HISTORY_MOST} do redis.call('ZADD', KEYS[1], ${NOW} + i, string.format('%015d-%032x', ${NOW}, i)) end`;
    await upstash().run('EVAL', fill, '1', 'restorewatch:incidents');
    await storeOver(upstash()).swap(swapOf({ history: [past('late', NOW + DAY), past('later', NOW + DAY)] }));
    expect(await upstash().run('ZCARD', 'restorewatch:incidents')).toBe(HISTORY_MOST);
    expect(await upstash().run('ZCOUNT', 'restorewatch:incidents', '-inf', String(NOW + 2))).toBe(0);
  });
}

const ALL = { from: 0, to: null, before: null, limit: 5 };

function countedCommands(upstash: () => Upstash): void {
  const small = [1, 2, 3].map((index) => ({ name: `run/1/${index}`, text: 'x' }));
  const cases: readonly (readonly [string, (store: Store) => Promise<unknown>, readonly string[]])[] = [
    ['lease and head', (store) => store.lease('a', 1_000, NOW), ['EVAL']],
    ['the head', (store) => store.readHead(), ['HMGET']],
    ['several blobs', (store) => store.readBlobs(['a', 'b', 'c']), ['MGET']],
    ['no blobs', (store) => store.readBlobs([]), []],
    ['writing several small blobs', (store) => store.writeBlobs(small), ['EVAL']],
    ['a swap with all it does', (store) => store.swap(swapOf({ drop: ['x'], release: 'a', history: [past('h', NOW)] })), ['EVAL']],
    ['history', (store) => store.pastIncidents(ALL), ['EVAL']],
    ['a swap with records', (store) => store.swap(swapOf({ records: [record('a', NOW), record('b', NOW)] })), ['EVAL']],
    ['a day of the log that is over, packed', packedDay, ['EVAL', 'EVAL', 'EVAL']],
    ['a swap that forgets records, where there are none', (store) => store.swap(swapOf({ forgetRecordsBefore: NOW })), ['EVAL']],
    ['an empty log', (store) => store.records({ limit: 50, before: null }), ['EVAL']],
    ['a record that is not there', (store) => store.record('none'), ['GET']],
  ];
  test.for(cases)('%s takes as few commands as possible', async ([, act, names]) => {
    await act(storeOver(upstash()));
    expect(upstash().commands.map(([name]) => name)).toEqual(names);
  });

  test('a fresh process that took the lease swaps with its acts at once, since the lease told it where the log ends', async () => {
    await storeOver(upstash()).appendToTrail([act('a')]);
    upstash().commands.length = 0;
    const store = storeOver(upstash());
    await store.lease('a', 1_000, NOW);
    expect(await store.swap(swapOf({ trail: [act('b')] }))).toMatchObject({ swapped: true });
    expect(upstash().commands).toHaveLength(2);
  });

  test('large blobs share requests as far as they fit', async () => {
    const sizes = [BLOB_PIECE, 200_000, 1, BLOB_PIECE, 200_000];
    await storeOver(upstash()).writeBlobs(sizes.map((size, index) => ({ name: `${index}`, text: 'x'.repeat(size) })));
    expect(upstash().commands.map((command) => command[2])).toEqual(['2', '2', '1']);
  });

  test('every key that a swap touches is among its keys, as Upstash asks', async () => {
    const store = storeOver(upstash());
    await store.writeBlobs([{ name: 'new', text: 'x' }]);
    await store.swap(swapOf({ adopt: ['new'], drop: ['old'], release: 'a' }));
    const [, , count, ...words] = upstash().commands.at(-1) ?? [];
    expect(words.slice(0, Number(count))).toEqual(
      ['head', 'lease', 'incidents', 'records', 'incident-texts', 'history', 'blob:new', 'blob:old'].map((key) => `restorewatch:${key}`),
    );
  });
}

function faults(upstash: () => Upstash): void {
  test('a swap whose answer is lost is sent again and counts once', async () => {
    upstash().faults.push({ kind: 'lose' });
    const store = storeOver(upstash());
    expect(await store.swap(swapOf({ history: [past('h', NOW)] }))).toEqual({ swapped: true, revision: 1 });
    expect(upstash().commands).toHaveLength(2);
    expect(await store.pastIncidents(ALL)).toHaveLength(1);
    await store.swap(swapOf({ expected: 1, writer: 'run-2', trail: [act('later')] }));
    const log = (await store.trail({ limit: 10, before: null })).toReversed();
    expect([verifyTrail(log).intact, log.map(({ what, about }) => [what, about])]).toEqual([
      true,
      [
        ['incident', 'h'],
        ['silence-made', 'later'],
      ],
    ]);
  });

  test('a lease whose answer is lost is still ours', async () => {
    upstash().faults.push({ kind: 'lose' });
    expect(await storeOver(upstash()).lease('a', 1_000, NOW)).toMatchObject({ held: true });
  });

  test('a lease whose answer is lost still names its predecessor', async () => {
    await storeOver(upstash()).lease('a', 1_000, NOW);
    upstash().faults.push({ kind: 'lose' });
    expect(await storeOver(upstash()).lease('b', 1_000, NOW + 1_000)).toMatchObject({ held: true, tookOver: 'a' });
  });

  test('a dropped connection is tried once more', async () => {
    upstash().faults.push({ kind: 'reset' });
    expect(await storeOver(upstash()).readHead()).toEqual({ revision: 0, head: null });
  });

  test('a database that hangs is a store error within its attempts', async () => {
    upstash().faults.push({ kind: 'hang' }, { kind: 'hang' }, { kind: 'hang' });
    const begun = performance.now();
    await expect(storeOver(upstash(), 100).readHead()).rejects.toThrow('read the head in Redis: no answer within 100 ms (2 attempts)');
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(upstash().commands).toHaveLength(2);
  });

  test('a database that cannot be reached is a store error with the reason', async () => {
    const failure = storeOver({ url: 'http://127.0.0.1:1', token: 't' }).readHead();
    await expect(failure).rejects.toThrow(/^read the head in Redis: the connection failed/);
    await expect(failure).rejects.toBeInstanceOf(StoreError);
  });

  test.for([301, 302, 303, 307, 308])('a redirect with %i is a store error at once, and no command goes where it leads', async (status) => {
    const elsewhere = await startUpstash('redis://127.0.0.1:1');
    onTestFinished(() => elsewhere.stop());
    upstash().faults.push({ kind: 'redirect', status, to: elsewhere.url });
    const failure = storeOver(upstash()).writeBlobs([{ name: 'b', text: 'a-stored-value' }]);
    await expect(failure).rejects.toThrow(
      'write blobs in Redis: it answered with a redirect, which is not followed; check KV_REST_API_URL',
    );
    expect([upstash().commands.length, elsewhere.commands.length]).toEqual([1, 0]);
  });

  test('what Upstash answers for reading our own writes goes with the next command', async () => {
    const tokens: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      tokens.push(request.headers['upstash-sync-token']?.toString());
      response.writeHead(200, { 'upstash-sync-token': `after-${tokens.length}` }).end('{"result":[null,null]}');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server, 'listening');
    // A server on a TCP port has an AddressInfo, never a pipe's name.
    const store = storeOver({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, token: 't' });
    for (const _ of [1, 2]) await store.readHead();
    expect(tokens).toEqual(['', 'after-1']);
  });

  test('a refused token is a store error at once, and is not tried again', async () => {
    const store = storeOver({ url: upstash().url, token: 'wrong-token-value' });
    await expect(store.readHead()).rejects.toThrow('read the head in Redis: it refused the token; check KV_REST_API_TOKEN');
    expect(upstash().commands).toHaveLength(1);
  });

  test.for([
    ['JSON', (token: string) => JSON.stringify({ error: `internal error for Bearer ${token}` })],
    ['a page', (token: string) => `<h1>500</h1>${token}`],
    ['JSON of another shape', (token: string) => JSON.stringify([token])],
  ] as const)('an error answer as %s that repeats the token and the values leaks neither', async ([, body]) => {
    const { faults: planned, token } = upstash();
    for (const _ of [1, 2]) planned.push({ kind: 'answer', body: body(token) });
    const failure: unknown = await storeOver(upstash())
      .writeBlobs([{ name: 'b', text: 'a-stored-value' }])
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreError);
    const all = shown(failure);
    expect(all).toContain('write blobs in Redis');
    expect(all).not.toContain(token);
    expect(all).not.toContain('a-stored-value');
  });

  test('a key that another program uses is a store error', async () => {
    await upstash().run('SET', 'restorewatch:head', 'of another program');
    await expect(storeOver(upstash()).readHead()).rejects.toThrow(/another program/);
  });

  test('a head from before 0.2.0 is a store error that says which setting to change, and stays as it is', async () => {
    const data = pack({ ...swapOf({}).head, schema: 1 });
    await upstash().run('HSET', 'restorewatch:head', 'rev', '4', 'data', data);
    const refusal = /the database at KV_REST_API_URL holds schema 1, and this version works with schema 2.*set KV_REST_API_URL and/;
    await expect(storeOver(upstash()).readHead()).rejects.toThrow(refusal);
    await expect(storeOver(upstash()).lease('a', 1_000, NOW)).rejects.toThrow(refusal);
    expect(await upstash().run('HMGET', 'restorewatch:head', 'rev', 'data')).toEqual(['4', data]);
  });

  test('a damaged head is a store error, never an empty store', async () => {
    await upstash().run('HSET', 'restorewatch:head', 'rev', '4', 'data', 'gz:AAAA');
    await expect(storeOver(upstash()).readHead()).rejects.toThrow(/damaged/);
    await expect(storeOver(upstash()).lease('a', 1_000, NOW)).rejects.toThrow(StoreError);
  });
}

function keysOf(upstash: () => Upstash): void {
  test('two prefixes in one database never meet', async () => {
    const { url, token } = upstash();
    await openKvStore({ url, token, timeoutMs: 5_000, prefix: 'one' }).swap(swapOf({}));
    expect(await openKvStore({ url, token, timeoutMs: 5_000, prefix: 'two' }).readHead()).toEqual({ revision: 0, head: null });
  });

  test('a lease that nobody released expires after a day', async () => {
    await storeOver(upstash()).lease('a', 1_000, NOW);
    expect(Number(await upstash().run('TTL', 'restorewatch:lease'))).toBeGreaterThan(86_000);
  });
}

/** Proof: none of the kinds that the server does anything about, so that the request is as usual and a later one meets the fault. */
const PASS = { kind: 'pass' } as unknown as Fault;

async function keysLike({ run }: Upstash, pattern: string): Promise<readonly string[]> {
  return z.array(z.string()).parse(await run('KEYS', `restorewatch:${pattern}`));
}

function logInRedis(upstash: () => Upstash): void {
  const large = record('large', NOW, { evidence: muchEvidence(3_000) });
  const size = (command: readonly (string | number)[]): number => JSON.stringify(command).length;

  test('megabytes of evidence go ahead in pieces, no request above Upstash’s 10 MB, and come back whole', async () => {
    const store = storeOver(upstash());
    await store.swap(swapOf({ records: [large] }));
    expect(upstash().commands).toHaveLength(3);
    expect(Math.max(...upstash().commands.map(size))).toBeLessThan(5_000_000);
    expect(size(upstash().commands.at(-1) ?? [])).toBeLessThan(10_000);
    expect(await store.record('large')).toEqual(large);
    expect(await store.records({ limit: 5, before: null })).toEqual({ records: [large], next: null });
  });

  test('a list reads no pieces of evidence', async () => {
    const store = storeOver(upstash());
    await store.swap(swapOf({ records: [large, record('small', NOW)] }));
    upstash().commands.length = 0;
    await store.listRecords({ limit: 5, before: null });
    expect(upstash().commands.map(([name]) => name)).toEqual(['EVAL', 'MGET']);
  });

  test('many records in one swap share what it may carry; the evidence beyond that goes ahead', async () => {
    const middling = Array.from({ length: 40 }, (_, index) => record(`m-${index}`, NOW + index, { evidence: muchEvidence(30) }));
    const store = storeOver(upstash());
    await store.swap(swapOf({ records: middling }));
    expect(Math.max(...upstash().commands.map(size))).toBeLessThan(5_000_000);
    expect((await store.records({ limit: 50, before: null })).records).toEqual(middling.toReversed());
  });

  test('pieces expire until the swap that names them, and stay from then on', async () => {
    const store = storeOver(upstash());
    const ttls = async (): Promise<readonly number[]> => {
      const keys = await keysLike(upstash(), 'evidence:*');
      return Promise.all(keys.map(async (key) => Number(await upstash().run('TTL', key))));
    };
    await store.swap(swapOf({ expected: 7, records: [large] }));
    expect(await ttls()).toEqual([expect.any(Number), expect.any(Number)]);
    expect(Math.min(...(await ttls()))).toBeGreaterThan(86_000);
    await store.swap(swapOf({ records: [large] }));
    expect(await ttls()).toEqual([-1, -1]);
  });

  test('the pieces of a record whose id is taken go on expiring', async () => {
    const store = storeOver(upstash());
    await store.swap(swapOf({ records: [record('large', NOW)] }));
    await store.swap(swapOf({ expected: 1, records: [large] }));
    const [piece = ''] = await keysLike(upstash(), 'evidence:*');
    expect(Number(await upstash().run('TTL', piece))).toBeGreaterThan(0);
    expect(await store.record('large')).toEqual(record('large', NOW));
  });

  test('a swap whose pieces are gone by then changes nothing and says so', async () => {
    const { faults: planned, commands, run } = upstash();
    planned.push(PASS, PASS, { kind: 'hang' });
    const swapped = storeOver(upstash(), 500).swap(swapOf({ records: [large] }));
    const refused = swapped.catch((error: unknown) => error);
    await expect.poll(() => commands.length, { timeout: 5_000 }).toBe(3);
    for (const key of await keysLike(upstash(), 'evidence:*')) await run('DEL', key);
    expect(String(await refused)).toMatch(/StoreError: .*evidence:.* is gone, so nothing was swapped/);
    const store = storeOver(upstash());
    expect(await store.readHead()).toEqual({ revision: 0, head: null });
    expect(await store.record('large')).toBeNull();
  });

  test('a deleted record leaves no key behind', async () => {
    const store = storeOver(upstash());
    await store.swap(swapOf({ records: [large, record('small', NOW)] }));
    await store.swap(swapOf({ expected: 1, forgetRecordsBefore: NOW + 1 }));
    // The log keeps its digest.
    expect((await keysLike(upstash(), '*')).toSorted()).toEqual(['restorewatch:head', 'restorewatch:trail', 'restorewatch:trail-tip']);
  });

  test('a failure to delete old records fails no swap, and the next swap deletes them', async () => {
    const store = storeOver(upstash());
    await store.swap(swapOf({ records: [large] }));
    upstash().faults.push(PASS, { kind: 'answer', body: '{"error":"ERR"}' }, { kind: 'answer', body: '{"error":"ERR"}' });
    expect(await store.swap(swapOf({ expected: 1, forgetRecordsBefore: NOW + 1 }))).toEqual({ swapped: true, revision: 2 });
    expect(await store.record('large')).toEqual(large);
    await store.swap(swapOf({ expected: 2, forgetRecordsBefore: NOW + 1 }));
    expect(await store.record('large')).toBeNull();
  });

  test('no key contains the id of a record', async () => {
    await storeOver(upstash()).swap(swapOf({ records: [record('mongodb://user:hunter2@host', NOW)] }));
    expect((await keysLike(upstash(), '*')).join()).not.toContain('hunter2');
    expect(JSON.stringify(await upstash().run('ZRANGE', 'restorewatch:records', '0', '-1'))).not.toContain('hunter2');
  });

  test('evidence of which a piece was lost is a store error that names the record, never a record without it', async () => {
    const store = storeOver(upstash());
    await store.swap(swapOf({ records: [large] }));
    const [piece = ''] = await keysLike(upstash(), 'evidence:*');
    await upstash().run('DEL', piece);
    await expect(store.record('large')).rejects.toThrow('read the record large in Redis: a piece of its evidence is gone');
  });

  test('an append whose answer is lost is sent again and counts once', async () => {
    upstash().faults.push({ kind: 'lose' });
    const store = storeOver(upstash());
    expect(await store.swap(swapOf({ records: [record('a', NOW)] }))).toEqual({ swapped: true, revision: 1 });
    expect((await store.listRecords({ limit: 5, before: null })).records).toHaveLength(1);
  });
}

function shown(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, shown(error.cause), JSON.stringify(error)].join('\n');
}
