import type { Document } from 'mongodb';
import { at, compared, fits, NotEmulated } from './matching.ts';

export type Collection = { readonly options: Document; documents: Document[]; readonly indexes: Document[] };
/** By database, then by collection. */
export type Databases = Map<string, Map<string, Collection>>;

type Asked = { readonly body: Document; readonly database: string; readonly databases: Databases; readonly now: () => number };
type Handler = (asked: Asked) => Document;

/** Of a server of MongoDB 8.0, which is what the driver sees here; the release says what it is. */
const VERSION = '8.0.0-emulated';
const WIRE_VERSION = 25;
const ERRORS = { missing: 26, notEmulated: 40_324, unknown: 59 };

const hello: Handler = ({ now }) => ({
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  localTime: new Date(now()),
  logicalSessionTimeoutMinutes: 30,
  connectionId: 1,
  minWireVersion: 0,
  maxWireVersion: WIRE_VERSION,
  readOnly: false,
});

const done: Handler = () => ({});

/** What restore tests, drills and the emulated Atlas ask of a server, and no more. */
const COMMANDS: Readonly<Record<string, Handler>> = {
  hello,
  isMaster: hello,
  ismaster: hello,
  ping: done,
  endSessions: done,
  killCursors: done,
  buildInfo: () => ({ version: VERSION, versionArray: [8, 0, 0, 0], gitVersion: 'none: emulated', modules: [] }),
  connectionStatus: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] } }),
  listDatabases: ({ databases }) => ({ databases: [...databases.keys()].map((name) => ({ name, sizeOnDisk: 1, empty: false })) }),
  listCollections: (asked) => cursor(asked, '$cmd.listCollections', listedCollections(asked)),
  listIndexes: (asked) => cursor(asked, String(asked.body['listIndexes']), there(asked, 'listIndexes').indexes),
  count: (asked) => ({ n: found(asked, 'count', asked.body['query']).length }),
  find: (asked) => cursor(asked, String(asked.body['find']), sorted(asked, found(asked, 'find', asked.body['filter']))),
  aggregate: (asked) => cursor(asked, String(asked.body['aggregate']), piped(asked)),
  insert: (asked) => ({
    n: made(asked, 'insert').documents.push(...listOf(asked.body['documents'])) && listOf(asked.body['documents']).length,
  }),
  create: (asked) => (made(asked, 'create', optionsOf(asked.body)), {}),
  createIndexes: (asked) => (
    made(asked, 'createIndexes').indexes.push(...listOf(asked.body['indexes']).map((one) => ({ v: 2, ...one }))),
    {}
  ),
  drop: (asked) => (asked.databases.get(asked.database)?.delete(String(asked.body['drop'])), {}),
  dropDatabase: ({ databases, database }) => (databases.delete(database), { dropped: database }),
};

/** The answer to a command; an error, with a code that the driver knows, to one that is not emulated. */
export function answerTo(body: Document, databases: Databases, now: () => number): Document {
  const [name = ''] = Object.keys(body);
  const handler = COMMANDS[name];
  if (handler === undefined) return refused(ERRORS.unknown, `no such command in the emulated server: ${name}`);
  try {
    return { ...handler({ body, database: String(body['$db'] ?? 'admin'), databases, now }), ok: 1 };
  } catch (error) {
    if (error instanceof Missing) return refused(ERRORS.missing, error.message);
    if (error instanceof NotEmulated) return refused(ERRORS.notEmulated, `not known to the emulated server: ${error.message}`);
    throw error;
  }
}

class Missing extends Error {}

function refused(code: number, errmsg: string): Document {
  return { ok: 0, code, errmsg };
}

/** All of it at once: what is emulated is small. */
function cursor({ database }: Asked, name: string, firstBatch: readonly Document[]): Document {
  return { cursor: { id: 0n, ns: `${database}.${name}`, firstBatch } };
}

function there({ databases, database, body }: Asked, command: string): Collection {
  const collection = databases.get(database)?.get(String(body[command]));
  if (collection === undefined) throw new Missing(`ns does not exist: ${database}.${String(body[command])}`);
  return collection;
}

function made({ databases, database, body }: Asked, command: string, options: Document = {}): Collection {
  const collections = databases.get(database) ?? new Map<string, Collection>();
  databases.set(database, collections);
  const name = String(body[command]);
  const collection = collections.get(name) ?? { options, documents: [], indexes: [{ v: 2, key: { _id: 1 }, name: '_id_' }] };
  collections.set(name, collection);
  return collection;
}

/** What a collection was created with: everything of the command that is not about the command itself. */
function optionsOf(body: Document): Document {
  const own = Object.entries(body).filter(([key]) => key !== 'create' && key !== 'lsid' && !key.startsWith('$'));
  return Object.fromEntries(own);
}

function listedCollections({ databases, database }: Asked): readonly Document[] {
  return [...(databases.get(database) ?? [])].map(([name, { options, indexes }]) => ({
    name,
    type: 'collection',
    options,
    info: { readOnly: false },
    idIndex: indexes[0],
  }));
}

function found(asked: Asked, command: string, filter: unknown): readonly Document[] {
  const all = asked.databases.get(asked.database)?.get(String(asked.body[command]))?.documents ?? [];
  const wanted = documentOf(filter);
  return all.filter((document) => fits(document, wanted));
}

function sorted({ body }: Asked, documents: readonly Document[]): readonly Document[] {
  const keys = Object.entries(documentOf(body['sort']));
  const order = (a: Document, b: Document): number =>
    keys.reduce((known, [field, direction]) => known || compared(at(a, field), at(b, field)) * Number(direction), 0);
  const limit = Math.abs(Number(body['limit'] ?? 0));
  const all = keys.length === 0 ? documents : documents.toSorted(order);
  return limit === 0 ? all : all.slice(0, limit);
}

/** `countDocuments` is a `$match` and a `$group` to a driver; nothing else is grouped here. */
function piped(asked: Asked): readonly Document[] {
  return listOf(asked.body['pipeline']).reduce<readonly Document[]>(
    (documents, stage) => {
      const [[name, value] = ['', null]] = Object.entries(stage);
      if (name === '$match') return documents.filter((document) => fits(document, documentOf(value)));
      if (name === '$limit') return documents.slice(0, Number(value));
      if (name === '$sample') return documents.slice(0, Number(documentOf(value)['size']));
      if (name === '$group' && Number(documentOf(documentOf(value)['n'])['$sum']) === 1) return counted(documents);
      throw new NotEmulated(`the stage ${name}`);
    },
    found(asked, 'aggregate', {}),
  );
}

function counted(documents: readonly Document[]): readonly Document[] {
  return documents.length === 0 ? [] : [{ _id: 1, n: documents.length }];
}

function documentOf(value: unknown): Document {
  return typeof value === 'object' && value !== null ? value : {};
}

function listOf(value: unknown): readonly Document[] {
  return Array.isArray(value) ? value.map(documentOf) : [];
}
