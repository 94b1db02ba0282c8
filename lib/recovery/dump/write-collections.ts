import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { abortable, Interrupted } from './error.ts';
import type { CollectionEntry, Contents, FileEntry } from './manifest.ts';
import { metadataText } from './metadata.ts';
import { BUCKETS, stemOf } from './names.ts';
import type { Progress } from './progress.ts';
import type { Listed, Source } from './source.ts';
import { inChunks, notWritten, type Opener, syncFolder, writeFile } from './write-file.ts';

/** As many as mongodump's --numParallelCollections. */
const AT_ONCE = 4;
/** Nobody else may look into a backup. */
const OWNER_ONLY = 0o700;
const TOOL = 'restorable';

export type WriteOptions = {
  readonly gzip: boolean;
  readonly open: Opener;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (progress: Omit<Progress, 'elapsed'>) => void;
};

type Written = { readonly files: readonly FileEntry[]; readonly collection: CollectionEntry };
type Count = { documents: number; bytes: number };

/**
 * Writes all that the source has into the folder, as mongodump would: `DATABASE/NAME.bson`, `DATABASE/NAME.metadata.json`, `prelude.json`.
 * Throws `BackupError` with the file that cannot be written, `Interrupted`, or what the source throws.
 */
export async function writeCollections(source: Source, folder: string, options: WriteOptions): Promise<Contents> {
  const { signal } = options;
  const listed = await abortable(source.collections(), signal);
  const expected = await abortable(source.expected(), signal);
  await makeFolders(folder, listed);
  const total: Count = { documents: 0, bytes: 0 };
  const tell = (namespace: string): void => options.onProgress({ namespace, ...total, expected: expected?.documents ?? null });
  const results = await sideBySide(listed, (one) => writeCollection(source, { folder, listed: one, total, tell }, options), signal);
  const written = results.filter((result) => result !== null);
  const prelude = await writePrelude(source, folder, options);
  for (const database of databasesOf(listed)) await syncFolder(join(folder, database));
  return {
    tool: 'driver',
    toolVersion: TOOL,
    serverVersion: source.serverVersion,
    consistency: 'none',
    notes: notesOn(
      listed,
      listed.filter((_, place) => results[place] === null),
    ),
    files: [...written.flatMap(({ files }) => files), prelude],
    collections: written.map(({ collection }) => collection),
  };
}

function databasesOf(listed: readonly Listed[]): readonly string[] {
  return [...new Set(listed.map(({ database }) => database))];
}

async function makeFolders(folder: string, listed: readonly Listed[]): Promise<void> {
  for (const database of databasesOf(listed)) {
    const path = join(folder, database);
    await mkdir(path, { recursive: true, mode: OWNER_ONLY }).catch((error: unknown) => {
      throw notWritten(path, error);
    });
  }
}

type Task = { readonly folder: string; readonly listed: Listed; readonly total: Count; readonly tell: (namespace: string) => void };

/** Metadata first, as mongodump does: indexes that come during the backup are not in it. */
async function writeCollection(source: Source, task: Task, options: WriteOptions): Promise<Written | null> {
  const { listed } = task;
  const namespace = `${listed.database}.${listed.name}`;
  const indexes = await abortable(source.indexes(listed), options.signal);
  if (indexes === null) return null;
  const text = metadataText({ ...listed, indexes });
  const metadata = await writeNamed(task, `${stemOf(listed.name)}.metadata.json`, [Buffer.from(text)], options);
  if (listed.type === 'view') return { files: [metadata], collection: { namespace, type: 'view', documents: null } };
  task.tell(namespace);
  const own = { documents: 0 };
  const stem = listed.type === 'timeseries' ? BUCKETS + stemOf(listed.name) : stemOf(listed.name);
  const batches = counted(source.documents(listed, options.signal), task, own);
  const data = await writeNamed(task, `${stem}.bson`, inChunks(batches), options);
  return { files: [metadata, data], collection: { namespace, type: listed.type, documents: own.documents } };
}

async function* counted(
  batches: AsyncIterable<readonly Uint8Array[]>,
  { listed, total, tell }: Task,
  own: { documents: number },
): AsyncGenerator<readonly Uint8Array[]> {
  for await (const batch of batches) {
    own.documents += batch.length;
    total.documents += batch.length;
    total.bytes += batch.reduce((sum, { length }) => sum + length, 0);
    tell(`${listed.database}.${listed.name}`);
    yield batch;
  }
}

async function writeNamed(
  { folder, listed }: Pick<Task, 'folder' | 'listed'>,
  name: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: WriteOptions,
): Promise<FileEntry> {
  const path = [listed.database, options.gzip ? `${name}.gz` : name];
  return { path: path.join('/'), ...(await writeFile(join(folder, ...path), chunks, options)) };
}

/** Where mongorestore (100.12 and later) looks for the server's version. */
async function writePrelude(source: Source, folder: string, options: WriteOptions): Promise<FileEntry> {
  const path = options.gzip ? 'prelude.json.gz' : 'prelude.json';
  const text = JSON.stringify({ ServerVersion: source.serverVersion, ToolVersion: TOOL });
  return { path, ...(await writeFile(join(folder, path), [Buffer.from(text)], options)) };
}

function notesOn(listed: readonly Listed[], gone: readonly Listed[]): string[] {
  const notes = ['taken without an oplog: each collection is as it was when its turn came, not all as at one moment'];
  const series = listed.filter(({ type }) => type === 'timeseries');
  if (series.length > 0) notes.push(`time series are saved as their buckets: ${named(series)}`);
  if (gone.length > 0) notes.push(`dropped while the backup was taken: ${named(gone)}`);
  return [...notes, 'users, roles and Atlas Search indexes are not in it'];
}

function named(listed: readonly Listed[]): string {
  return listed.map(({ database, name }) => `${database}.${name}`).join(', ');
}

/** All of them, a few at once, answers in order; stops at the first failure, and waits for those under way, so that no file is written afterwards. */
async function sideBySide<From, To>(
  items: readonly From[],
  act: (item: From) => Promise<To>,
  signal?: AbortSignal,
): Promise<readonly To[]> {
  const queue = items.entries();
  const done: (readonly [number, To])[] = [];
  const failures: unknown[] = [];
  async function work(): Promise<void> {
    for (const [place, item] of queue) {
      if (failures.length > 0) return;
      if (signal?.aborted) throw new Interrupted();
      done.push([place, await act(item)]);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, () => work().catch((error: unknown) => void failures.push(error))));
  if (failures.length > 0) throw failures[0];
  return done.toSorted(([a], [b]) => a - b).map(([, value]) => value);
}
