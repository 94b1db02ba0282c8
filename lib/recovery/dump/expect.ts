import { BSON, type Document } from 'mongodb';
import type { CollectionManifest, Manifest } from '../../domain/evidence.ts';
import type { Instant } from '../../domain/time.ts';
import { canonicalText } from '../validate/canonical.ts';
import { Interrupted } from './error.ts';
import type { Backup, BackupCollection } from './read-backup.ts';
import { restorable } from './restore.ts';

/** What a restore of this backup must come to, by its own content: every document is counted, so every file read to its end. Throws `BackupError`, `Interrupted`. */
export async function expectationOf(backup: Backup, takenAt: Instant, signal?: AbortSignal): Promise<Manifest> {
  const collections: CollectionManifest[] = [];
  for (const collection of restorable(backup)) collections.push(await expected(collection, signal));
  return { takenAt, collections };
}

async function expected(collection: BackupCollection, signal?: AbortSignal): Promise<CollectionManifest> {
  const { namespace, type, options, indexes } = collection;
  const documents = await countOf(collection, signal);
  const stored = type === 'collection';
  return {
    namespace,
    type,
    // A time series' file holds its buckets, not its documents.
    documents: stored ? documents : null,
    indexes: stored ? indexes.map((index) => canonicalText(plain(index))).toSorted() : [],
    options: canonicalText(plain(options)),
  };
}

async function countOf({ batches }: BackupCollection, signal?: AbortSignal): Promise<number> {
  let documents = 0;
  for await (const batch of batches()) {
    if (signal?.aborted) throw new Interrupted();
    documents += batch.length;
  }
  return documents;
}

/** With numbers as the driver gives them. */
function plain(document: Document): Document {
  return BSON.deserialize(BSON.serialize(document));
}
