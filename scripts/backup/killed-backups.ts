import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BACKUP_NAME, UNFINISHED } from '../../lib/recovery/dump/backup-names.ts';
import { notWritten } from '../../lib/recovery/dump/disk/write-file.ts';
import { manifestPath } from '../../lib/recovery/dump/dump-manifest.ts';
import type { OwnProcess } from '../../lib/recovery/dump/tool/own-process.ts';
import { makePrivateFolder } from '../process/private-file.ts';

/** The file beside an unfinished backup that holds the identity of the process that takes it. */
const OWNER = `${UNFINISHED}.owner`;

/** Says beside the backup of this name, while `act` takes it, which process does. Throws `BackupError` where the folder cannot be written, or what `act` throws. */
export async function asOwner<T>(folder: string, { identity }: Pick<OwnProcess, 'identity'>, act: () => Promise<T>): Promise<T> {
  if (identity === null) return act();
  const path = folder + OWNER;
  try {
    await makePrivateFolder(join(folder, '..'));
    await writeFile(path, identity, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw notWritten(path, error);
  }
  try {
    return await act();
  } finally {
    await rm(path, { force: true });
  }
}

/**
 * Deletes the unfinished backups in a folder whose process has ended, and returns their names. What another machine may be taking, or was left by a version
 * that did not say whose it is, stays. Throws the file system's errors.
 */
export async function sweepUnfinished(out: string, { hasEnded }: Pick<OwnProcess, 'hasEnded'>): Promise<readonly string[]> {
  if (!existsSync(out)) return [];
  const swept: string[] = [];
  for (const name of await readdir(out)) {
    const backup = name.endsWith(OWNER) ? name.slice(0, -OWNER.length) : '';
    if (!BACKUP_NAME.test(backup) || hasEnded(await readFile(join(out, name), 'utf8').catch(() => '')) !== true) continue;
    const folder = join(out, backup);
    if (existsSync(folder + UNFINISHED)) swept.push(backup + UNFINISHED);
    if (!existsSync(folder)) await Promise.all(leftOf(folder).map((path) => rm(path, { recursive: true, force: true })));
    await rm(join(out, name), { force: true });
  }
  return swept.toSorted();
}

function leftOf(folder: string): readonly string[] {
  const manifest = manifestPath(folder);
  return [folder + UNFINISHED, `${manifest}${UNFINISHED}`, manifest, `${manifest}.sha256`];
}
