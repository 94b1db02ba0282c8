import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { BackupError, Interrupted, wordsOf } from './error.ts';
import type { BackupManifest, CollectionEntry, FileEntry } from './manifest.ts';
import { readBackup } from './read-backup.ts';
import { readBatches } from './read-bson.ts';

/** Reads every file again and compares it with the manifest. Throws `BackupError` with the first file that is missing, too many, or other than it was written; `Interrupted`. */
export async function verifyFiles(folder: string, { files }: Pick<BackupManifest, 'files'>, signal?: AbortSignal): Promise<void> {
  for (const { path, bytes, sha256 } of files) {
    if (signal?.aborted) throw new Interrupted();
    const found = await digestOf(folder, path);
    if (found.bytes !== bytes) throw differs(folder, path, `${found.bytes} bytes instead of ${bytes}`);
    if (found.sha256 !== sha256) throw differs(folder, path, 'wrong checksum');
  }
  const known = new Set(files.map(({ path }) => path));
  const extra = (await filesIn(folder)).find((path) => !known.has(path));
  if (extra !== undefined) throw differs(folder, extra, 'not in the manifest');
}

function differs(folder: string, path: string, what: string): BackupError {
  const file = join(folder, path);
  return new BackupError(`${file}: ${what}: it is not as the backup wrote it; use another backup`, file);
}

/** What another tool wrote, as a manifest lists it: every file's checksum, and every collection's documents, counted. Throws `BackupError`. */
export async function examineFolder(folder: string): Promise<{ readonly files: FileEntry[]; readonly collections: CollectionEntry[] }> {
  const files: FileEntry[] = [];
  for (const path of await filesIn(folder)) files.push(await digestOf(folder, path));
  const collections: CollectionEntry[] = [];
  for (const { namespace, type, batches } of files.length === 0 ? [] : (await readBackup(folder)).collections) {
    let documents = 0;
    for await (const batch of batches()) documents += batch.length;
    collections.push({ namespace, type, documents: type === 'view' ? null : documents });
  }
  return { files, collections };
}

/** Counts an `oplog.bson` too, so that a cut one is found. Throws `BackupError`. */
export async function countDocuments(path: string): Promise<number> {
  let documents = 0;
  for await (const batch of readBatches(path)) documents += batch.length;
  return documents;
}

async function digestOf(folder: string, path: string): Promise<FileEntry> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const piece of createReadStream(join(folder, path), { highWaterMark: 512 * 1024 })) {
      // Without an encoding a file's stream gives buffers.
      const buffer = piece as Buffer;
      bytes += buffer.length;
      hash.update(buffer);
    }
  } catch (error) {
    throw new BackupError(`${join(folder, path)} cannot be read: ${wordsOf(error)}`, join(folder, path), null, error);
  }
  return { path, bytes, sha256: hash.digest('hex') };
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return files.map((path) => path.split(sep).join('/')).toSorted();
}
