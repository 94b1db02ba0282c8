import type { Document, IndexDescription, MongoClient } from 'mongodb';
import { DAY, type Instant } from '../../lib/domain/time.ts';
import type { EmulatedCluster, EmulatedMongo } from './atlas-model.ts';

export type StoredCollection = {
  /** The database's name as the cluster's users see it, without the prefix. */
  readonly database: string;
  readonly name: string;
  readonly options: Document;
  readonly indexes: readonly IndexDescription[];
  readonly documents: readonly Document[];
};

export type Content = readonly StoredCollection[];

/**
 * The data behind emulated clusters, on a real server. A backup is what was in a cluster's databases when it was marked, kept in memory; a
 * restore drops the target's databases and writes that. Both addresses of the test server lead to one storage, so a source's databases are
 * stored under a prefix that its target has not (`EmulatedMongo`): "src_shop" there is "shop" here. What the test server does not tell of a
 * collection (validators, views), the backup lacks as well.
 */
export type RestoreData = {
  /** Remembers what is in the cluster's databases as its state from `at` on (now, where it is not said). */
  readonly mark: (cluster: EmulatedCluster, at?: Instant) => Promise<Content>;
  /** The newest state marked at or before the moment; null where there is none. */
  readonly stateAt: (cluster: EmulatedCluster, moment: Instant) => Content | null;
  /** The state of the day before; the oldest there is, where none is that old. */
  readonly dayBefore: (cluster: EmulatedCluster, moment: Instant) => Content | null;
  /** Everything that was in the target's databases is gone, and this is there. */
  readonly write: (target: EmulatedMongo, content: Content) => Promise<void>;
  readonly close: () => Promise<void>;
};

type Mark = { readonly at: Instant; readonly content: Content };

export function createRestoreData(now: () => Instant): RestoreData {
  const marks = new Map<EmulatedCluster, Mark[]>();
  const connections = createConnections();
  const marksOf = (cluster: EmulatedCluster): readonly Mark[] => (marks.get(cluster) ?? []).toSorted((a, b) => a.at - b.at);
  const stateAt = (cluster: EmulatedCluster, moment: Instant): Content | null =>
    marksOf(cluster).findLast(({ at }) => at <= moment)?.content ?? null;
  return {
    async mark(cluster, at = now()) {
      if (cluster.mongo === null) throw new Error(`the emulated cluster ${cluster.name} has no databases: give it \`mongo\``);
      const content = await read(await connections.to(cluster.mongo.uri), cluster.mongo);
      marks.set(cluster, [...(marks.get(cluster) ?? []), { at, content }]);
      return content;
    },
    stateAt,
    dayBefore: (cluster, moment) => stateAt(cluster, moment - DAY) ?? marksOf(cluster)[0]?.content ?? null,
    write: async (target, content) => write(await connections.to(target.uri), target, content),
    close: () => connections.close(),
  };
}

type Connections = { readonly to: (uri: string) => Promise<MongoClient>; readonly close: () => Promise<void> };

function createConnections(): Connections {
  const clients = new Map<string, Promise<MongoClient>>();
  return {
    to(uri) {
      const client = clients.get(uri) ?? connected(uri);
      clients.set(uri, client);
      return client;
    },
    async close() {
      for (const client of clients.values()) await (await client).close();
      clients.clear();
    },
  };
}

/** The driver is loaded by those alone who restore data. */
async function connected(uri: string): Promise<MongoClient> {
  const { MongoClient: Client } = await import('mongodb');
  return new Client(uri, { serverSelectionTimeoutMS: 5_000 }).connect();
}

/** Types stay as they are: a long that came back as a double would be another document. */
const AS_STORED = { promoteValues: false, promoteLongs: false, bsonRegExp: true } as const;

async function read(client: MongoClient, { databases, prefix = '' }: EmulatedMongo): Promise<Content> {
  const content: StoredCollection[] = [];
  for (const database of databases) {
    const db = client.db(`${prefix}${database}`);
    for (const info of await db.listCollections().toArray()) {
      if (info.name.startsWith('system.')) continue;
      const collection = db.collection(info.name);
      const [documents, indexes] = [await collection.find({}, AS_STORED).toArray(), await collection.indexes()];
      content.push({
        database,
        name: info.name,
        options: 'options' in info ? (info.options ?? {}) : {},
        documents,
        indexes: indexes.flatMap(ownIndex),
      });
    }
  }
  return content;
}

/** Without the index that every collection has, and what differs between servers. */
function ownIndex(index: Document): readonly IndexDescription[] {
  const { v: _v, ns: _ns, storageEngine: _engine, ...own } = index;
  // What listIndexes answers is what createIndexes takes.
  return own['name'] === '_id_' ? [] : [own as IndexDescription];
}

const BATCH = 1_000;

async function write(client: MongoClient, { databases, prefix = '' }: EmulatedMongo, content: Content): Promise<void> {
  for (const database of new Set([...databases, ...content.map((one) => one.database)]))
    await client.db(`${prefix}${database}`).dropDatabase();
  for (const { database, name, options, documents, indexes } of content) {
    const collection = await client.db(`${prefix}${database}`).createCollection(name, options);
    for (let from = 0; from < documents.length; from += BATCH) await collection.insertMany(documents.slice(from, from + BATCH));
    if (indexes.length > 0) await collection.createIndexes([...indexes]);
  }
}
