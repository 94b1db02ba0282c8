import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit, { type LimitFunction } from 'p-limit';
import { mapConcurrently } from '../concurrently.ts';
import { abortable, Interrupted } from '../dump-error.ts';
import type { CollectionEntry, Contents, FileEntry } from '../dump-manifest.ts';
import { metadataText } from '../metadata.ts';
import { BUCKETS, stemOf } from '../backup-names.ts';
import type { Progress } from '../progress.ts';
import type { Listed, Source } from './backup-source.ts';
import { type Opener, openerFor } from '../disk/new-file.ts';
import { type Chunks, notWritten, writeFile } from '../disk/write-file.ts';

/** Collections whose documents are read at once: as many as mongodump's --numParallelCollections. */
const AT_ONCE = 4;
/** Meanwhile indexes of as many of the next collections are read, so that small ones take one round trip, and not two. */
const AHEAD = 4;
/** Nobody else may look into a backup. */
const OWNER_ONLY = 0o700;
const TOOL = 'restorewatch';

export type WriteOptions = {
  readonly gzip: boolean;
  /** A test's own; by the disk if left out. */
  readonly open?: Opener | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (progress: Omit<Progress, 'elapsed'>) => void;
};

type How = WriteOptions & { readonly open: Opener };
type Written = { readonly files: readonly FileEntry[]; readonly collection: CollectionEntry };

/** With more collections, the statistics that tell how many documents there are take a large part of the whole. */
const COUNTED_UP_TO = 100;

type Total = {
  /** So many documents more of this namespace have come. */
  readonly add: (namespace: string, documents: number, bytes: number) => void;
  /** One collection more is written. */
  readonly ended: () => void;
};

/** Adds up, and says how far the backup has come. What is expected is asked for meanwhile: nothing waits for it. */
function counting(source: Source, collections: number, { onProgress }: WriteOptions): Total {
  const total = { documents: 0, bytes: 0 };
  let [done, expected]: [number, number | null] = [0, null];
  if (collections <= COUNTED_UP_TO) {
    source.expected().then(
      (found) => void (expected = found?.documents ?? null),
      () => {},
    );
  }
  return {
    add: (namespace, documents, bytes) => {
      total.documents += documents;
      total.bytes += bytes;
      onProgress({ namespace, ...total, expected, collections: { done, of: collections } });
    },
    ended: () => void (done += 1),
  };
}

/**
 * Writes all that the source has into the folder, as mongodump would: `DATABASE/NAME.bson`, `DATABASE/NAME.metadata.json`, `prelude.json`.
 * Throws `BackupError` with the file that cannot be written, `Interrupted`, or what the source throws.
 */
export async function writeCollections(source: Source, folder: string, options: WriteOptions): Promise<Contents> {
  const listed = await abortable(source.collections(), options.signal);
  const databases = [...new Set(listed.map(({ database }) => database))];
  for (const database of databases) await makeFolder(join(folder, database));
  const how = { ...options, open: options.open ?? (await openerFor(folder)) };
  const total = counting(source, listed.length, options);
  const results = await writeAll(source, listed, { folder, total, limit: pLimit(AT_ONCE) }, how);
  const written = results.filter((result) => result !== null);
  // Where mongorestore (100.12 and later) looks for the server's version.
  const prelude = JSON.stringify({ ServerVersion: source.serverVersion, ToolVersion: TOOL });
  const preludeFile = await writeText(folder, 'prelude.json', prelude, how);
  return {
    tool: 'driver',
    toolVersion: TOOL,
    serverVersion: source.serverVersion,
    consistency: 'none',
    notes: notesOn(
      listed,
      listed.filter((_, place) => results[place] === null),
    ),
    files: [...written.flatMap(({ files }) => files), preludeFile],
    collections: written.map(({ collection }) => collection),
  };
}

/** In the order of the list, null where a collection was dropped. The first failure stops the others. */
async function writeAll(source: Source, listed: readonly Listed[], task: Omit<Task, 'listed'>, how: How) {
  const failing = new AbortController();
  const signal = AbortSignal.any([failing.signal, ...(how.signal ? [how.signal] : [])]);
  return mapConcurrently(listed, AT_ONCE + AHEAD, (one) =>
    writeCollection(source, { ...task, listed: one }, { ...how, signal }).catch((error: unknown) => {
      failing.abort();
      throw error;
    }),
  );
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: OWNER_ONLY }).catch((error: unknown) => {
    throw notWritten(path, error);
  });
}

type Task = { readonly folder: string; readonly listed: Listed; readonly total: Total; readonly limit: LimitFunction };

/** Reads metadata first, as mongodump does, so indexes that are created during the backup are not in it. */
async function writeCollection(source: Source, task: Task, options: How): Promise<Written | null> {
  const { folder, listed, limit } = task;
  const { database, name } = listed;
  const namespace = `${database}.${name}`;
  const indexes = await abortable(source.indexes(listed), options.signal);
  if (indexes === null) return null;
  const text = metadataText({ ...listed, indexes });
  const metadata = await writeText(folder, `${database}/${stemOf(name)}.metadata.json`, text, options);
  if (listed.type === 'view') return { files: [metadata], collection: { namespace, type: 'view', documents: null } };
  return limit(() => writeDocuments(source, task, metadata, options));
}

async function writeDocuments(source: Source, { folder, listed, total }: Task, metadata: FileEntry, options: How): Promise<Written> {
  if (options.signal?.aborted) throw new Interrupted();
  const { database, name } = listed;
  const namespace = `${database}.${name}`;
  total.add(namespace, 0, 0);
  const own = { documents: 0 };
  const stem = listed.type === 'timeseries' ? BUCKETS + stemOf(name) : stemOf(name);
  const chunks = counted(source.documents(listed, options.signal), { namespace, total, own });
  const data = await writeNamed(folder, `${database}/${stem}.bson`, chunks, options);
  total.ended();
  return { files: [metadata, data], collection: { namespace, type: listed.type, documents: own.documents } };
}

type Counting = { readonly namespace: string; readonly total: Total; readonly own: { documents: number } };

async function* counted(batches: ReturnType<Source['documents']>, { namespace, total, own }: Counting) {
  for await (const { documents, bytes } of batches) {
    own.documents += documents;
    total.add(namespace, documents, bytes.length);
    yield bytes;
  }
}

async function writeNamed(folder: string, name: string, chunks: Chunks, options: How): Promise<FileEntry> {
  const path = options.gzip ? `${name}.gz` : name;
  return { path, ...(await writeFile(join(folder, path), chunks, options)) };
}

function writeText(folder: string, name: string, text: string, options: How): Promise<FileEntry> {
  return writeNamed(folder, name, [Buffer.from(text)], options);
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
