import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { BackupError, codeOf, Interrupted, wordsOf } from '../dump-error.ts';
import { type BackupManifest, type CollectionEntry, type FileEntry, readManifest } from '../dump-manifest.ts';
import { EMPTY_DOCUMENT } from '../extended-json/bson-elements.ts';
import { type Metadata, parseMetadata } from '../metadata.ts';
import { BACKUP_NAME, BUCKETS, collectionOf, stemOf } from '../backup-names.ts';
import { refuseUnfinished, UNFINISHED_MARK } from '../disk/unfinished.ts';
import { NoBackup, notAFolder, TAKEN } from './archive-file.ts';
import { countDocuments, readBatches, readText } from './read-bson.ts';

export type BackupCollection = Omit<Metadata, 'name'> & {
  /** "shop.orders". */
  readonly namespace: string;
  readonly database: string;
  readonly name: string;
  /** The file of its documents; null for a view. */
  readonly file: string | null;
  /** Raw BSON, in the file's order, many documents at a time; none for a view. Throws `BackupError` where the file is damaged. */
  readonly batches: () => AsyncIterable<readonly Uint8Array[]>;
};

export type Backup = {
  readonly folder: string;
  readonly collections: readonly BackupCollection[];
  /** Null for a dump of mongodump's own. */
  readonly manifest: BackupManifest | null;
  /** From `prelude.json` or the manifest; null where neither has it. */
  readonly serverVersion: string | null;
  /** What was written while the dump was taken; mongorestore replays it. */
  readonly oplog: string | null;
};

const METADATA = /\.metadata\.json(\.gz)?$/;
const DATA = /\.bson(\.gz)?$/;
const PRELUDE = /^prelude\.json(\.gz)?$/;

/**
 * Opens a folder that `restorewatch backup` or mongodump wrote; a symbolic link is followed, so that its manifest is found. Reads metadata alone. Throws
 * `UnfinishedBackup`, `NoBackup`, and `BackupError`: nothing in it, metadata that does not parse, data without metadata's name, a data file that is missing.
 */
export async function readBackup(path: string): Promise<Backup> {
  // Where there is nothing, reading the folder says so.
  const folder = await realpath(path).catch(() => path);
  await refuseUnfinished(folder);
  return readFolder(folder);
}

async function readFolder(folder: string): Promise<Backup> {
  const manifest = await readManifest(folder);
  const entries = await entriesOf(folder).catch((error: unknown) => {
    // Where its manifest is, there was a backup, which is lost.
    const isSlip = manifest === null && error instanceof BackupError && ['ENOENT', 'ENOTDIR'].includes(codeOf(error.cause));
    throw isSlip ? new NoBackup(error.message, folder, null, error) : error;
  });
  const databases = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const found = await Array.fromAsync(databases.toSorted(), (database) => readDatabase(folder, database));
  const collections = found.flatMap((one) => one.collections);
  if (collections.length === 0) {
    const hint = hintFor(entries);
    const words = `${folder}: an empty backup: no database's folder with a .bson or .metadata.json file in it${hint}`;
    throw manifest === null && hint !== '' ? new NoBackup(words, folder) : new BackupError(words, folder);
  }
  const names = entries.map(({ name }) => name);
  const versions = [await preludeVersion(folder, names), ...found.map(({ version }) => version), manifest?.serverVersion];
  const serverVersion = versions.find((version) => typeof version === 'string') ?? null;
  return { folder, collections, manifest, serverVersion, oplog: names.includes('oplog.bson') ? join(folder, 'oplog.bson') : null };
}

/** What somebody may have meant who named a folder that is no backup. */
function hintFor(entries: readonly Dirent[]): string {
  if (entries.some(({ name }) => DATA.test(name) || METADATA.test(name)))
    return '; it looks like the folder of one database: name the folder above it';
  const backup = entries.findLast(({ name }) => BACKUP_NAME.test(name))?.name;
  return backup === undefined ? '' : `; it is a folder of backups: name one of them, such as ${backup}`;
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') throw await notAFolder(folder, error);
    const why = codeOf(error) === 'ENOENT' ? 'there is no such folder' : wordsOf(error);
    throw new BackupError(`${folder}: ${why}; --backup takes ${TAKEN}`, folder, null, error);
  }
}

