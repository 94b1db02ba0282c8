import { execFile } from 'node:child_process';
import { open, readdir } from 'node:fs/promises';
import { platform, release } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mapConcurrently } from '../concurrently.ts';
import { codeOf } from '../dump-error.ts';
import { isOnLocalDisk } from './local-disk.ts';
import { notWritten } from './write-file.ts';

/** libuv has four threads for files. */
const AT_ONCE = 4;

/**
 * All that is below the folder survives a power cut from then on. Where the file system can be synced as a whole, that is done, since a journal takes
 * some milliseconds for each file that is synced alone: with 1,500 small collections longer than all the rest of a backup. Throws `BackupError`.
 */
export async function syncTree(folder: string): Promise<void> {
  if (await syncFileSystem(folder)) return;
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = (folders: boolean): readonly string[] =>
    entries.filter((entry) => entry.isDirectory() === folders).map(({ parentPath, name }) => join(parentPath, name));
  await mapConcurrently(paths(false), AT_ONCE, syncFile);
  await mapConcurrently([...paths(true), folder], AT_ONCE, syncFolder);
}

/** True where the whole file system was synced. Linux reports what could not be written since 5.8 (syncfs(2)). */
async function syncFileSystem(folder: string): Promise<boolean> {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  if (platform() !== 'linux' || major < 5 || (major === 5 && minor < 8)) return false;
  try {
    if (!(await isOnLocalDisk(folder))) return false;
    await promisify(execFile)('sync', ['-f', folder], { env: { NODE_ENV: 'production' } });
    return true;
  } catch {
    // No such program, or it failed: files are synced one by one, and tell which it was.
    return false;
  }
}

async function syncFile(path: string): Promise<void> {
  // Windows syncs only what may be written.
  await synced(path, 'r+').catch((error: unknown) => {
    throw notWritten(path, error);
  });
}

/** What was created or renamed in the folder survives a power cut from then on. Throws `BackupError`. */
export async function syncFolder(folder: string): Promise<void> {
  await synced(folder, 'r').catch((error: unknown) => {
    // Windows cannot sync a folder.
    if (!['EPERM', 'EISDIR', 'EINVAL', 'EBADF'].includes(codeOf(error))) throw notWritten(folder, error);
  });
}

async function synced(path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
