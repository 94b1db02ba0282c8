import { setTimeout as wait } from 'node:timers/promises';
import type { Collection, Db, Document } from 'mongodb';
import { type Instant, SECOND } from '../../domain/time.ts';
import { connect } from '../validate/connect.ts';
import { checksumOf, compareDocuments, expectedChecksums, plantedDocument } from './documents.ts';
import { type Comparison, type Damage, DrillError, type DrillSandbox } from './world.ts';

const MARKER = { _id: 'restorable', what: 'This database belongs to drills of Restorable, which write to it and drop it.' };
const INDEX = 'number_1';
/** Two whole seconds and a bit: the second before the damage is then one in which nothing was written. */
const LEAVE_SECOND = 2.2 * SECOND;
/** One read or write of the server; a drill's database is small. */
const MOST_PER_CALL = 20 * SECOND;

type Stored = Document & { readonly _id: string };

/** The drills' database by the sandbox's address and its own name. */
export type Place = { readonly uri: string; readonly database: string };
/** A method of the port, with the place instead of the address. */
export type Placed<Name extends keyof DrillSandbox> = (
  place: Place,
  ...rest: Parameters<DrillSandbox[Name]> extends [string, ...infer Rest] ? Rest : never
) => ReturnType<DrillSandbox[Name]>;

/** The database for one act; the connection is closed after it. Throws `ConnectError`, and `DrillError` for what the server refused. */
export async function withDrillDatabase<T>(
  { uri, database }: Place,
  { deadline, operation }: { readonly deadline: Instant; readonly operation: string },
  act: (db: Db) => Promise<T>,
): Promise<T> {
  const client = await connect(uri, { timeoutMs: Math.max(1, Math.min(MOST_PER_CALL, deadline - Date.now())) });
  try {
    return await act(client.db(database));
  } catch (cause) {
    if (cause instanceof DrillError) throw cause;
    // The server's words may repeat an address: only the class is told.
    throw new DrillError(`${operation} in the sandbox’s database ${database}: ${cause instanceof Error ? cause.name : 'failed'}`);
  } finally {
    await client.close().catch(() => undefined);
  }
}

export const plant: Placed<'plant'> = (place, { drill, count }, deadline) =>
  withDrillDatabase(place, { deadline, operation: 'plant documents' }, async (db) => {
    await prepareDatabase(db);
    const documents = documentsIn(db);
    await documents.createIndex({ number: 1 }, { unique: true, name: INDEX });
    return insertBatch(db, drill, { first: 0, count });
  });

/** The drills' database, empty and marked. Throws `DrillError` where one of this name is somebody else's. */
export async function prepareDatabase(db: Db): Promise<void> {
  await dropIfOurs(db);
  await db.collection<Stored>('_marker').insertOne(MARKER, { writeConcern: { w: 'majority' } });
}

export async function dropIfOurs(db: Db): Promise<void> {
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  if (names.length === 0) return;
  const marker = await db.collection<Stored>('_marker').findOne({ _id: MARKER._id });
  if (marker === null)
    throw new DrillError(
      `the sandbox has a database ${db.databaseName} without our marker: it is not ours to write to; rename it, or drop it by hand`,
    );
  await db.dropDatabase();
}

export const refresh: Placed<'refresh'> = (place, { drill, first, count }, deadline) =>
  withDrillDatabase(place, { deadline, operation: 'write the last documents' }, (db) => insertBatch(db, drill, { first, count }));

export const damage: Placed<'damage'> = (place, kind, deadline) =>
  withDrillDatabase(place, { deadline, operation: 'damage documents' }, async (db) => {
    await wait(LEAVE_SECOND);
    const damaged = await serverTime(db);
    await damageDocuments(documentsIn(db), kind);
    return damaged;
  });

async function damageDocuments(documents: Collection<Stored>, kind: Damage): Promise<void> {
  if (kind === 'deletion') {
    await documents.drop();
    return;
  }
  const writeConcern = { w: 'majority' } as const;
  await documents.updateMany({ 'nested.even': true }, { $set: { text: 'damaged by the drill', amount: -1 } }, { writeConcern });
  await documents.deleteMany({ number: { $mod: [7, 3] } }, { writeConcern });
}

export const compare: Placed<'compare'> = (place, { drill, batches }, deadline) =>
  withDrillDatabase(place, { deadline, operation: 'compare documents' }, async (db): Promise<Comparison> => {
    const documents = documentsIn(db);
    const found = new Map<string, string>();
    // Types as they are stored: a Long that comes as a number would not have the checksum of what was planted.
    const cursor = documents.find({}, { promoteLongs: false, promoteValues: false, maxTimeMS: MOST_PER_CALL });
    for await (const document of cursor) found.set(String(document._id), checksumOf(document));
    const compared = compareDocuments(expectedChecksums(drill, batches), found, documents.namespace);
    const indexes = await indexNames(documents);
    const has = indexes.includes(INDEX);
    const index = {
      what: 'indexes',
      namespace: documents.namespace,
      expected: INDEX,
      found: indexes.join(', ') || 'none',
      verdict: has ? 'passed' : 'failed',
    } as const;
    return { ...compared, lines: [...compared.lines, index], differences: compared.differences + (has ? 0 : 1) };
  });

async function indexNames(documents: Collection<Stored>): Promise<readonly string[]> {
  const there = await documents.db.listCollections({ name: documents.collectionName }, { nameOnly: true }).toArray();
  if (there.length === 0) return [];
  const indexes = await documents.indexes();
  return indexes.flatMap(({ name }) => name ?? []);
}

export const drop: Placed<'drop'> = (place, deadline) =>
  withDrillDatabase(place, { deadline, operation: 'drop what drills wrote' }, dropIfOurs);

/** Documents that carry the server's time: every comparison of moments is then between one clock's. */
async function insertBatch(db: Db, drill: string, { first, count }: { readonly first: number; readonly count: number }): Promise<Instant> {
  const at = await serverTime(db);
  const batch = Array.from({ length: count }, (_, index) => plantedDocument(drill, first + index, at));
  // `_id` is the text that `plantedDocument` gives each.
  await documentsIn(db).insertMany(batch as Stored[], { ordered: false, writeConcern: { w: 'majority' } });
  return at;
}

async function serverTime(db: Db): Promise<Instant> {
  const { localTime } = await db.command({ hello: 1 });
  if (!(localTime instanceof Date)) throw new DrillError('the server of the sandbox does not tell its time');
  return localTime.getTime();
}

function documentsIn(db: Db): Collection<Stored> {
  return db.collection<Stored>('documents');
}
