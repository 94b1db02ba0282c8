import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Document } from 'mongodb';
import { BackupError, codeOf, wordsOf } from './error.ts';
import { type BackupManifest, readManifest } from './manifest.ts';
import { type CollectionType, type Metadata, parseMetadata } from './metadata.ts';
import { BUCKETS, collectionOf } from './names.ts';
import { readBatches, readDocuments, readText } from './read-bson.ts';

export type BackupCollection = {
  /** "shop.orders". */
  readonly namespace: string;
  readonly database: string;
  readonly name: string;
  readonly type: CollectionType;
  readonly options: Document;
  readonly indexes: readonly Document[];
  /** The file of its documents; null for a view. */
  readonly file: string | null;
  /** Raw BSON, in the file's order; none for a view. Throws `BackupError` where the file is damaged. */
  readonly documents: () => AsyncIterable<Uint8Array>;
  readonly batches: () => AsyncIterable<readonly Uint8Array[]>;
};

export type Backup = {
  readonly folder: string;
  readonly collections: readonly BackupCollection[];
  /** Null for a dump of mongodump's own. */
  readonly manifest: BackupManifest | null;
  /** By `prelude.json`, or the manifest; null where neither says. */
  readonly serverVersion: string | null;
  /** What was written while the dump was taken; mongorestore replays it. */
  readonly oplog: string | null;
};

const METADATA = /\.metadata\.json(\.gz)?$/;
const DATA = /\.bson(\.gz)?$/;
const PRELUDE = /^prelude\.json(\.gz)?$/;

/**
 * Opens a folder that `npm run backup` or mongodump wrote. Reads metadata alone. Throws `BackupError`: no folder, nothing in it, metadata that
 * does not parse, data without metadata's name, a file of the manifest that is missing.
 */
export async function readBackup(folder: string): Promise<Backup> {
  const manifest = await readManifest(folder);
  const entries = await entriesOf(folder);
  const databases = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const found = [];
  for (const database of databases.toSorted()) found.push(await readDatabase(folder, database));
  const collections = found.flatMap((one) => one.collections);
  if (collections.length === 0) throw empty(folder);
  const prelude = entries.find(({ name }) => PRELUDE.test(name));
  const versions = [
    prelude && (await versionIn(join(folder, prelude.name))),
    ...found.map(({ version }) => version),
    manifest?.serverVersion,
  ];
  const oplog = entries.some(({ name }) => name === 'oplog.bson') ? join(folder, 'oplog.bson') : null;
  return {
    folder,
    collections,
    manifest,
    serverVersion: versions.find((version) => version !== undefined && version !== null) ?? null,
    oplog,
  };
}

function empty(folder: string): BackupError {
  return new BackupError(`${folder}: an empty backup: no database's folder with a .bson or .metadata.json file in it`, folder);
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'there is no such folder' : wordsOf(error);
    throw new BackupError(`${folder}: ${why}; --backup takes the folder that holds one folder for each database`, folder, null, error);
  }
}

type Database = { readonly collections: readonly BackupCollection[]; readonly version: string | null };

async function readDatabase(folder: string, database: string): Promise<Database> {
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
  const prelude = names.find((name) => PRELUDE.test(name));
  return { collections: collections.filter(isTheirs), version: prelude === undefined ? null : await versionIn(join(path, prelude)) };
}

/** mongodump's copies of users and roles, and the list of indexes that old ones wrote, are no collections of the user's. */
function isTheirs({ name }: BackupCollection): boolean {
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
  return collectionFrom(database, name, { name, type: 'collection', options: {}, indexes: [] }, file);
}

function collectionFrom(database: string, name: string, { type, options, indexes }: Metadata, file: string | null): BackupCollection {
  const namespace = `${database}.${name}`;
  const from = type === 'view' ? null : file;
  if (type !== 'view' && file === null) {
    throw new BackupError(`${namespace}: its .bson file is missing from the backup, so its documents are lost; use another backup`);
  }
  return {
    namespace,
    database,
    name,
    type,
    options,
    indexes,
    file: from,
    documents: () => (from === null ? nothing() : readDocuments(from)),
    batches: () => (from === null ? nothing() : readBatches(from)),
  };
}

async function* nothing(): AsyncGenerator<never> {}

async function versionIn(path: string): Promise<string | null> {
  const text = await readText(path);
  return /"ServerVersion"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? null;
}
