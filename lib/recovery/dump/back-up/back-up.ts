import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { iso, type Instant } from '../../../domain/time.ts';
import { BackupError, codeOf, Interrupted, wordsOf } from '../dump-error.ts';
import { checksumLine, type BackupManifest, type Contents, manifestPath, sha256 } from '../dump-manifest.ts';
import { backupName, UNFINISHED } from '../backup-names.ts';
import { clearMark, markUnfinished } from '../disk/unfinished.ts';
import { syncFolder, syncTree } from '../disk/sync-to-disk.ts';
import { notWritten } from '../disk/write-file.ts';

export type Finished = { readonly folder: string; readonly manifest: BackupManifest; readonly manifestSha256: string };

export type BackupPlan = {
  /** The folder of backups; it is created where it does not exist. */
  readonly out: string;
  readonly gzip: boolean;
  readonly database: string | null;
  /** The hosts of the source, as `comparableHosts` gives them. */
  readonly hosts: readonly string[];
  /** What the source calls itself and its members. */
  readonly members?: readonly string[] | undefined;
  readonly now: () => Instant;
  readonly signal?: AbortSignal | undefined;
  /** Fills the folder, which exists and is empty but for the mark. */
  readonly write: (folder: string) => Promise<Contents>;
};

const OWNER_ONLY = 0o700;

/**
 * Takes a backup into `NAME.partial`, marked inside as unfinished. Mark and name go when everything, the manifest beside it included, is on the disk. Whatever
 * goes wrong, nothing is left; what cannot be deleted keeps that name, and the error says so. Throws `BackupError`, `Interrupted`, or what `write` throws.
 */
export async function backUp(plan: BackupPlan): Promise<Finished> {
  const startedAt = plan.now();
  const folder = join(plan.out, backupName(startedAt));
  const partial = folder + UNFINISHED;
  await makeFolder(plan.out, folder, partial);
  try {
    await markUnfinished(partial, 'writing');
    const contents = await plan.write(partial);
    if (plan.signal?.aborted) throw new Interrupted();
    if (contents.collections.length === 0) throw nothingFound(plan.database);
    const { gzip, database } = plan;
    const hosts = plan.hosts.toSorted();
    const { members = [] } = plan;
    const named = members.length === 0 ? {} : { members: members.toSorted() };
    const times = { startedAt: iso(startedAt), endedAt: iso(plan.now()) };
    return await commit(folder, { format: 1, name: basename(folder), gzip, database, hosts, ...named, ...times, ...contents });
  } catch (error) {
    throw await afterFailure(folder, error);
  }
}

function nothingFound(database: string | null): BackupError {
  const where = database === null ? 'the server has no database but its own' : `the database ${database} has no collection`;
  return new BackupError(`nothing to back up: ${where}; is MONGODB_URI the right one, and may its user list databases and collections?`);
}

async function makeFolder(out: string, folder: string, partial: string): Promise<void> {
  try {
    await mkdir(out, { recursive: true, mode: OWNER_ONLY });
    await mkdir(partial, { mode: OWNER_ONLY });
  } catch (error) {
    throw notWritten(partial, error);
  }
  // Checked now, because the unfinished folder already keeps other processes from taking the name.
  for (const taken of [folder, manifestPath(folder)]) {
    if (!existsSync(taken)) continue;
    await rmdir(partial);
    throw new BackupError(`${taken} is there already; take the backup again a second later`, taken);
  }
}

/** The folder is renamed last, so that a backup that exists is complete and has its manifest. */
async function commit(folder: string, manifest: BackupManifest): Promise<Finished> {
  await syncTree(folder + UNFINISHED);
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const path = manifestPath(folder);
  await writeSynced(`${path}${UNFINISHED}`, text);
  await writeSynced(`${path}.sha256`, checksumLine(text, basename(path)));
  await rename(`${path}${UNFINISHED}`, path);
  await clearMark(folder + UNFINISHED);
  await syncFolder(folder + UNFINISHED);
  await rename(folder + UNFINISHED, folder);
  await syncFolder(join(folder, '..'));
  return { folder, manifest, manifestSha256: sha256(text) };
}

async function writeSynced(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    throw notWritten(path, error);
  }
}

/** Deletes what a failed backup wrote, and returns the error to throw: on a full disk with how much had been written, and with what could not be deleted. */
async function afterFailure(folder: string, error: unknown): Promise<unknown> {
  const partial = folder + UNFINISHED;
  const size = isFullDisk(error) ? await bytesIn(partial) : null;
  const left = await leaveNothing(folder).then(
    () => null,
    (failure: unknown) => `${partial} could not be deleted (${codeOf(failure) || wordsOf(failure)}); delete it by hand`,
  );
  const deleted = left === null ? 'and are deleted again' : 'and are still there';
  const notes = [
    ...(size === null ? [] : [`${(size / 1e6).toFixed(1)} MB of this backup had been written, ${deleted}: it needs more than that`]),
    ...(left === null ? [] : [left]),
  ];
  if (notes.length === 0) return error;
  const words = [wordsOf(error), ...notes].join('; ');
  return error instanceof Interrupted ? new Interrupted(words) : new BackupError(words, fileOf(error), null, error);
}

/** By the system's code, or by what mongodump says. */
function isFullDisk(error: unknown): boolean {
  const code = error instanceof BackupError ? codeOf(error.cause) : codeOf(error);
  return ['ENOSPC', 'EDQUOT'].includes(code) || /no space left on device|disk quota exceeded/i.test(wordsOf(error));
}

function fileOf(error: unknown): string | null {
  return error instanceof BackupError ? error.file : null;
}

/** What its files hold; what vanishes meanwhile counts nothing. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const sizes = await Array.fromAsync(files, (file) =>
    stat(file).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Deletes what a failed backup wrote; `makeFolder` has checked that none of it belongs to another backup. */
async function leaveNothing(folder: string): Promise<void> {
  const path = manifestPath(folder);
  const ours = [folder + UNFINISHED, `${path}${UNFINISHED}`, path, `${path}.sha256`];
  await Promise.all(ours.map((one) => rm(one, { recursive: true, force: true })));
}
