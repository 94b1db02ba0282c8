import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EvidenceLine, Manifest } from '../../../lib/domain/recovery/evidence.ts';
import { validateDatabase } from '../../../lib/recovery/validate/validate-database.ts';
import { takeManifest } from '../../../lib/recovery/validate/read/manifest.ts';
import { mongo, type Mongo } from '../../support/mongo.ts';
import { describeWith } from '../../support/services.ts';
import { collection, planOf, soon } from './deployment.ts';

const NAMES = ['validation_chunks_a', 'validation_chunks_b'];
/** What a look at the clock costs. So little that no first step of a chunk has ten seconds, after which it would be put off no more. */
const LOOK = 50;
const FIRST = `${NAMES[0]}.c0`;

describeWith('mongodb', 'a validation in chunks', (where) => {
  let server: Mongo;
  let client: MongoClient;
  let source: Manifest;

  beforeAll(async () => {
    server = await mongo(where);
    client = await new MongoClient(server.uri).connect();
    for (const name of NAMES) {
      await client.db(name).dropDatabase();
      for (let n = 0; n < 12; n += 1) await client.db(name).collection(`c${n}`).insertMany([{ n }, { n }]);
    }
    const manifest = await takeManifest(client, soon(NAMES));
    source = { ...manifest, collections: [...manifest.collections, collection(`${NAMES[0]}.c3b`)] };
  });

  afterAll(async () => {
    for (const name of NAMES) await client.db(name).dropDatabase();
    await client.close();
    await server.stop();
  });

  const assertions = [2, 3].map((min) => ({ name: `${min}`, namespace: FIRST, kind: 'count' as const, filter: {}, min, max: null }));

  /** A clock on which each look at it costs so much: chunks end after as many looks, whatever the machine. */
  function chunk(from: string | null, looks: number): ReturnType<typeof validateDatabase> {
    let at = 0;
    const now = (): number => (at += LOOK);
    return validateDatabase(client, planOf(source, source, { assertions }), { deadline: looks * LOOK, from, now, only: NAMES });
  }

  async function inChunks(looks: readonly number[]): Promise<{ readonly lines: readonly EvidenceLine[]; readonly chunks: number }> {
    const lines: EvidenceLine[] = [];
    let from: string | null = null;
    for (let chunks = 1; chunks < 100; chunks += 1) {
      const part = await chunk(from, looks[chunks % looks.length] ?? 60);
      lines.push(...part.lines);
      if (part.next === null) return { lines, chunks };
      from = part.next;
    }
    throw new Error('it did not come to an end');
  }

  test('a validation in chunks gives the same lines as one pass, wherever the chunks end', async () => {
    const whole = await validateDatabase(client, planOf(source, source, { assertions }), { ...soon(NAMES), from: null });
    expect(whole.next).toBeNull();
    const seen: number[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 60, max: 110 }), { minLength: 1, maxLength: 5 }), async (looks) => {
        const { lines, chunks } = await inChunks(looks);
        seen.push(chunks);
        expect(lines).toEqual(whole.lines);
      }),
      { seed: 5, numRuns: 8 },
    );
    expect(Math.max(...seen)).toBeGreaterThanOrEqual(3);
  });

  test('a validation in chunks goes on at the next namespace where its own is gone, and at the end where an assertion is gone', async () => {
    const { lines } = await validateDatabase(client, planOf(null, null), { ...soon(NAMES), from: `${NAMES[1]}.c8z` });
    expect(lines.map(({ namespace }) => namespace)).toEqual([`${NAMES[1]}.c9`, `${NAMES[1]}.c9`]);
    const last = await validateDatabase(client, planOf(null, null), { ...soon(NAMES), from: '$assertion.7' });
    expect(last).toMatchObject({ lines: [], next: null });
  });

  test('a validation in chunks without time for the list of collections throws an error that says so', async () => {
    await expect(validateDatabase(client, planOf(null, null), { deadline: 0, from: null, now: Date.now })).rejects.toThrow(
      'listDatabases: there was no time left for it',
    );
  });
});
