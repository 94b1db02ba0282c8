import type { CollectionManifest, EvidenceLine, Manifest } from '../../lib/domain/recovery/evidence.ts';
import type { Instant } from '../../lib/domain/time.ts';
import type { Backup, BackupCollection } from '../../lib/recovery/dump/read/read-backup.ts';
import { indexesOnceRestored } from '../../lib/recovery/dump/restore/as-restored.ts';
import { restorable } from '../../lib/recovery/dump/restore/restore-order.ts';
import { indexText, optionsText } from '../../lib/recovery/validate/read/canonical.ts';
import { countSound, examineDump, holdAgainstManifest } from '../../lib/recovery/validate/examine-dump.ts';

/** What vouches for a backup, and what it holds. */
export type ReadThrough = { readonly vouched: readonly EvidenceLine[]; readonly expected: Manifest };

/** Reads a backup to its end, whatever it is to be held against. Throws `BackupError` where it is damaged, `Interrupted`. */
export async function readThrough(backup: Backup, signal: AbortSignal): Promise<ReadThrough> {
  const vouched = await examineDump(backup, signal);
  const expected = await expectationOf(backup, Date.now(), signal);
  holdAgainstManifest(backup, expected.collections);
  return { vouched, expected };
}

/** What a restore of this backup must give, by the backup's own content: every file is read to its end. Throws `BackupError`, `Interrupted`. */
export async function expectationOf(backup: Backup, takenAt: Instant, signal?: AbortSignal): Promise<Manifest> {
  const collections: CollectionManifest[] = [];
  for (const collection of restorable(backup)) collections.push(await expected(collection, signal));
  return { takenAt, collections, of: 'dump' };
}

async function expected(collection: BackupCollection, signal?: AbortSignal): Promise<CollectionManifest> {
  const { namespace, type, options } = collection;
  const documents = await countSound(collection, signal);
  const stored = type === 'collection';
  return {
    namespace,
    type,
    // A time series' file holds its buckets, not its documents.
    documents: stored ? documents : null,
    indexes: stored
      ? indexesOnceRestored(collection)
          .map((index) => indexText(index))
          .toSorted()
      : [],
    options: optionsText(options),
  };
}
