import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from './store.ts';

/** Bumped when a table changes, not when one is added, which an older version leaves alone; a file with a higher one is left alone. */
const TABLES_VERSION = 1;

/** WAL lets the page read while a run writes; the wait is for another process's swap, which takes milliseconds. */
const SETTINGS = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;';

const TABLES = `
CREATE TABLE IF NOT EXISTS head (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL, writer TEXT NOT NULL, data TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS lease (id INTEGER PRIMARY KEY CHECK (id = 1), owner TEXT NOT NULL, taken_at INTEGER NOT NULL, until INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS lease_before (id INTEGER PRIMARY KEY CHECK (id = 1), owner TEXT NOT NULL, took_over TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS blobs (name TEXT PRIMARY KEY, text TEXT NOT NULL, expires_at INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS history (id INTEGER PRIMARY KEY AUTOINCREMENT, ended_at INTEGER NOT NULL, incident TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS records (place TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, corrects TEXT NOT NULL, listed TEXT NOT NULL, evidence TEXT NOT NULL) STRICT;
CREATE TRIGGER IF NOT EXISTS records_are_final BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END;
PRAGMA user_version = ${TABLES_VERSION};`;

/** Opens or makes the file and its folder (0700: it holds what is weak in somebody's backups). Throws `StoreError`. */
export function openFile(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    database = new DatabaseSync(path);
    prepare(database, path);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof StoreError) throw error;
    throw new StoreError(`open the state file ${path}: ${reason(error)}; make its folder writable, or set STATE_PATH to one that is`);
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
  database.exec(SETTINGS);
  database.exec(TABLES);
}
