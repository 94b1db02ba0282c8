import type { AbstractCursor, MongoClient } from 'mongodb';
import type { CollectionManifest, Manifest } from '../../../domain/recovery/evidence.ts';
import { isServerCollection, isServerDatabase } from '../../dump/backup-names.ts';
import { EMPTY_DOCUMENT, fieldIn, stringIn } from '../../dump/extended-json/bson-elements.ts';
import { typeOf } from '../../dump/metadata.ts';
import { indexText, optionsText } from './canonical.ts';
import { mapConcurrently } from '../../dump/concurrently.ts';
import { type Bounds, boundedRead, type Asked, collectionOf, boundedReadIfThere } from './bounded-read.ts';

/** What `listCollections` says of one collection, view or time series. */
export type CatalogEntry = Pick<CollectionManifest, 'namespace' | 'type' | 'options'>;

const DATABASES_AT_ONCE = 8;

/** Every namespace of the user's, or of these databases, in order: one round trip, and one a database. Throws `ReadError`. */
export async function readCatalog(client: MongoClient, bounds: Bounds, only: Asked['only']): Promise<readonly CatalogEntry[]> {
  const { databases } = await boundedRead('listDatabases', bounds, (maxTimeMS) =>
    client.db('admin').admin().listDatabases({ nameOnly: true, maxTimeMS }),
  );
  const all = databases.map(({ name }) => name);
  const found = await mapConcurrently(databasesToRead(all, only), DATABASES_AT_ONCE, (name) =>
    boundedRead(`listCollections of ${name}`, bounds, (maxTimeMS) =>
      rawDocuments(client.db(name).listCollections({}, { nameOnly: false, maxTimeMS, raw: true })),
    ).then((answers) => entriesOf(name, answers)),
  );
  return found.flat().toSorted((a, b) => (a.namespace < b.namespace ? -1 : 1));
}

/** Pure: the user's own, or those of `only` that are there. */
export function databasesToRead(names: readonly string[], only: readonly string[] | undefined): readonly string[] {
  return names.filter((name) => (only ? only.includes(name) : !isServerDatabase(name)));
}

/** With `raw` the driver gives each document's bytes (BSONSerializeOptions.raw). */
function rawDocuments(cursor: AbstractCursor): Promise<readonly Uint8Array[]> {
  return cursor.toArray() as Promise<readonly Uint8Array[]>;
}

/** Pure: the user's own among the answers of `listCollections`, raw. As in a backup, `system.js` is one of them. */
export function entriesOf(database: string, answers: readonly Uint8Array[]): readonly CatalogEntry[] {
  return answers.flatMap((answer) => {
    const name = stringIn(fieldIn(answer, 'name'));
    if (name === null || isServerCollection(name)) return [];
    const type = typeOf(stringIn(fieldIn(answer, 'type')));
    return [{ namespace: `${database}.${name}`, type, options: optionsText(fieldIn(answer, 'options')?.bytes ?? EMPTY_DOCUMENT) }];
  });
}

const COLLECTIONS_AT_ONCE = 8;

/**
 * What the deployment's databases look like: one round trip, one a database and two a collection; no document is read. A collection that is
 * dropped meanwhile is left out. Throws `ReadError`: a manifest with holes would prove too little later.
 */
export async function takeManifest(client: MongoClient, { deadline, now = Date.now, only }: Asked): Promise<Manifest> {
  const bounds = { deadline, now };
  const takenAt = now();
  const catalog = await readCatalog(client, bounds, only);
  const collections = await mapConcurrently(catalog, COLLECTIONS_AT_ONCE, (entry) => readCollection(client, entry, 'metadata', bounds));
  return { takenAt, collections: collections.filter((collection) => collection !== null) };
}

/**
 * Count and indexes of one namespace; null where it is gone. Views and time series have neither here. Metadata tell the count at once, and may be
 * off after an unclean stop or by a shard's orphans; counting reads the whole collection. Throws `ReadError`.
 */
export async function readCollection(
  client: MongoClient,
  entry: CatalogEntry,
  by: 'metadata' | 'counting',
  bounds: Bounds,
): Promise<CollectionManifest | null> {
  if (entry.type !== 'collection') return { ...entry, documents: null, indexes: [] };
  const collection = collectionOf(client, entry.namespace);
  const [documents, indexes] = await Promise.all([
    boundedRead(`count of ${entry.namespace}`, bounds, (maxTimeMS) =>
      by === 'metadata' ? collection.estimatedDocumentCount({ maxTimeMS }) : collection.countDocuments({}, { maxTimeMS }),
    ),
    boundedReadIfThere(`listIndexes of ${entry.namespace}`, bounds, (maxTimeMS) =>
      rawDocuments(collection.listIndexes({ maxTimeMS, raw: true })),
    ),
  ]);
  return indexes === null ? null : { ...entry, documents, indexes: indexes.map((index) => indexText(index)).toSorted() };
}
