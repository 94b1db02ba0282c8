import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { openSqliteStore } from '../../lib/state/sqlite.ts';
import { ORPHAN_TTL_SECONDS, StoreError } from '../../lib/state/store.ts';
import { storeContract, type Opened } from './contract.ts';
import { NOW, swapOf } from './samples.ts';

const root = await mkdtemp(join(tmpdir(), 'restorable-sqlite-'));
afterAll(() => rm(root, { recursive: true, force: true }));

let made = 0;
function freshPath(): string {
  made += 1;
  return join(root, `${made}`, 'deep', 'state.sqlite');
}

storeContract('sqlite store', async () => openedAt(freshPath()));

function openedAt(path: string): Opened {
  const store = openSqliteStore(path);
  const other = openSqliteStore(path);
  return {
    store,
    other,
    left: async (blob) => secondsLeft(path, blob),
    close: async () => {
      await store.close();
      await other.close();
    },
  };
}

function secondsLeft(path: string, blob: string): number | 'for good' | null {
  const database = new DatabaseSync(path);
  const row = database.prepare('SELECT expires_at AS at FROM blobs WHERE name = ?').get(blob);
  database.close();
  if (row === undefined) return null;
  return row['at'] === null ? 'for good' : (Number(row['at']) - Date.now()) / 1_000;
}

test('the folder is made, for its owner alone', async () => {
  const path = freshPath();
  const store = openSqliteStore(path);
  await store.readHead();
  await store.close();
  expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700);
});

test('a blob that expired reads as gone, and the next swap deletes it', async () => {
  let now = NOW;
  const path = freshPath();
  const store = openSqliteStore(path, () => now);
  await store.writeBlobs([{ name: 'a', text: 'one' }]);
  now += ORPHAN_TTL_SECONDS * 1_000;
  expect(await store.readBlobs(['a'])).toEqual([null]);
  await store.swap(swapOf({}));
  await store.close();
  expect(secondsLeft(path, 'a')).toBeNull();
});

test('what was swapped is there after the process that did it ended', async () => {
  const path = freshPath();
  const first = openSqliteStore(path);
  await first.swap(swapOf({}));
  await first.close();
  const second = openSqliteStore(path);
  expect(await second.readHead()).toMatchObject({ revision: 1 });
  await second.close();
});

test.for([
  ['whose folder is a file', async () => join(await fileIn(freshFolder()), 'state.sqlite')],
  ['that is a folder', async () => freshFolder()],
  ['that is no database', async () => fileIn(freshFolder())],
] as const)('a state file %s is a store error that names it and what to do', async ([, path]) => {
  const made = await path();
  const failure = await openSqliteStore(made)
    .readHead()
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StoreError);
  expect(String(failure)).toContain(made);
  expect(String(failure)).toContain('set STATE_PATH');
});

test('a state file that could not be opened is when its cause is gone, without a restart', async () => {
  const obstacle = await fileIn(freshFolder());
  const store = openSqliteStore(join(obstacle, 'state.sqlite'));
  await expect(store.readHead()).rejects.toThrow(/make its folder writable/);
  await rm(obstacle);
  expect(await store.readHead()).toEqual({ revision: 0, head: null });
  await store.close();
});

test('a file that a newer version wrote is left alone', async () => {
  const path = join(await freshFolder(), 'state.sqlite');
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
  await expect(openSqliteStore(path).readHead()).rejects.toThrow(/newer version/);
});

async function freshFolder(): Promise<string> {
  return mkdtemp(join(root, 'case-'));
}

async function fileIn(folder: Promise<string>): Promise<string> {
  const path = join(await folder, 'file');
  await writeFile(path, 'this is not a database, and long enough to be looked at as one: '.repeat(20));
  return path;
}
