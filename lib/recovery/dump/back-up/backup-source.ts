import { type ClientSession, type Db, type Document, type MongoClient, MongoServerError } from 'mongodb';
import { EMPTY_DOCUMENT, fieldIn, fieldsIn, type RawValue, stringIn, TYPE } from '../extended-json/bson-elements.ts';
import { ejsonOf, type Described, typeOf } from '../metadata.ts';
import { BUCKETS, isServerCollection, isServerDatabase } from '../backup-names.ts';
import { askTwice, type Ask, readByCommands, readByCursor } from './read-documents.ts';
import { answerIn, type Batch, documentsIn } from './server-answer.ts';
import { type Sessions, sessionsOf } from './sessions.ts';

/** Documents in one answer of the driver's cursor. The server's own batches have 16 MB, and several collections are in memory at once. */
const BATCH = 2_000;
/** More than the 64 that a collection may have (MongoDB's limits), so that one answer has them all. */
const MOST_INDEXES = 1_000;

/** A collection to be backed up, before its indexes are read. */
export type Listed = Omit<Described, 'indexes'> & { readonly database: string };

/** What a backup reads: MongoDB, or a test's own collections. */
export type Source = {
  readonly serverVersion: string;
  /** True where there is an oplog, so that mongodump can bring all collections to one moment. */
  readonly oplog: boolean;
  readonly collections: () => Promise<readonly Listed[]>;
  /** Each as canonical Extended JSON; null where the collection was dropped meanwhile. */
  readonly indexes: (listed: Listed) => Promise<readonly string[] | null>;
  readonly documents: (listed: Listed, signal?: AbortSignal) => AsyncIterable<Batch>;
  /** From the databases' statistics, for progress alone; null where they are not permitted. */
  readonly expected: () => Promise<{ readonly documents: number; readonly bytes: number } | null>;
};

/** All databases, or one; not the server's own. Throws the driver's errors. */
export async function openSource(client: MongoClient, database: string | null): Promise<Source> {
  const admin = client.db('admin');
  const hello = await admin.command({ hello: 1 });
  const build = await admin.command({ buildInfo: 1 });
  const names = database === null ? await databasesOf(client) : [database];
  const sessions = isOneServer(client, hello) ? sessionsOf(client) : null;
  // Making the driver's object of a database takes a tenth of what a small collection takes.
  const databases = new Map(names.map((name) => [name, client.db(name)]));
  const textOf = indexTexts();
  const of = ({ database: name }: Listed): Db => databases.get(name) ?? client.db(name);
  return {
    serverVersion: String(build['version'] ?? 'unknown'),
    oplog: typeof hello['setName'] === 'string' && hello['msg'] !== 'isdbgrid',
    collections: async () => (await Array.fromAsync(names, (name) => collectionsOf(client.db(name)))).flat(),
    indexes: (listed) => indexesOf(of(listed), listed, { textOf, sessions }).catch(nullWhereGone),
    documents: (listed, signal) =>
      sessions ? documentsByCommands(of(listed), listed, { sessions, signal }) : documentsByCursor(of(listed), listed, signal),
    expected: () => expectedOf(client, names),
  };
}

/** True where all that is asked goes to one server, as what reads on in a cursor must: not where a router, a balancer or a secondary is chosen each time. */
function isOneServer(client: MongoClient, hello: Document): boolean {
  const sessions = typeof hello['logicalSessionTimeoutMinutes'] === 'number';
  return sessions && hello['msg'] !== 'isdbgrid' && !client.options.loadBalanced && client.readPreference.mode === 'primary';
}

async function databasesOf(client: MongoClient): Promise<readonly string[]> {
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  return databases.map(({ name }) => name).filter((name) => !isServerDatabase(name));
}

