import type { MongoClient } from 'mongodb';
import type { CollectionManifest, Manifest } from '../../domain/evidence.ts';
import { canonicalText } from './canonical.ts';
import { type CatalogEntry, readCatalog } from './catalog.ts';
import { inOrder } from './in-order.ts';
import { type Asked, type Bounds, collectionOf, reading, readingIfThere } from './reading.ts';

const COLLECTIONS_AT_ONCE = 8;

/**
 * What the deployment's databases look like: one round trip, one a database and two a collection; no document is read. A collection that is
 * dropped meanwhile is left out. Throws `ReadError`: a manifest with holes would prove too little later.
 */
export async function takeManifest(client: MongoClient, { deadline, now = Date.now, only }: Asked): Promise<Manifest> {
  const bounds = { deadline, now };
  const takenAt = now();
  const catalog = await readCatalog(client, bounds, only);
  const collections = await inOrder(catalog, COLLECTIONS_AT_ONCE, (entry) => readCollection(client, entry, 'metadata', bounds));
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
    reading(`count of ${entry.namespace}`, bounds, (maxTimeMS) =>
      by === 'metadata' ? collection.estimatedDocumentCount({ maxTimeMS }) : collection.countDocuments({}, { maxTimeMS }),
    ),
    readingIfThere(`listIndexes of ${entry.namespace}`, bounds, (maxTimeMS) => collection.listIndexes({ maxTimeMS }).toArray()),
  ]);
  return indexes === null ? null : { ...entry, documents, indexes: indexes.map((index) => canonicalText(index)).toSorted() };
}
