import { type CommandStartedEvent, MongoClient, MongoServerError } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { validateDatabase } from '../../../lib/recovery/validate/validate-database.ts';
import { takeManifest } from '../../../lib/recovery/validate/read/manifest.ts';
import { mongo, type Mongo } from '../../support/mongo.ts';
import { describeWith } from '../../support/services.ts';
import { planOf, soon, verdicts } from './deployment.ts';
import { stallingProxy } from '../../support/stalling-proxy-validate.ts';

const NAME = 'validation_bounds';

/** The same but for one member. */
function but<T extends object>(whole: T, member: string, other: unknown): T {
  return new Proxy(whole, { get: (target, key) => (key === member ? other : Reflect.get(target, key, target)) });
}

/** The client, but that reading documents of this collection is answered with the server's error. */
function refusing(client: MongoClient, name: string, code: number): MongoClient {
  const refuse = (): never => {
    throw new MongoServerError({ message: 'cannot read', code, codeName: 'DataCorruptionDetected' });
  };
  return but(client, 'db', (database: string) => {
    const db = client.db(database);
    return but(db, 'collection', (wanted: string) =>
      wanted === name ? but(db.collection(wanted), 'aggregate', refuse) : db.collection(wanted),
    );
  });
}

describeWith('mongodb', 'reading what was restored', (where) => {
  let server: Mongo;
  let client: MongoClient;

  beforeAll(async () => {
    server = await mongo(where);
    client = await new MongoClient(server.uri, { monitorCommands: true }).connect();
    await client.db(NAME).dropDatabase();
    for (const name of ['a', 'b', 'c'])
      await client
        .db(NAME)
        .collection(name)
        .insertMany([{ at: new Date() }, { at: new Date() }]);
  });

  afterAll(async () => {
    await client.db(NAME).dropDatabase();
    await client.close();
    await server.stop();
  });

  test('a validation sends only reads, each with a time limit', async () => {
    const seen: CommandStartedEvent[] = [];
    const note = (event: CommandStartedEvent): void => void seen.push(event);
    client.on('commandStarted', note);
    const source = await takeManifest(client, soon([NAME]));
    await validateDatabase(
      client,
      planOf(source, source, {
        timeFields: { [`${NAME}.a`]: 'at' },
        assertions: [{ name: 'n', namespace: `${NAME}.a`, kind: 'count', filter: {}, min: 1, max: null }],
      }),
      { ...soon([NAME]), from: null },
    );
    client.off('commandStarted', note);
    expect(new Set(seen.map(({ commandName }) => commandName))).toEqual(
      new Set(['listDatabases', 'listCollections', 'count', 'listIndexes', 'aggregate', 'find']),
    );
    const unlimited = seen.filter(({ command }) => !(command['maxTimeMS'] > 0));
    expect(unlimited.map(({ commandName }) => commandName)).toEqual([]);
  });

  test('a manifest takes two round trips a collection, one a database and one more; a validation three a collection', async () => {
    let trips = 0;
    const note = (): void => void (trips += 1);
    client.on('commandStarted', note);
    const source = await takeManifest(client, soon([NAME]));
    expect(trips).toBe(1 + 1 + 2 * 3);
    trips = 0;
    await validateDatabase(client, planOf(source, source), { ...soon([NAME]), from: null });
    client.off('commandStarted', note);
    expect(trips).toBe(1 + 1 + 3 * 3);
  });

  test.for([
    { what: 'that the data are corrupt', code: 305, verdict: 'readable failed' },
    { what: 'that it may not', code: 13, verdict: 'readable could-not-verify' },
  ])(
    'a validation goes on with the other collections where the server answers for one $what (answer made by hand)',
    async ({ code, verdict }) => {
      const { lines, next } = await validateDatabase(refusing(client, 'b', code), planOf(null, null), {
        ...soon([NAME]),
        from: null,
      });
      expect(next).toBeNull();
      expect(verdicts(lines, `${NAME}.b`)).toEqual(['namespace noted', verdict]);
      expect(verdicts(lines, `${NAME}.c`)).toEqual(['namespace noted', 'readable passed']);
    },
  );

  test('a validation ends by the deadline where the server stops answering, and leaves the rest to the next call', async () => {
    const proxy = await stallingProxy(server.uri);
    const through = await new MongoClient(proxy.uri, { monitorCommands: true }).connect();
    through.on('commandStarted', ({ commandName }) => void (commandName === 'listIndexes' && proxy.stall()));
    const begun = performance.now();
    const part = await validateDatabase(through, planOf(null, null), {
      deadline: Date.now() + 1_500,
      now: Date.now,
      only: [NAME],
      from: null,
    });
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(part).toEqual({ lines: [], next: `${NAME}.a`, newest: null });
    proxy.stop();
    await through.close();
    const rest = await validateDatabase(client, planOf(null, null), { ...soon([NAME]), from: part.next });
    expect(rest.lines).toHaveLength(6);
  });
});