async function collectionsOf(db: Db): Promise<readonly Listed[]> {
  const listed = (await bytesOf(db.listCollections({}, { raw: true }))).map((raw) => described(db.databaseName, raw));
  return listed.filter(({ name }) => !isServerCollection(name)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function described(database: string, raw: Uint8Array): Listed {
  const fields = fieldsIn(raw);
  const valueOf = (field: string): RawValue | undefined => fields.findLast(({ name }) => name === field);
  const name = stringIn(valueOf('name')) ?? '';
  const options = valueOf('options');
  const none = options === undefined || options.bytes.length === EMPTY_DOCUMENT.length;
  return {
    database,
    name,
    type: typeOf(stringIn(valueOf('type'))),
    options: none ? '{}' : ejsonOf(options.bytes, `${database}.${name}: its options`),
    uuid: uuidIn(valueOf('info')),
  };
}

/** A binary value has its length, its subtype (4 for a UUID) and its content. */
function uuidIn(info: RawValue | undefined): string | null {
  const uuid = info === undefined ? undefined : fieldIn(info.bytes, 'uuid');
  return uuid?.type === TYPE.binary && uuid.bytes[4] === 4 ? Buffer.from(uuid.bytes.subarray(5)).toString('hex') : null;
}

/** NamespaceNotFound. */
function nullWhereGone(error: unknown): null {
  if (error instanceof MongoServerError && error.code === 26) return null;
  throw error;
}

type IndexReading = { readonly textOf: typeof ejsonOf; readonly sessions: Sessions | null };

async function indexesOf(db: Db, { name, type }: Listed, { textOf, sessions }: IndexReading): Promise<readonly string[]> {
  if (type === 'view') return [];
  const session = sessions?.take();
  try {
    const cursor = await askTwice(asker(db, session), { listIndexes: name, cursor: { batchSize: MOST_INDEXES } });
    return documentsIn(answerIn(cursor)).map((raw) => textOf(raw, `${db.databaseName}.${name}: an index`));
  } finally {
    if (session !== undefined) sessions?.release(session);
  }
}

/**
 * `ejsonOf` that keeps its last answer for an index of `_id`: most collections have the same one, byte for byte, and making its text takes a tenth of the
 * processor's time that a small collection takes.
 */
function indexTexts(): typeof ejsonOf {
  let kept: { readonly raw: Uint8Array; readonly text: string } | null = null;
  return (raw, what) => {
    if (kept !== null && Buffer.compare(kept.raw, raw) === 0) return kept.text;
    const text = ejsonOf(raw, what);
    if (stringIn(fieldIn(raw, 'name')) === '_id_') kept = { raw: Uint8Array.from(raw), text };
    return text;
  };
}

/** A cursor's documents. With `raw` the driver gives their bytes (BSONSerializeOptions.raw). */
async function bytesOf(cursor: { readonly toArray: () => Promise<readonly unknown[]> }): Promise<readonly Uint8Array[]> {
  return (await cursor.toArray()) as readonly Uint8Array[];
}

/** A time series is stored, and by mongodump saved, as its buckets. A view has no documents of its own. */
function storedAs({ name, type }: Listed): string {
  return type === 'timeseries' ? BUCKETS + name : name;
}

type Reading = { readonly sessions: Sessions; readonly signal: AbortSignal | undefined };

async function* documentsByCommands(db: Db, listed: Listed, { sessions, signal }: Reading): AsyncGenerator<Batch> {
  // A server gives more of a cursor only in the session that opened it.
  const session = sessions.take();
  try {
    const level = db.readConcern?.level;
    const find = { find: storedAs(listed), noCursorTimeout: true, ...(level === undefined ? {} : { readConcern: { level } }) };
    yield* readByCommands(asker(db, session), find, signal);
  } finally {
    sessions.release(session);
  }
}

function asker(db: Db, session?: ClientSession): Ask {
  // With `raw` the driver gives the bytes of what is in the answer (BSONSerializeOptions.raw); none is in the answer to killCursors.
  return async (command) => (await db.command(command, { raw: true, ...(session ? { session } : {}) }))['cursor'] as Uint8Array;
}

function documentsByCursor(db: Db, listed: Listed, signal?: AbortSignal): AsyncIterable<Batch> {
  return readByCursor(db.collection(storedAs(listed)).find({}, { raw: true, timeout: false, batchSize: BATCH }), signal);
}

async function expectedOf(client: MongoClient, names: readonly string[]): ReturnType<Source['expected']> {
  try {
    const stats = await Array.fromAsync(names, (name) => client.db(name).stats());
    const sum = (field: string): number => stats.reduce((total, one) => total + Number(one[field] ?? 0), 0);
    return { documents: sum('objects'), bytes: sum('dataSize') };
  } catch {
    // Only the time left depends on it, and a user that may read need not have the right dbStats.
    return null;
  }
}
