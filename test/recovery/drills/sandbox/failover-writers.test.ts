import { connect, createServer } from 'node:net';
import { type Db, MongoClient } from 'mongodb';
import { afterAll, beforeAll, test } from 'vitest';
import type { FailoverTempo } from '../../../../lib/recovery/drills/failover-measure.ts';
import { longestGap } from '../../../../lib/recovery/drills/failover-measure.ts';
import { failover } from '../../../../lib/recovery/drills/sandbox/failover-writers.ts';
import { mongo, nameForTest, type Mongo } from '../../../support/mongo.ts';
import type { TestEnd } from '../../../support/ports.ts';
import { describeWith } from '../../../support/services.ts';
import { openTcpProxy, type TcpProxy } from '../../../support/tcp-proxy.ts';

const TEMPO: FailoverTempo = { between: 5, patience: 400, steady: 150, readBack: 1_000 };

/** A wire that holds every insert back for a moment once it is told to, and passes it on even if its sender went. */
async function slowWire(uri: string, { onTestFinished }: TestEnd) {
  const { hostname, port } = new URL(uri.replace(/^mongodb:/, 'http:'));
  const first = Promise.withResolvers<void>();
  let [slow, held] = [false, 0];
  const proxy = createServer((near) => {
    const far = connect({ host: hostname, port: Number(port) });
    far.on('data', (bytes) => void near.write(bytes)).on('error', () => near.destroy());
    near.on('error', () => undefined).on('close', () => void (held === 0 && far.destroy()));
    near.on('data', (bytes) => {
      if (!slow || !bytes.includes('insert')) return void far.write(bytes);
      held += 1;
      first.resolve();
      setTimeout(() => {
        held -= 1;
        far.write(bytes);
      }, 100);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('the wire has no port');
  const firstHeld = (): Promise<void> => {
    slow = true;
    return first.promise;
  };
  return { uri: `mongodb://127.0.0.1:${address.port}/`, firstHeld, held: () => held };
}

describeWith('mongodb', 'writers over a wire that is cut', (where) => {
  let server: Mongo;
  let client: MongoClient;
  const databases: Db[] = [];
  beforeAll(async () => {
    server = await mongo(where);
    client = await new MongoClient(server.uri).connect();
  });
  afterAll(async () => {
    for (const db of databases) await db.dropDatabase();
    await client.close();
    await server.stop();
  });

  /** A database of the test's own. It is dropped at the end of all: a last write that is under way would make it again. */
  function database(): Db {
    const db = client.db(nameForTest('restorewatch_drill_writer'));
    databases.push(db);
    return db;
  }

  async function wire(context: TestEnd): Promise<{ readonly proxy: TcpProxy; readonly uri: string; readonly db: Db }> {
    const { hostname, port } = new URL(server.uri.replace(/^mongodb:/, 'http:'));
    const db = database();
    const proxy = await openTcpProxy({ host: hostname, port: Number(port) }, context);
    return { proxy, uri: `mongodb://127.0.0.1:${proxy.port}/`, db };
  }

  type Asked = {
    readonly act: () => Promise<void>;
    readonly within?: number;
    readonly signal?: AbortSignal;
    readonly tempo?: FailoverTempo;
  };
  const measure = ({ uri, db }: { readonly uri: string; readonly db: Db }, { act, within = 60_000, signal, tempo = TEMPO }: Asked) =>
    failover(
      { uri, database: db.databaseName },
      { drill: `drill-${Math.random()}`, tempo, act, now: Date.now, deadline: Date.now() + within, ...(signal && { signal }) },
    );

  // Side by side: most of them wait for an outage to be over.
  test.concurrent('the failover measure spans the first failed write to the first accepted one, and reads every acknowledged one back', async ({
    expect,
    ...context
  }) => {
    const at = await wire(context);
    const measured = await measure(at, { act: async () => at.proxy.cut(3) });
    const gap = longestGap(measured.unretried.gaps, measured.endedAt);
    expect(at.proxy.refused()).toBe(3);
    expect(measured.unretried.failed).toBeGreaterThan(0);
    expect(gap).toBeGreaterThan(0);
    expect(measured.unretried.gaps.every(({ until }) => until !== null)).toBe(true);
    expect(measured.unretried.accepted).toBeGreaterThan(1);
    expect(measured).toMatchObject({ lost: 0, lostSpan: 0, interrupted: false });
  });

  test.concurrent('the failover measure leaves no write under way where the act fails', async ({ expect, ...context }) => {
    const wire = { ...(await slowWire(server.uri, context)), db: database() };
    const act = async (): Promise<never> => {
      await wire.firstHeld();
      throw new Error('refused');
    };
    await expect(measure(wire, { act })).rejects.toThrow('refused');
    expect(wire.held()).toBe(0);
  });

  test.concurrent('the failover measure counts acknowledged writes that are gone as lost', async ({ expect, ...context }) => {
    const at = await wire(context);
    let gone = 0;
    const measured = await measure(at, {
      act: async () => {
        const writes = at.db.collection('writes');
        while ((await writes.countDocuments()) < 8);
        at.proxy.cut(2);
        // What a rollback does: an acknowledged write is no more.
        gone = (await writes.deleteMany({})).deletedCount;
      },
    });
    expect(gone).toBeGreaterThanOrEqual(8);
    expect(measured.lost).toBeGreaterThan(0);
    // The first write of each writer is none of the measured, and the last of each may have lost its answer.
    expect(measured.lost).toBeLessThanOrEqual(gone - 2);
    expect(measured.lost).toBeGreaterThanOrEqual(gone - 4);
    expect(measured.lostSpan).toBeGreaterThanOrEqual(0);
  });

  test.concurrent('the failover measure reports after its patience that no write failed', async ({ expect, ...context }) => {
    const at = await wire(context);
    const measured = await measure(at, { act: async () => undefined });
    expect(measured.unretried).toMatchObject({ failed: 0, gaps: [] });
    expect(measured.retried).toMatchObject({ failed: 0, gaps: [] });
    expect(measured.lost).toBe(0);
  });

  test.concurrent('the failover measure does not act where a writer cannot reach the server, and its error has no address', async ({
    expect,
    ...context
  }) => {
    const at = await wire(context);
    at.proxy.cut(Number.POSITIVE_INFINITY);
    let acted = false;
    const act = async (): Promise<void> => void (acted = true);
    await expect(measure(at, { act, within: 1_500 })).rejects.toMatchObject({
      name: 'ConnectError',
      message: expect.not.stringContaining(`127.0.0.1:${at.proxy.port}/`),
    });
    expect(acted).toBe(false);
  });

  test.concurrent('the failover measure of a server that never comes back has an open gap and nothing read back', async ({
    expect,
    ...context
  }) => {
    const at = await wire(context);
    const measured = await measure(at, {
      act: async () => at.proxy.cut(Number.POSITIVE_INFINITY),
      within: 3_000,
      tempo: { ...TEMPO, readBack: 300 },
    });
    expect(measured.unretried.gaps.at(-1)?.until).toBeNull();
    expect(measured.lost).toBeNull();
  });

  test.concurrent('the failover measure ends at once when it is interrupted', async ({ expect, ...context }) => {
    const at = await wire(context);
    const stop = new AbortController();
    const tempo = { ...TEMPO, patience: 600_000 };
    const measured = await measure(at, { act: async () => stop.abort(), signal: stop.signal, tempo });
    expect(measured.interrupted).toBe(true);
  });

  test.concurrent('the failover measure leaves a database of its name without our marker alone', async ({ expect, ...context }) => {
    const at = await wire(context);
    await at.db.collection('theirs').insertOne({ kept: true });
    await expect(measure(at, { act: async () => undefined })).rejects.toThrow('without our marker');
    expect(await at.db.collection('theirs').countDocuments()).toBe(1);
  });
});
