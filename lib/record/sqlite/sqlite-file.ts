import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Place, tooOld } from '../stored-head.ts';
import { StoreError } from '../store.ts';
import { HISTORY_TABLES } from './sqlite-history.ts';
import { TRAIL_TABLES } from './sqlite-trail.ts';
import { IN_MEMORY, placeProblem } from './state-place.ts';

/** Raised when a table changes. A new table needs no new version: older programs leave it alone. */
const TABLES_VERSION = 2;

/** WAL lets the page read while a run writes. The timeout waits for another process's swap, which takes milliseconds. */
const SETTINGS = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;';

const TABLES = `
CREATE TABLE IF NOT EXISTS head (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL, writer TEXT NOT NULL, data TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS lease (id INTEGER PRIMARY KEY CHECK (id = 1), owner TEXT NOT NULL, taken_at INTEGER NOT NULL, until INTEGER NOT NULL, took_over TEXT) STRICT;
CREATE TABLE IF NOT EXISTS blobs (name TEXT PRIMARY KEY, text TEXT NOT NULL, expires_at INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS records (place TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, corrects TEXT NOT NULL, listed TEXT NOT NULL, evidence TEXT NOT NULL) STRICT;
CREATE TRIGGER IF NOT EXISTS records_are_final BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END;
${HISTORY_TABLES}
${TRAIL_TABLES}
PRAGMA user_version = ${TABLES_VERSION};`;

/** Its owner alone reads and writes: it holds what is weak in somebody's backups, and people's addresses. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Files that SQLite puts beside a database in WAL mode. It makes them with the database's own mode (sqlite.org/wal.html). */
const BESIDE = ['-wal', '-shm'];

/** Opens or makes the file and its folder, for the owner alone. Throws `StoreError`. */
export function openFile(path: string): DatabaseSync {
  const problem = placeProblem(path);
  if (problem !== null) throw new StoreError(`open the state file ${path}: ${problem}`);
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE });
    makePrivate(path);
    database = new DatabaseSync(path);
    prepare(database, path);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof StoreError) throw error;
    throw new StoreError(`open the state file ${path}: ${reason(error)}; make its folder writable, or set STATE_PATH to one that is`);
  }
}

/** Makes the file before SQLite does, which would leave its mode to the umask, and takes from others what an earlier version gave them. */
function makePrivate(path: string): void {
  if (path === IN_MEMORY) return;
  closeSync(openSync(path, 'a', FILE_MODE));
  for (const file of [path, ...BESIDE.map((end) => path + end)].filter(existsSync)) {
    if ((statSync(file).mode & 0o077) === 0) continue;
    try {
      chmodSync(file, FILE_MODE);
    } catch (error) {
      throw new StoreError(
        `open the state file ${path}: others may read ${file}, and that cannot be changed: ${reason(error)}; run \`chmod 600\` on it as its owner, or set STATE_PATH to a new file`,
      );
    }
  }
}

/** SQLite's or the system's own words: they name files and tables, never what is stored. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : 'an unknown failure';
}

function prepare(database: DatabaseSync, path: string): void {
  const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (found > TABLES_VERSION) {
    throw new StoreError(
      `open the state file ${path}: it was written by a newer version; deploy that version again, or set STATE_PATH to another file`,
    );
  }
  // SQLite gives a new file the version 0.
  if (found !== 0 && found < TABLES_VERSION) throw tooOld('open the state file', { found, expected: TABLES_VERSION }, placeOf(path));
  database.exec(SETTINGS);
  database.exec(TABLES);
}

export function placeOf(path: string): Place {
  return { name: path, startAnew: 'set STATE_PATH to a new file' };
}
