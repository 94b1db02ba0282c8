import { createServer, type Server } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MongoNetworkError } from 'mongodb';
import { ConnectError, connect, NO_LIMIT } from '../../../../lib/recovery/validate/read/connect.ts';
import { writeAccess } from '../../../../lib/recovery/validate/read/write-access.ts';
import { mongo, type Mongo } from '../../../support/mongo.ts';
import { describeWith } from '../../../support/services.ts';
import { stallAfter } from '../../../scripts/stalling-proxy.ts';
import { soon } from '../deployment.ts';

async function refusal(uri: string, timeoutMs = 300): Promise<ConnectError> {
  try {
    await (await connect(uri, { timeoutMs })).close();
  } catch (error) {
    if (error instanceof ConnectError) return error;
    throw error;
  }
  throw new Error('it connected');
}

describe('connecting without a server', () => {
  let silent: Server;
  let port = 0;

  beforeAll(async () => {
    silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(() => void silent.close());

  test('gives up in time a server that accepts and stays silent, and shows no password', async () => {
    const begun = performance.now();
    const error = await refusal(`mongodb://anna:s3cret-word@127.0.0.1:${port}/`);
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(error.kind).toBe('unreachable');
    expect(error.message).toContain('see that it runs and that its IP access list lets this machine in');
    expect(error.message).not.toMatch(/s3cret-word|anna/);
  });

  test('names a port where nothing listens as the reason, without credentials', async () => {
    const error = await refusal('mongodb://anna:s3cret-word@127.0.0.1:1/');
    expect(error).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('ECONNREFUSED') });
    expect(error.message).not.toMatch(/s3cret-word|anna/);
  });

  test.for([
    'anna:s3cret-word@127.0.0.1',
    'mongodb://anna:s3cret-word:@/@127.0.0.1/',
    'mongodb://anna:s3cret-word@127.0.0.1/?nope=s3cret-word',
    'mongodb://anna:s3cret%word@127.0.0.1/',
    'postgres://anna:s3cret-word@127.0.0.1/',
    '',
  ])('does not repeat an address that cannot be read: %s', async (uri) => {
    const error = await refusal(uri);
    expect(error.kind).toBe('address');
    expect(error.message).toContain('percent-encoded');
    expect(`${error.message} ${error.stack}`).not.toMatch(/s3cret|anna/);
  });
});

describeWith('mongodb', 'a server that is slow to answer', (where) => {
  test('ends a command of a run by the socket timeout, and not that of a person who waits', async () => {
    const server = await mongo(where);
    const { hostname, port: to } = new URL(server.uri);
    // A command of more bytes than the limit reaches the server, and the answer is held back.
    const proxy = await stallAfter(20_000, hostname, Number(to));
    const uri = `mongodb://127.0.0.1:${proxy.port}/`;
    const [run, person] = [
      await connect(uri, { timeoutMs: 10_000, socketTimeoutMs: 200 }),
      await connect(uri, { timeoutMs: 10_000, socketTimeoutMs: NO_LIMIT }),
    ];
    try {
      const asked = { ping: 1, comment: 'x'.repeat(30_000) };
      const waited = person.db('admin').command(asked);
      await proxy.stalled;
      await expect(run.db('admin').command(asked)).rejects.toThrow(MongoNetworkError);
      proxy.resume();
      expect(await waited).toMatchObject({ ok: 1 });
    } finally {
      await Promise.all([run.close(), person.close()]);
      proxy.stop();
      await server.stop();
    }
  });
});

describeWith('mongodb', 'a server that answers nothing at all for a while', (where) => {
  test('ends no command of a person who waits, although it does not answer the driver’s own connection either', async () => {
    const server = await mongo(where);
    const { hostname, port: to } = new URL(server.uri);
    const proxy = await stallAfter(20_000, hostname, Number(to));
    // The driver asks every half second whether the server is there; the time to connect is the limit for the answer.
    const uri = `mongodb://127.0.0.1:${proxy.port}/?heartbeatFrequencyMS=500`;
    const person = await connect(uri, { timeoutMs: 1_000, socketTimeoutMs: NO_LIMIT });
    try {
      const waited = person.db('admin').command({ ping: 1, comment: 'x'.repeat(30_000) });
      const ended = Promise.race([waited.catch((error: unknown) => error), setTimeout(2_000, 'it is still waited for')]);
      await proxy.stalled;
      expect(await ended).toBe('it is still waited for');
      proxy.resume();
      expect(await waited).toMatchObject({ ok: 1 });
    } finally {
      await person.close();
      proxy.stop();
      await server.stop();
    }
  }, 30_000);

  test('is given up in time where nothing was connected yet', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const uri = `mongodb://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
    const begun = performance.now();
    await expect(connect(uri, { timeoutMs: 300, socketTimeoutMs: NO_LIMIT })).rejects.toThrow('no server could be reached within');
    expect(performance.now() - begun).toBeLessThan(3_000);
    silent.close();
  });
});

describeWith('mongodb-with-users', 'a server with users', (where) => {
  let server: Mongo;
  beforeAll(async () => {
    server = await mongo(where, 'with-users');
  });
  afterAll(() => server.stop());

  test('takes the right password', async () => {
    const client = await connect(server.uri, { timeoutMs: 5_000 });
    expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
    // A server that stands in for MongoDB may show no privileges, a real one those of the owner: either way it is a note that tells what to do.
    expect(await writeAccess(client, soon([]))).toMatchObject({ verdict: 'noted', found: expect.stringContaining('readAnyDatabase') });
    await client.close();
  });

  test('refuses a wrong one, and the error does not repeat it', async () => {
    const wrong = new URL(server.uri);
    wrong.password = 's3cret-word';
    const error = await refusal(wrong.href, 5_000);
    expect(error).toMatchObject({
      kind: 'credentials',
      message: 'the server refused the user name or the password of the connection string',
    });
  });
});
