import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BSON } from 'mongodb';
import { isServerDatabase } from '../backup-names.ts';
import { openOnDisk } from '../disk/new-file.ts';
import { temporaryNotWritten, writeFile } from '../disk/write-file.ts';
import { BackupError, Interrupted } from '../dump-error.ts';
import type { Backup } from '../read/read-backup.ts';
import { readBatches } from '../read/read-bson.ts';
import { type Replayable, userPartOf } from './user-oplog.ts';

/** The folder to replay from, and how many operations of the oplog are not in it. */
export type ReplayFolder = { readonly folder: string; readonly left: number };

/**
 * mongorestore accepts no filter beside --oplogReplay, and would restore users, roles and settings of the source: so it gets a folder of links to the files
 * of the people's databases, with an oplog of their operations alone. `folder` exists and is empty; a backup with nothing of the server's is taken as it is.
 * Throws `BackupError` for a damaged oplog, Error with the file that cannot be written, `Interrupted`.
 */
export async function replayFolder(
  backup: Backup & { readonly oplog: string },
  { folder, gzip, signal }: { readonly folder: string; readonly gzip: boolean; readonly signal?: AbortSignal | undefined },
): Promise<ReplayFolder> {
  const entries = await readdir(backup.folder, { withFileTypes: true });
  const databases = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const left = await countLeftOut(backup.oplog, signal);
  const files = await readdir(backup.folder, { recursive: true });
  if (left === 0 && !databases.some(isServerDatabase) && !files.some((file) => OF_USERS.test(file))) return { folder: backup.folder, left };
  const preludes = entries.filter((entry) => entry.isFile() && entry.name.startsWith('prelude.json'));
  for (const { name } of preludes) await link(join(backup.folder, name), join(folder, name));
  for (const database of databases.filter((name) => !isServerDatabase(name))) await linkDatabase(backup.folder, folder, database);
  const path = join(folder, 'oplog.bson');
  await writeFile(path, userEntries(backup.oplog), { gzip, open: openOnDisk, signal }).catch((error: unknown) => {
    throw error instanceof BackupError && error.file === path ? temporaryNotWritten(path, error.cause) : error;
  });
  return { folder, left };
}

/** Users and roles of before 2.6, in each database. */
const OF_USERS = /(^|[\\/])system\.(users|roles|version)\.(bson|metadata\.json)(\.gz)?$/;

async function linkDatabase(from: string, to: string, database: string): Promise<void> {
  const folder = join(to, database);
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    throw temporaryNotWritten(folder, error);
  });
  for (const name of await readdir(join(from, database)))
    if (!OF_USERS.test(name)) await link(join(from, database, name), join(folder, name));
}

async function link(file: string, path: string): Promise<void> {
  await symlink(resolve(file), path).catch((error: unknown) => {
    throw temporaryNotWritten(path, error);
  });
}

async function countLeftOut(oplog: string, signal: AbortSignal | undefined): Promise<number> {
  let count = 0;
  for await (const { left } of parts(oplog)) {
    if (signal?.aborted) throw new Interrupted();
    count += left;
  }
  return count;
}

async function* userEntries(oplog: string): AsyncGenerator<Uint8Array> {
  for await (const { entry } of parts(oplog)) if (entry !== null) yield entry;
}

async function* parts(oplog: string): AsyncGenerator<Replayable> {
  for await (const batch of readBatches(oplog)) yield* batch.map((raw) => partOf(raw, oplog));
}

function partOf(raw: Uint8Array, oplog: string): Replayable {
  try {
    return userPartOf(raw);
  } catch (error) {
    if (!(error instanceof BSON.BSONError)) throw error;
    throw new BackupError(`${oplog}: damaged: an entry cannot be decoded (${error.message}); use another backup`, oplog, null, error);
  }
}