async function readDatabase(folder: string, database: string) {
  const path = join(folder, database);
  const names = (await entriesOf(path)).filter((entry) => entry.isFile()).map(({ name }) => name);
  const data = new Map(names.filter((name) => DATA.test(name)).map((name) => [name.replace(DATA, ''), join(path, name)]));
  const collections: BackupCollection[] = [];
  for (const name of names.filter((one) => METADATA.test(one)).toSorted()) {
    const stem = name.replace(METADATA, '');
    const metadata = parseMetadata(await readText(join(path, name)), join(path, name));
    const dataStem = metadata.type === 'timeseries' && data.has(BUCKETS + stem) ? BUCKETS + stem : stem;
    collections.push(collectionFrom(database, nameOf(metadata, stem, join(path, name)), metadata, data.get(dataStem) ?? null));
    data.delete(dataStem);
  }
  collections.push(...[...data].map(([stem, file]) => withoutMetadata(database, stem, file)));
  return { collections: collections.filter(isUsers), version: await preludeVersion(path, names) };
}

/** mongodump's copies of users and roles, and the list of indexes that old ones wrote, are no collections of the user's. */
function isUsers({ name }: BackupCollection): boolean {
  return !name.startsWith('$') && name !== 'system.indexes';
}

function nameOf({ name }: Metadata, stem: string, file: string): string {
  const found = name ?? collectionOf(stem);
  if (found === null) throw new BackupError(`${file}: neither its name nor its content tells which collection it is`, file);
  return found;
}

function withoutMetadata(database: string, stem: string, file: string): BackupCollection {
  const name = collectionOf(stem);
  if (name === null) throw new BackupError(`${file}: its metadata file is missing, and its name does not tell the collection's`, file);
  return collectionFrom(database, name, { name, type: 'collection', options: EMPTY_DOCUMENT, indexes: [] }, file);
}

function collectionFrom(database: string, name: string, { type, options, indexes }: Metadata, file: string | null): BackupCollection {
  const namespace = `${database}.${name}`;
  const from = type === 'view' ? null : file;
  if (type !== 'view' && file === null) {
    const path = `${database}/${type === 'timeseries' ? BUCKETS : ''}${stemOf(name)}.bson`;
    throw new BackupError(
      `${namespace}: its .bson file is missing from the backup (${path}), so its documents are lost; use another backup`,
    );
  }
  async function* batches(): AsyncGenerator<readonly Uint8Array[]> {
    if (from !== null) yield* readBatches(from);
  }
  return { namespace, database, name, type, options, indexes, file: from, batches };
}

/** The server's version by the folder's `prelude.json`; null where there is none. */
async function preludeVersion(folder: string, names: readonly string[]): Promise<string | null> {
  const prelude = names.find((name) => PRELUDE.test(name));
  if (prelude === undefined) return null;
  return /"ServerVersion"\s*:\s*"([^"]*)"/.exec(await readText(join(folder, prelude)))?.[1] ?? null;
}

/**
 * Reads every file again and compares it with the manifest. Throws `BackupError` with the first file that is missing, changed, or not in the manifest;
 * `Interrupted`.
 */
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

/** What another tool wrote, as a manifest lists it: the checksum of every file and the number of documents of every collection. Throws `BackupError`. */
export async function examineFolder(folder: string): Promise<{ readonly files: FileEntry[]; readonly collections: CollectionEntry[] }> {
  const written = (await filesIn(folder)).filter((path) => path !== UNFINISHED_MARK);
  const files = await Array.fromAsync(written, (path) => digestOf(folder, path));
  const found = files.length === 0 ? [] : (await readFolder(folder)).collections;
  const collections = await Array.fromAsync(found, async ({ namespace, type, batches }) => {
    return { namespace, type, documents: type === 'view' ? null : await countDocuments(batches()) };
  });
  return { files, collections };
}

async function digestOf(folder: string, path: string): Promise<FileEntry> {
  const [file, hash] = [join(folder, path), createHash('sha256')];
  try {
    const stream = createReadStream(file, { highWaterMark: 512 * 1024 });
    for await (const piece of stream) hash.update(piece);
    return { path, bytes: stream.bytesRead, sha256: hash.digest('hex') };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw differs(folder, path, 'missing');
    throw new BackupError(`${file} cannot be read: ${wordsOf(error)}`, file, null, error);
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return files.map((path) => path.split(sep).join('/')).toSorted();
}
