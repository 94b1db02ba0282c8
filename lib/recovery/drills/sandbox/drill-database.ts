import { setTimeout as wait } from 'node:timers/promises';
import type { Collection, Db, Document } from 'mongodb';
import type { Drill } from '../../../domain/recovery/drill.ts';
import { evidenceLine } from '../../../domain/recovery/evidence.ts';
import { type Instant, SECOND } from '../../../domain/time.ts';
import { connect } from '../../validate/read/connect.ts';
import { checksumOf, compareDocuments, expectedChecksums, plantedDocument } from './planted-documents.ts';
import { type Comparison, type Damage, type DrillBatch, DrillError } from '../drill-ports.ts';

const MARKER = { _id: 'restorewatch', what: 'This database belongs to drills of Restorewatch, which write to it and drop it.' };
const INDEX = 'number_1';
/** Two whole seconds and a bit, so that nothing was written in the second before the damage. */
const LEAVE_SECOND = 2.2 * SECOND;
/** Longest single read or write; a drill's database is small. */
const MOST_PER_CALL = 20 * SECOND;

type Stored = Document & { readonly _id: string };

/** The drills' database by the sandbox's address and its own name. */
export type Place = { readonly uri: string; readonly database: string };

/** Opens the database for one act and closes the connection afterwards. Throws `ConnectError`, and `DrillError` for what the server refused. */
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
    // The server's words may repeat an address, so only the class is named.
    throw new DrillError(`${operation} in the sandbox’s database ${database}: ${cause instanceof Error ? cause.name : 'failed'}`);
  } finally {
    await client.close().catch(() => undefined);
  }
}

export async function plant(db: Db, { drill, count }: Omit<DrillBatch, 'first'>): Promise<Instant> {
  await prepareDatabase(db);
  await documentsIn(db).createIndex({ number: 1 }, { unique: true, name: INDEX });
  return insertBatch(db, { drill, first: 0, count });
}

/** Leaves the drills' database empty and marked. Throws `DrillError` where one of this name is somebody else's. */
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

/** Waits until the second of the last documents is over; returns the server's time before its first write. */
export async function damage(db: Db, kind: Damage): Promise<Instant> {
  await wait(LEAVE_SECOND);
  const damaged = await serverTime(db);
  const documents = documentsIn(db);
  const writeConcern = { w: 'majority' } as const;
  if (kind === 'deletion') await documents.drop();
  else {
    await documents.updateMany({ 'nested.even': true }, { $set: { text: 'damaged by the drill', amount: -1 } }, { writeConcern });
    await documents.deleteMany({ number: { $mod: [7, 3] } }, { writeConcern });
  }
  return damaged;
}

export async function compare(db: Db, { drill, batches }: Pick<Drill, 'batches'> & { readonly drill: string }): Promise<Comparison> {
  const documents = documentsIn(db);
  const found = new Map<string, string>();
  // Types as they are stored: a Long that comes as a number would not have the checksum of what was planted.
  const cursor = documents.find({}, { promoteLongs: false, promoteValues: false, maxTimeMS: MOST_PER_CALL });
  for await (const document of cursor) found.set(String(document._id), checksumOf(document));
  const compared = compareDocuments(expectedChecksums(drill, batches), found, documents.namespace);
  const indexes = await indexNames(documents);
  const has = indexes.includes(INDEX);
  const line = evidenceLine('indexes', has ? 'passed' : 'failed', [INDEX, indexes.join(', ') || 'none'], documents.namespace);
  return { ...compared, lines: [...compared.lines, line], differences: compared.differences + (has ? 0 : 1) };
}

async function indexNames(documents: Collection<Stored>): Promise<readonly string[]> {
  const there = await documents.db.listCollections({ name: documents.collectionName }, { nameOnly: true }).toArray();
  if (there.length === 0) return [];
  const indexes = await documents.indexes();
  return indexes.flatMap(({ name }) => name ?? []);
}

/** Inserts documents that carry the server's time, so that all moments are compared by one clock. */
export async function insertBatch(db: Db, { drill, first, count }: DrillBatch): Promise<Instant> {
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
