import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EvidenceLine, type Manifest, verdictOf } from '../../../lib/domain/recovery/evidence.ts';
import { HOUR } from '../../../lib/domain/time.ts';
import { validateDatabase } from '../../../lib/recovery/validate/validate-database.ts';
import { takeManifest } from '../../../lib/recovery/validate/read/manifest.ts';
import type { ValidationPart, ValidationPlan } from '../../../lib/ports/recovery-ports.ts';
import { mongo, type Mongo } from '../../support/mongo.ts';
import { describeWith } from '../../support/services.ts';
import { collection, manifest, planOf, soon, verdicts } from './deployment.ts';

const SHOP = 'validation_shop';
const CRM = 'validation_crm';

describeWith('mongodb', 'a restored database', (where) => {
  let server: Mongo;
  let client: MongoClient;
  let source: Manifest;

  beforeAll(async () => {
    server = await mongo(where);
    client = await new MongoClient(server.uri).connect();
  });

  beforeEach(async () => {
    await drop();
    const orders = Array.from({ length: 100 }, (_, n) => ({ n, paid: n % 4 !== 0, at: new Date(Date.now() - n * 1_000) }));
    await client.db(SHOP).collection('orders').insertMany(orders);
    await client.db(SHOP).collection('orders').createIndex({ at: 1 });
    await client.db(SHOP).createCollection('returns');
    await client
      .db(CRM)
      .collection('users')
      .insertMany(Array.from({ length: 10 }, (_, n) => ({ email: `${n}@example.com` })));
    await client.db(CRM).collection('users').createIndex({ email: 1 }, { unique: true });
    source = await takeManifest(client, soon([SHOP, CRM]));
  });

  afterAll(async () => {
    await drop();
    await client.close();
    await server.stop();
  });

  async function drop(): Promise<void> {
    for (const name of [SHOP, CRM]) await client.db(name).dropDatabase();
  }

  function validate(plan: ValidationPlan): Promise<ValidationPart> {
    return validateDatabase(client, plan, { ...soon([SHOP, CRM]), from: null });
  }

  /** The lines against the manifest of what was there before the fault. */
  async function linesAfter(fault: () => Promise<unknown>): Promise<readonly EvidenceLine[]> {
    await fault();
    return (await validate(planOf(source, source))).lines;
  }

  function bad(lines: readonly EvidenceLine[]): readonly string[] {
    return lines
      .filter(({ verdict }) => verdict !== 'passed' && verdict !== 'noted')
      .map(({ namespace, what, verdict }) => `${namespace} ${what} ${verdict}`);
  }

  test('its manifest names every collection with its count and its indexes, and no document', () => {
    expect(source.collections).toEqual([
      {
        namespace: `${CRM}.users`,
        type: 'collection',
        documents: 10,
        options: '{}',
        indexes: ['{"key":{"_id":1},"name":"_id_"}', '{"key":{"email":1},"name":"email_1","unique":true}'],
      },
      {
        namespace: `${SHOP}.orders`,
        type: 'collection',
        documents: 100,
        options: '{}',
        indexes: ['{"key":{"_id":1},"name":"_id_"}', '{"key":{"at":1},"name":"at_1"}'],
      },
      { namespace: `${SHOP}.returns`, type: 'collection', documents: 0, options: '{}', indexes: ['{"key":{"_id":1},"name":"_id_"}'] },
    ]);
  });

  test('that is whole passes, and a collection that was empty may be', async () => {
    const { lines, next } = await validate(planOf(source, source));
    expect(verdictOf(lines)).toBe('passed');
    expect(bad(lines)).toEqual([]);
    expect(next).toBeNull();
    expect(verdicts(lines, `${SHOP}.orders`)).toEqual([
      'namespace passed',
      'options passed',
      'indexes passed',
      'documents passed',
      'readable passed',
    ]);
    expect(verdicts(lines, `${SHOP}.returns`)).toEqual([
      'namespace passed',
      'options passed',
      'indexes passed',
      'documents passed',
      'readable noted',
    ]);
  });

  test('that lost a collection fails for it', async () => {
    const lines = await linesAfter(() => client.db(CRM).collection('users').drop());
    expect(bad(lines)).toEqual([`${CRM}.users namespace failed`]);
    expect(verdicts(lines, `${CRM}.users`)).toEqual(['namespace failed']);
  });

  test('that lost an index fails for it, by name', async () => {
    const lines = await linesAfter(() => client.db(SHOP).collection('orders').dropIndex('at_1'));
    expect(bad(lines)).toEqual([`${SHOP}.orders indexes failed`]);
    expect(lines.find(({ verdict }) => verdict === 'failed')).toMatchObject({ expected: '2 indexes: _id_, at_1', found: 'without at_1' });
  });

  test('that lost every tenth document fails, counted one by one', async () => {
    const lines = await linesAfter(() =>
      client
        .db(SHOP)
        .collection('orders')
        .deleteMany({ n: { $mod: [10, 0] } }),
    );
    expect(bad(lines)).toEqual([`${SHOP}.orders documents failed`]);
    expect(lines.find(({ verdict }) => verdict === 'failed')).toMatchObject({
      expected: '95 to 105 documents (the source had 100; tolerance 5 %)',
      found: '90 documents, counted one by one',
    });
  });

  test.for([
    { lost: 5, failures: [] },
    { lost: 6, failures: [`${SHOP}.orders documents failed`] },
  ])('that lost $lost of 100 documents at a tolerance of 5 %: $failures', async ({ lost, failures }) => {
    expect(
      bad(
        await linesAfter(() =>
          client
            .db(SHOP)
            .collection('orders')
            .deleteMany({ n: { $lt: lost } }),
        ),
      ),
    ).toEqual(failures);
  });

  test('whose collection was truncated fails', async () => {
    expect(bad(await linesAfter(() => client.db(SHOP).collection('orders').deleteMany({})))).toEqual([`${SHOP}.orders documents failed`]);
  });

  test('without a view of the source fails for the view', async () => {
    const view = collection(`${SHOP}.open`, { type: 'view', documents: null, indexes: [] });
    const withView = { ...source, collections: [...source.collections, view] };
    const { lines } = await validate(planOf(withView, withView));
    expect(bad(lines)).toEqual([`${SHOP}.open namespace failed`]);
    expect(lines.find(({ namespace }) => namespace === `${SHOP}.open`)?.expected).toBe('a view, as before and after the recovery point');
  });

  test('may lack what was created or dropped about the recovery point, and hold more: both are noted', async () => {
    const other = { ...source, collections: [...source.collections, collection(`${SHOP}.later`)] };
    await client.db(SHOP).collection('more').insertOne({});
    const { lines } = await validate(planOf(source, other));
    expect(bad(lines)).toEqual([]);
    expect(verdicts(lines, `${SHOP}.later`)).toEqual(['namespace noted']);
    expect(verdicts(lines, `${SHOP}.more`)).toEqual(['namespace noted', 'readable passed']);
  });

  test('is still read where there is no manifest, and what is found is noted', async () => {
    const { lines } = await validate(planOf(null, null));
    expect(verdictOf(lines)).toBe('passed');
    expect(verdicts(lines, `${SHOP}.orders`)).toEqual(['namespace noted', 'readable passed']);
  });

  test('with nothing in it fails without a manifest, and does not pass where manifests say that there was nothing', async () => {
    await drop();
    const { lines } = await validate(planOf(null, null));
    expect(verdicts(lines, null)).toEqual(['namespace failed']);
    expect(lines[0]).toMatchObject({ expected: 'the collections of prod', found: 'not one: nothing was restored' });
    expect(verdictOf((await validate(planOf(manifest(), manifest()))).lines)).toBe('could-not-verify');
    expect(verdictOf((await validate(planOf(source, null))).lines)).toBe('failed');
  });

  describe('the newest document', () => {
    const timeFields = { [`${SHOP}.orders`]: 'at' };

    test('passes within the RPO of the recovery point, with its time', async () => {
      const { lines, newest } = await validate(planOf(source, source, { timeFields }));
      expect(verdicts(lines, `${SHOP}.orders`)).toContain('freshness passed');
      const stored = await client.db(SHOP).collection('orders').findOne({ n: 0 });
      expect(newest).toBe(stored?.['at'].getTime());
    });

    test('fails where it is older, as after a restore of yesterday, and where it is newer than the point', async () => {
      const tomorrow = { ...planOf(source, source, { timeFields }), recoveryPoint: Date.now() + 24 * HOUR };
      expect(bad((await validate(tomorrow)).lines)).toEqual([`${SHOP}.orders freshness failed`]);
      const yesterday = { ...tomorrow, recoveryPoint: Date.now() - 24 * HOUR };
      expect(bad((await validate(yesterday)).lines)).toEqual([`${SHOP}.orders freshness failed`]);
    });

    test('is read without an index too, which a line says', async () => {
      await client.db(SHOP).collection('orders').dropIndex('at_1');
      const { lines } = await validate(planOf(null, null, { timeFields }));
      const line = lines.find(({ what }) => what === 'freshness');
      expect(line?.verdict).toBe('passed');
      expect(line?.found).toContain('no index begins with at');
    });

    test('is read from an ObjectId, and from a field of an inner document', async () => {
      await client
        .db(SHOP)
        .collection('orders')
        .updateMany({}, { $set: { meta: { at: new Date() } } });
      for (const field of ['_id', 'meta.at']) {
        const { lines } = await validate(planOf(null, null, { timeFields: { [`${SHOP}.orders`]: field } }));
        expect(lines.find(({ what }) => what === 'freshness')?.verdict).toBe('passed');
      }
    });

    test('cannot be told by a field without dates; a collection that is not here is noted', async () => {
      const wrong = { [`${SHOP}.orders`]: 'paid', [`${SHOP}.nope`]: 'at' };
      const { lines } = await validate(planOf(source, source, { timeFields: wrong }));
      expect(verdicts(lines, `${SHOP}.orders`)).toContain('freshness could-not-verify');
      expect(verdicts(lines, `${SHOP}.nope`)).toEqual(['freshness noted']);
    });
  });

  test("holds the user's assertions last, each with a line", async () => {
    const namespace = `${SHOP}.orders`;
    const { lines } = await validate(
      planOf(source, source, {
        assertions: [
          { name: 'paid', namespace, kind: 'count', filter: { paid: true }, min: 75, max: 75 },
          { name: 'free', namespace, kind: 'count', filter: { paid: false }, min: 26, max: null },
        ],
      }),
    );
    expect(lines.slice(-2).map(({ what, verdict, found }) => [what, verdict, found])).toEqual([
      ['assertion', 'passed', '75 documents'],
      ['assertion', 'failed', '25 documents'],
    ]);
  });
});
