import { accessSync, closeSync, constants, existsSync, openSync, readSync, type Stats, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** SQLite's name of a database that no file holds (sqlite.org/inmemorydb.html). */
export const IN_MEMORY = ':memory:';
/** The first 16 bytes of every database (sqlite.org/fileformat.html, 1.3). SQLite makes a new database of a file that is shorter, whatever is in it. */
const MAGIC = 'SQLite format 3\0';
/** Where the kernel shows its own state and keeps no file: proc, sysfs, cgroup, cgroup2, debugfs, tracefs, securityfs (Linux, include/uapi/linux/magic.h). */
const OF_THE_KERNEL: ReadonlySet<number> = new Set([0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x64626720, 0x74726163, 0x73636673]);

/**
 * Why no state can be kept at this path, and what to do, as one clause; null if nothing speaks against it. Opens no database and makes nothing. To be asked
 * before anything is opened: opening a pipe waits for ever, Node's mkdir never ends under /proc, and SQLite writes over a short file of somebody else's.
 */
export function placeProblem(path: string): string | null {
  if (path === IN_MEMORY) return null;
  try {
    const found = statsOf(path);
    return found === null ? problemOfNew(path) : (problemOfFound(path, found) ?? unwritable(path) ?? unwritable(dirname(path)));
  } catch (error) {
    return `${error instanceof Error ? error.message : 'it cannot be examined'}; set STATE_PATH to a file in a folder that this user may write to`;
  }
}

function statsOf(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}

function problemOfFound(path: string, found: Stats): string | null {
  if (found.isDirectory()) return `it is a folder; set STATE_PATH to a file in it, as ${path.replace(/\/+$/, '')}/state.sqlite`;
  if (!found.isFile()) return 'it is a device, pipe or socket and no file; set STATE_PATH to a file';
  return ofTheKernel(path) ?? (isDatabase(path, found) ? null : NO_DATABASE);
}

const NO_DATABASE = 'the file there is no SQLite database, and was left as it is; set STATE_PATH to another file';

/** An empty file is one that SQLite has not written to yet. */
function isDatabase(path: string, { size }: Stats): boolean {
  if (size === 0) return true;
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(MAGIC.length);
    return readSync(file, start) === MAGIC.length && start.toString('latin1') === MAGIC;
  } finally {
    closeSync(file);
  }
}

/** The folders that are missing are made, below the nearest one that there is. */
function problemOfNew(path: string): string | null {
  if (path.endsWith('/')) return `it is named as a folder; set STATE_PATH to a file in it, as ${path}state.sqlite`;
  const above = nearestAbove(path);
  if (!statSync(above).isDirectory()) return `${above} is no folder, so nothing can lie in it; set STATE_PATH to a file in a folder`;
  return ofTheKernel(above) ?? unwritable(above);
}

function nearestAbove(path: string): string {
  const above = dirname(path);
  return existsSync(above) ? above : nearestAbove(above);
}

function ofTheKernel(path: string): string | null {
  return OF_THE_KERNEL.has(statfsSync(path).type)
    ? `${path} shows the state of the system and keeps no files; set STATE_PATH to a file on a disk`
    : null;
}

function unwritable(path: string): string | null {
  try {
    accessSync(path, constants.W_OK);
    return null;
  } catch {
    return `this user may not write to ${path}; make it writable, or set STATE_PATH to a file in a folder that is`;
  }
}
