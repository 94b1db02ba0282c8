import { MongoClient, MongoServerError } from 'mongodb';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { SECOND } from '../../../lib/domain/time.ts';
import { deniedOr, dropDatabases } from '../../../lib/recovery/validate/drop-restored.ts';
import { troubleOf } from '../../../lib/recovery/state/step-outcome.ts';
import { ReadError } from '../../../lib/recovery/validate/read/bounded-read.ts';
import { mongo, type Mongo } from '../../support/mongo.ts';
import { describeWith } from '../../support/services.ts';
import { openTcpProxy } from '../../support/tcp-proxy.ts';

const [SHOP, CRM, KEPT] = ['restorewatch_drop_shop', 'restorewatch_drop_crm', 'restorewatch_drop_kept'] as const;
const until = (ms: number) => ({ deadline: Date.now() + ms, now: Date.now });

describeWith('mongodb', 'dropping what was restored', (where) => {
  const parts: { server?: Mongo; client?: MongoClient } = {};
  const client = (): MongoClient => {
    if (!parts.client) throw new Error('not connected');
    return parts.client;
  };
  beforeAll(async () => {
    parts.server = await mongo(where);
    parts.client = await new MongoClient(parts.server.uri).connect();
  });
  afterAll(async () => {
    for (const name of [SHOP, CRM, KEPT]) await client().db(name).dropDatabase();
    await parts.client?.close();
    await parts.server?.stop();
  });
  const fill = async (): Promise<void> => {
    for (const name of [SHOP, CRM, KEPT]) await client().db(name).collection('things').insertOne({ a: 1 });
  };
  const there = async (): Promise<readonly string[]> => {
    const { databases } = await client().db('admin').admin().listDatabases({ nameOnly: true });
    return [SHOP, CRM, KEPT].filter((name) => databases.some((one) => one.name === name));
  };

  test('the clean-up drops the databases that are named, and no other', async () => {
    await fill();
    expect(await dropDatabases(client(), { ...until(30 * SECOND), only: [SHOP, CRM, 'restorewatch_drop_never'] })).toBe(2);
    expect(await there()).toEqual([KEPT]);
  });

  test('the clean-up never drops MongoDB’s own databases, also where they are named', async () =>
    expect(await dropDatabases(client(), { ...until(30 * SECOND), only: ['admin', 'local', 'config'] })).toBe(0));

  test('the clean-up drops nothing without time left', async () => {
    await fill();
    const dropping = dropDatabases(client(), { ...until(0), only: [SHOP] });
    await expect(dropping).rejects.toMatchObject({ name: 'ReadError', kind: 'out-of-time' });
    expect(await there()).toContain(SHOP);
  });

  test('the clean-up gives up a server that hangs at the deadline, and names what hung', async () => {
    const { hostname, port } = new URL(parts.server?.uri ?? '');
    const proxy = await openTcpProxy({ host: hostname, port: Number(port) });
    const slow = await new MongoClient(`mongodb://127.0.0.1:${proxy.port}/?directConnection=true`).connect();
    // Not waited for: closing waits for the very server that hangs, until the proxy is gone.
    onTestFinished(() => void slow.close());
    await slow.db(SHOP).command({ ping: 1 });
    proxy.hang();
    const begun = performance.now();
    await expect(dropDatabases(slow, { ...until(300), only: [SHOP] })).rejects.toMatchObject({
      name: 'ReadError',
      kind: 'out-of-time',
      message: expect.stringMatching(/^list of the databases to drop: no answer within/),
    });
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

describeWith('mongodb-with-users', 'dropping without the right to', (where) => {
  test('the clean-up says which right is missing, and what to grant', async () => {
    const server = await mongo(where, 'with-users');
    onTestFinished(() => server.stop());
    // Nobody: the test server gives every user every right, so that of one who lacks a single one is emulated below.
    const nobody = await new MongoClient(server.uri.replace(/\/\/[^@]*@/, '//')).connect();
    onTestFinished(() => nobody.close());
    const refusal = await dropDatabases(nobody, { ...until(10 * SECOND), only: [SHOP] }).catch((error: unknown) => error);
    expect(troubleOf(refusal)).toMatch(
      /^list of the databases to drop: the right listDatabases is missing \(Unauthorized\): give the sandbox’s user/,
    );
  });
});

test.for([
  [
    13,
    'Unauthorized',
    'drop of shop: the right dropDatabase on shop is missing (Unauthorized): give the sandbox’s user the role dbAdminAnyDatabase',
  ],
  [
    8000,
    'AtlasError',
    'drop of shop: the right dropDatabase on shop is missing (AtlasError): give the sandbox’s user the role dbAdminAnyDatabase',
  ],
] as const)(
  'the clean-up names the missing right for an emulated answer %i, and repeats none of the server’s words',
  ([code, codeName, words]) => {
    const refused = new MongoServerError({ message: 'user ann is not allowed to do action [dropDatabase] on [shop.]', code, codeName });
    const error = deniedOr(refused, 'drop of shop', 'dropDatabase on shop');
    expect(error).toBeInstanceOf(ReadError);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('ann');
  },
);

test('the clean-up keeps any other error as it is', () => {
  const busy = new MongoServerError({ message: 'the database is being dropped', code: 215, codeName: 'DatabaseDropPending' });
  expect(deniedOr(busy, 'drop of shop', 'dropDatabase on shop')).toBe(busy);
});
