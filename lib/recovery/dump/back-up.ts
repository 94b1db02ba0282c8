import { access, mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { iso, type Instant } from '../../domain/time.ts';
import { BackupError, Interrupted } from './error.ts';
import { checksumLine, type BackupManifest, type Contents, manifestPath, manifestText, sha256 } from './manifest.ts';
import { BACKUP_NAME, backupName, UNFINISHED } from './names.ts';
import { notWritten, syncFolder } from './write-file.ts';

export type Finished = { readonly folder: string; readonly manifest: BackupManifest; readonly manifestSha256: string };

export type BackupPlan = {
  /** Where backups are kept; made where it is not there. */
  readonly out: string;
  readonly gzip: boolean;
  readonly database: string | null;
  /** Where it is read from, as `hostsOf` writes it. */
  readonly hosts: readonly string[];
  readonly now: () => Instant;
  readonly signal?: AbortSignal | undefined;
  /** Fills the folder, which is there and empty. */
  readonly write: (folder: string) => Promise<Contents>;
};

const OWNER_ONLY = 0o700;

/**
 * Takes a backup: into `NAME.partial` first, which gets its name when everything is on the disk; the manifest beside it is there before.
 * Whatever goes wrong, nothing of it is left. Throws `BackupError`, `Interrupted`, or what `write` throws.
 */
export async function backUp(plan: BackupPlan): Promise<Finished> {
  const startedAt = plan.now();
  const folder = join(plan.out, backupName(startedAt));
  const partial = folder + UNFINISHED;
  await makeFolder(plan.out, folder, partial);
  try {
    const contents = await plan.write(partial);
    if (plan.signal?.aborted) throw new Interrupted();
    if (contents.collections.length === 0) throw nothingFound(plan.database);
    const { gzip, database } = plan;
    const hosts = plan.hosts.toSorted();
    const times = { startedAt: iso(startedAt), endedAt: iso(plan.now()) };
    return await commit(folder, { format: 1, name: basename(folder), gzip, database, hosts, ...times, ...contents });
  } catch (error) {
    await leaveNothing(folder);
    throw error;
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
  // Looked at while the unfinished folder keeps others off the name.
  for (const taken of [folder, manifestPath(folder)]) {
    if (!(await isThere(taken))) continue;
    await rmdir(partial);
    throw new BackupError(`${taken} is there already; take the backup again a second later`, taken);
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The folder's rename comes last: a backup that is there is whole, and its manifest with it. */
async function commit(folder: string, manifest: BackupManifest): Promise<Finished> {
  const text = manifestText(manifest);
  const path = manifestPath(folder);
  await writeSynced(`${path}${UNFINISHED}`, text);
  await writeSynced(`${path}.sha256`, checksumLine(text, basename(path)));
  await rename(`${path}${UNFINISHED}`, path);
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

/** Of a backup that failed; `makeFolder` made sure that none of it is another backup's. */
async function leaveNothing(folder: string): Promise<void> {
  const path = manifestPath(folder);
  const ours = [folder + UNFINISHED, `${path}${UNFINISHED}`, path, `${path}.sha256`];
  await Promise.all(ours.map((one) => rm(one, { recursive: true, force: true })));
}

/** Folders of backups that neither ended nor cleaned up, killed or cut off from power; one that is just being taken looks the same. */
export async function unfinishedIn(out: string): Promise<readonly string[]> {
  const names = await readdir(out);
  return names.filter((name) => name.endsWith(UNFINISHED) && BACKUP_NAME.test(name.slice(0, -UNFINISHED.length))).toSorted();
}
