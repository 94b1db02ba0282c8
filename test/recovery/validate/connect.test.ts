import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConnectError, connect } from '../../../lib/recovery/validate/connect.ts';
import { writeAccess } from '../../../lib/recovery/validate/write-access.ts';
import { mongo, type Mongo } from '../../support/mongo.ts';
import { describeWith } from '../../support/services.ts';
import { soon } from './deployment.ts';

async function refusal(uri: string, timeoutMs = 300): Promise<ConnectError> {
  try {
    await (await connect(uri, { timeoutMs })).close();
  } catch (error) {
    if (error instanceof ConnectError) return error;
    throw error;
  }
  throw new Error('it connected');
}

describe('without a server', () => {
  let silent: Server;
  let port = 0;

  beforeAll(async () => {
    silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(() => void silent.close());

  test('one that takes the connection and says nothing is given up in time, and the password is not told', async () => {
    const begun = performance.now();
    const error = await refusal(`mongodb://anna:s3cret-word@127.0.0.1:${port}/`);
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(error.kind).toBe('unreachable');
    expect(error.message).toContain('see that it runs and that its IP access list lets this machine in');
    expect(error.message).not.toMatch(/s3cret-word|anna/);
  });

  test('a port where nothing listens is told as the reason, without the credentials', async () => {
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
  ])('an address that cannot be read is not repeated: %s', async (uri) => {
    const error = await refusal(uri);
    expect(error.kind).toBe('address');
    expect(error.message).toContain('percent-encoded');
    expect(`${error.message} ${error.stack}`).not.toMatch(/s3cret|anna/);
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
    // FerretDB shows no privileges, a real MongoDB those of the owner: either way it is a note that tells what to do.
    expect(await writeAccess(client, soon([]))).toMatchObject({ verdict: 'noted', found: expect.stringContaining('readAnyDatabase') });
    await client.close();
  });

  test('refuses a wrong one, which is told without it', async () => {
    const wrong = new URL(server.uri);
    wrong.password = 's3cret-word';
    const error = await refusal(wrong.href, 5_000);
    expect(error).toMatchObject({
      kind: 'credentials',
      message: 'the server refused the user name or the password of the connection string',
    });
  });
});
