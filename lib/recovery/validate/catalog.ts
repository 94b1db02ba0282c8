import type { Document, MongoClient } from 'mongodb';
import type { CollectionManifest } from '../../domain/evidence.ts';
import { canonicalText } from './canonical.ts';
import { inOrder } from './in-order.ts';
import { type Bounds, reading } from './reading.ts';

/** What `listCollections` says of one collection, view or time series. */
export type CatalogEntry = Pick<CollectionManifest, 'namespace' | 'type' | 'options'>;

/** The server's own, never the user's. */
const SERVERS_OWN = ['admin', 'config', 'local'];
const DATABASES_AT_ONCE = 8;

/** Every namespace of the user's, or of these databases, in order: one round trip, and one a database. Throws `ReadError`. */
export async function readCatalog(
  client: MongoClient,
  bounds: Bounds,
  only: readonly string[] | undefined,
): Promise<readonly CatalogEntry[]> {
  const { databases } = await reading('listDatabases', bounds, (maxTimeMS) =>
    client.db('admin').admin().listDatabases({ nameOnly: true, maxTimeMS }),
  );
  const names = databasesToRead(
    databases.map(({ name }) => name),
    only,
  );
  const found = await inOrder(names, DATABASES_AT_ONCE, (name) =>
    reading(`listCollections of ${name}`, bounds, (maxTimeMS) =>
      client.db(name).listCollections({}, { nameOnly: false, maxTimeMS }).toArray(),
    ).then((answers) => entriesOf(name, answers)),
  );
  return found.flat().toSorted((a, b) => (a.namespace < b.namespace ? -1 : 1));
}

/** Pure: the user's own, or those of `only` that are there. */
export function databasesToRead(names: readonly string[], only: readonly string[] | undefined): readonly string[] {
  return names.filter((name) => (only ? only.includes(name) : !SERVERS_OWN.includes(name)));
}

/** Pure: the user's own among the answers of `listCollections`. */
export function entriesOf(database: string, answers: readonly Document[]): readonly CatalogEntry[] {
  return answers.flatMap(({ name, type, options }) =>
    typeof name !== 'string' || name.startsWith('system.')
      ? []
      : [{ namespace: `${database}.${name}`, type: typeOf(type), options: canonicalText(options ?? {}) }],
  );
}

function typeOf(type: unknown): CatalogEntry['type'] {
  return type === 'view' || type === 'timeseries' ? type : 'collection';
}
