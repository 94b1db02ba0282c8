import { type Db, type MongoClient, MongoServerError } from 'mongodb';
import { ejsonOf, fieldsOf } from './ejson.ts';
import { abortable } from './error.ts';
import type { CollectionType, Described } from './metadata.ts';
import { BUCKETS, isServerCollection, isServerDatabase } from './names.ts';

/** Without it the server's answers are 16 MB each, and of several collections at once several of them are in memory. */
const BATCH = 5_000;

/** A collection to be backed up, not yet its indexes. */
export type Listed = Omit<Described, 'indexes'> & { readonly database: string };

/** What a backup reads: MongoDB, or a test's own collections. Documents are raw BSON. */
export type Source = {
  readonly serverVersion: string;
  /** Has it an oplog, so that mongodump can bring all collections to one moment? */
  readonly oplog: boolean;
  readonly collections: () => Promise<readonly Listed[]>;
  /** Each as canonical Extended JSON; null where the collection was dropped meanwhile. */
  readonly indexes: (listed: Listed) => Promise<readonly string[] | null>;
  readonly documents: (listed: Listed, signal?: AbortSignal) => AsyncIterable<readonly Uint8Array[]>;
  /** By the databases' own statistics; null where they are not given. For progress alone. */
  readonly expected: () => Promise<{ readonly documents: number; readonly bytes: number } | null>;
};

/** All databases, or one; not the server's own. Throws the driver's errors. */
export async function openSource(client: MongoClient, database: string | null): Promise<Source> {
  const admin = client.db('admin');
  const hello = await admin.command({ hello: 1 });
  const build = await admin.command({ buildInfo: 1 });
  const names = database === null ? await databasesOf(client) : [database];
  return {
    serverVersion: String(build['version'] ?? 'unknown'),
    oplog: typeof hello['setName'] === 'string' && hello['msg'] !== 'isdbgrid',
    collections: async () => (await inTurn(names, (name) => collectionsOf(client.db(name)))).flat(),
    indexes: (listed) => indexesOf(client.db(listed.database), listed).catch(nullWhereGone),
    documents: (listed, signal) => documentsOf(client.db(listed.database), listed, signal),
    expected: () => expectedOf(client, names),
  };
}

async function databasesOf(client: MongoClient): Promise<readonly string[]> {
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  return databases.map(({ name }) => name).filter((name) => !isServerDatabase(name));
}

async function collectionsOf(db: Db): Promise<readonly Listed[]> {
  const listed: Listed[] = [];
  for await (const raw of rawBatches(db.listCollections({}, { raw: true })))
    listed.push(...raw.map((one) => described(db.databaseName, one)));
  return listed.filter(({ name }) => !isServerCollection(name)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function described(database: string, raw: Uint8Array): Listed {
  const fields = new Map(fieldsOf(raw));
  return {
    database,
    name: textOf(fields.get('name')),
    type: typeOf(textOf(fields.get('type'))),
    options: fields.get('options') ?? '{}',
    uuid: uuidIn(fields.get('info') ?? ''),
  };
}

/** A field's text of Extended JSON, where it is a string. */
function textOf(json: string | undefined): string {
  const value: unknown = JSON.parse(json ?? '""');
  return typeof value === 'string' ? value : '';
}

function typeOf(text: string): CollectionType {
  return text === 'view' || text === 'timeseries' ? text : 'collection';
}

/** Canonical Extended JSON has a UUID as {"$binary": {"base64", "subType": "04"}}. */
function uuidIn(info: string): string | null {
  const base64 = /"base64":"([^"]+)","subType":"04"/.exec(info)?.[1];
  return base64 === undefined ? null : Buffer.from(base64, 'base64').toString('hex');
}

/** NamespaceNotFound. */
function nullWhereGone(error: unknown): null {
  if (error instanceof MongoServerError && error.code === 26) return null;
  throw error;
}

async function indexesOf(db: Db, { name, type }: Listed): Promise<readonly string[]> {
  if (type === 'view') return [];
  const texts: string[] = [];
  for await (const raw of rawBatches(db.collection(name).listIndexes({ raw: true }))) texts.push(...raw.map(ejsonOf));
  return texts;
}

/** A time series is stored, and by mongodump saved, as its buckets. A view has no documents of its own. */
function documentsOf(db: Db, { name, type }: Listed, signal?: AbortSignal): AsyncIterable<readonly Uint8Array[]> {
  const from = type === 'timeseries' ? BUCKETS + name : name;
  return rawBatches(db.collection(from).find({}, { raw: true, timeout: false, batchSize: BATCH }), signal);
}

type RawCursor = {
  readonly hasNext: () => Promise<boolean>;
  readonly readBufferedDocuments: () => readonly unknown[];
  readonly close: () => Promise<void>;
};

/** One answer of the server at a time: the next is asked for when this one is used up. Throws `Interrupted`, without waiting for the server. */
async function* rawBatches(cursor: RawCursor, signal?: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
  try {
    while (await abortable(cursor.hasNext(), signal)) {
      // With `raw` the driver gives each document's bytes (BSONSerializeOptions.raw).
      yield cursor.readBufferedDocuments() as readonly Uint8Array[];
    }
  } finally {
    const closing = cursor.close().catch(() => {});
    // Closing tells the server, which may be what does not answer.
    if (!signal?.aborted) await closing;
  }
}

async function expectedOf(
  client: MongoClient,
  names: readonly string[],
): Promise<{ readonly documents: number; readonly bytes: number } | null> {
  try {
    const stats = await inTurn(names, (name) => client.db(name).stats());
    const sum = (field: string): number => stats.reduce((total, one) => total + Number(one[field] ?? 0), 0);
    return { documents: sum('objects'), bytes: sum('dataSize') };
  } catch {
    // Only time left depends on it, and a user that may read need not be allowed dbStats.
    return null;
  }
}

async function inTurn<From, To>(items: readonly From[], act: (item: From) => Promise<To>): Promise<readonly To[]> {
  const done: To[] = [];
  for (const item of items) done.push(await act(item));
  return done;
}
