import { access, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from './sync-to-disk.ts';
import { notWritten } from './write-file.ts';
import { BackupError } from '../dump-error.ts';
import { UNFINISHED } from '../backup-names.ts';

/**
 * A file of this name lies in the folder of a backup until the backup is complete. It marks the folder under any name that it is given later. No database is
 * mistaken for it: a database's name holds no dot.
 */
export const UNFINISHED_MARK = 'UNFINISHED-BACKUP.txt';

const WORDS = {
  writing: 'Restorewatch is writing the backup in this folder, or was ended while it did. Documents and whole collections are missing.',
  deleting:
    'Restorewatch is deleting the backup in this folder, or was ended while it did. Documents and whole collections may be missing.',
};

/** A backup that was never completed, or is just being taken or deleted: nothing can be proven by it, and nothing is restored from it. */
export class UnfinishedBackup extends BackupError {
  override readonly name = 'UnfinishedBackup';
}

/** Marks a folder, on the disk, before anything is written to it or deleted from it. Throws `BackupError` where it cannot be written. */
export async function markUnfinished(folder: string, why: keyof typeof WORDS): Promise<void> {
  const path = join(folder, UNFINISHED_MARK);
  try {
    await writeFile(path, `${WORDS[why]} Nothing can be restored from it.\n`, { mode: 0o600, flush: true });
  } catch (error) {
    throw notWritten(path, error);
  }
  await syncFolder(folder);
}

/** Takes the mark away: the last thing that a backup does in its folder. */
export async function clearMark(folder: string): Promise<void> {
  await rm(join(folder, UNFINISHED_MARK), { force: true });
}

/** Whether a folder is marked, or has the name of an unfinished one, as backups of earlier versions have without a mark. */
export async function isUnfinished(folder: string): Promise<boolean> {
  if (basename(folder).endsWith(UNFINISHED)) return true;
  return access(join(folder, UNFINISHED_MARK)).then(
    () => true,
    () => false,
  );
}

/**
 * Throws `UnfinishedBackup` where the folder is an unfinished backup, is a database's folder in one, or holds one. `folder` is a real path, without symbolic
 * links.
 */
export async function refuseUnfinished(folder: string): Promise<void> {
  if (await isUnfinished(folder)) throw refusal(folder, `${folder} is an unfinished backup`);
  const above = dirname(folder);
  if (await isUnfinished(above)) throw refusal(folder, `${folder} is a part of an unfinished backup, ${above}`);
  for (const below of await foldersIn(folder))
    if (await isUnfinished(join(folder, below))) throw refusal(folder, `${folder} holds an unfinished backup, ${below}`);
}

function refusal(folder: string, what: string): UnfinishedBackup {
  return new UnfinishedBackup(`${what}: it was never completed, or is just being taken or deleted; name a backup that is complete`, folder);
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    // Whoever reads the folder itself says what is wrong with it.
    return [];
  }
}
