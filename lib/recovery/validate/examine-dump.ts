import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CollectionManifest, EvidenceLine } from '../../domain/recovery/evidence.ts';
import { BackupError, Interrupted } from '../dump/dump-error.ts';
import { BUCKETS } from '../dump/backup-names.ts';
import { type BackupManifest, manifestPath } from '../dump/dump-manifest.ts';
import { type Backup, type BackupCollection, verifyFiles } from '../dump/read/read-backup.ts';
import { readBatches } from '../dump/read/read-bson.ts';
import { restorable } from '../dump/restore/restore-order.ts';
import { bsonFault } from './bson-structure.ts';
import { lineOf, listed } from './evidence-lines.ts';

type Batches = AsyncIterable<readonly Uint8Array[]>;

/**
 * What vouches for a dump: its manifest, which every file is held against, or nothing. Also reads what a validation does not restore, so that damage is found
 * wherever it is. Throws `BackupError` with the file that is damaged, `Interrupted`.
 */
export async function examineDump(backup: Backup, signal?: AbortSignal): Promise<readonly EvidenceLine[]> {
  const { folder, manifest, collections, oplog } = backup;
  if (manifest !== null) await verifyFiles(folder, manifest, signal);
  const restored = new Set(restorable(backup));
  for (const collection of collections.filter((one) => !restored.has(one))) await countSound(collection, signal);
  if (oplog !== null) await countSound({ file: oplog, batches: () => readBatches(oplog) }, signal);
  if (manifest !== null) return [lineOf('checksum', null, 'passed', [`${manifest.files.length} files as written`, 'as written'])];
  return [...(await withoutManifest(backup)), ...(await withoutMetadata(collections))];
}

/**
 * Counts the documents of one collection, each checked from its first byte to its last by the rules of BSON, which any tool and server follow. Throws
 * `BackupError` with the file and the byte where it is damaged, `Interrupted`.
 */
export async function countSound(
  { file, batches }: { readonly file: string | null; readonly batches: () => Batches },
  signal?: AbortSignal,
) {
  let [documents, offset] = [0, 0];
  if (file !== null) await refuseEmptyPack(file);
  for await (const batch of batches()) {
    if (signal?.aborted) throw new Interrupted();
    for (const document of batch) {
      const fault = bsonFault(document);
      if (fault !== null) throw damaged(file ?? 'the backup', offset + fault.at, fault.what);
      offset += document.length;
    }
    documents += batch.length;
  }
  return documents;
}

/** gzip packs nothing into some 20 bytes, so that a packed file is never empty. */
async function refuseEmptyPack(file: string): Promise<void> {
  if (file.endsWith('.gz') && (await stat(file)).size === 0) throw damaged(file, 0, 'it is empty, which a packed file never is');
}

function damaged(file: string, offset: number, what: string): BackupError {
  return new BackupError(`${file}: damaged at byte ${offset}: ${what}; use another backup`, file, offset);
}

/** Holds what the files hold against what the manifest says was written. Throws `BackupError` with the manifest. */
export function holdAgainstManifest({ folder, manifest, collections }: Backup, found: readonly CollectionManifest[]): void {
  if (manifest === null) return;
  const read = new Set(collections.map(({ namespace }) => namespace));
  const lost = manifest.collections.find(({ namespace }) => !read.has(namespace));
  if (lost !== undefined) {
    const why = 'its files are not there as files (a symbolic link is not followed), so that it would not be restored';
    throw new BackupError(`${manifestPath(folder)}: ${lost.namespace} was written, and ${why}`, manifestPath(folder));
  }
  const counts = new Map(found.map(({ namespace, documents }) => [namespace, documents]));
  const wrong = manifest.collections.find((written) => differs(written, counts));
  if (wrong === undefined) return;
  const path = manifestPath(folder);
  const words = `${wrong.documents ?? 0} documents of ${wrong.namespace} were written, and ${counts.get(wrong.namespace) ?? 0} are in its file`;
  throw new BackupError(`${path}: ${words}; use another backup`, path);
}

/** A time series is stored, and counted in the manifest, as its buckets; those are not counted here. */
function differs(
  { namespace, type, documents }: BackupManifest['collections'][number],
  counts: ReadonlyMap<string, number | null>,
): boolean {
  return type === 'collection' && counts.has(namespace) && counts.get(namespace) !== documents;
}

/** What a dump cannot prove by itself. */
async function withoutManifest({ folder }: Backup): Promise<readonly EvidenceLine[]> {
  const [path, name] = [manifestPath(folder), basename(manifestPath(folder))];
  const lost = (await isThere(`${path}.sha256`)) ? `${name} is lost, whose checksum is there` : `there is no ${name} beside the dump`;
  return [
    lineOf('checksum', null, 'could-not-verify', [
      'a manifest with the checksum of every file',
      `${lost}, so nothing vouches that no byte of it was changed; a backup that was moved needs its manifest beside it`,
    ]),
    lineOf('documents', null, 'could-not-verify', [
      'the number of documents of each collection when the dump was taken',
      'not known without a manifest: a file that lost its end between two documents, or all of its documents, looks whole',
    ]),
    lineOf('namespace', null, 'could-not-verify', [
      'the collections that were there when the dump was taken',
      'not known without a manifest: one that is missing from the dump is not missed',
    ]),
  ];
}

const DATA = /\.bson(\.gz)?$/;

/** Collections of which no metadata tells the options and indexes, as in very old dumps, and in newer ones that lost a file. */
async function withoutMetadata(collections: readonly BackupCollection[]): Promise<readonly EvidenceLine[]> {
  // The file of a time series is named after its buckets, its metadata are not.
  const wanted = collections.flatMap(({ file }) => (file === null ? [] : [file.replace(BUCKETS, '').replace(DATA, '.metadata.json')]));
  const missing = await Array.fromAsync(wanted, async (path) => ((await isThere(path)) || (await isThere(`${path}.gz`)) ? [] : [path]));
  if (missing.flat().length === 0) return [];
  const found = `not known: there is no ${listed(missing.flat())}`;
  return [lineOf('options', null, 'could-not-verify', ['the options and indexes of each collection', found])];
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
