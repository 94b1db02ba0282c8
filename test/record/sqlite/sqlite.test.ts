import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../../../lib/domain/time.ts';
import { pack } from '../../../lib/record/pack.ts';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import { ORPHAN_TTL_SECONDS, StoreError } from '../../../lib/record/store.ts';
import { storeContract, type Opened } from '../contract.ts';
import { incident, NOW, past, swapOf } from '../samples.ts';

const root = await mkdtemp(join(tmpdir(), 'restorewatch-sqlite-'));
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

test('history of an earlier version is read with the rest, and leaves when it is as old', async () => {
  const path = freshPath();
  const store = openSqliteStore(path);
  await store.swap(swapOf({ history: [past('new', NOW)] }));
  const database = new DatabaseSync(path);
  const add = database.prepare('INSERT INTO history (ended_at, incident) VALUES (?, ?)');
  add.run(NOW - HOUR, pack(incident('earlier', NOW - HOUR)));
  database.close();
  const all = { from: 0, to: null, before: null, limit: 5 };
  expect((await store.pastIncidents(all)).map((one) => one.incident.id).toSorted()).toEqual(['earlier', 'new']);
  expect(await store.pastIncidents({ ...all, from: NOW })).toHaveLength(1);
  await store.swap(swapOf({ expected: 1, now: NOW - HOUR + 401 * DAY + 1 }));
  expect((await store.pastIncidents(all)).map((one) => one.incident.id)).toEqual(['new']);
  await store.close();
});

test('in memory makes no file', async () => {
  const store = openSqliteStore(':memory:');
  await store.swap(swapOf({}));
  await store.close();
  expect(existsSync(':memory:')).toBe(false);
});

describe('the files', () => {
  const FILES = ['', '-wal', '-shm'];
  const modesOf = async (path: string) => Promise.all(FILES.map(async (end) => (await stat(path + end)).mode & 0o777));
  const PRIVATE = [0o600, 0o600, 0o600];

  beforeAll(() => {
    const before = process.umask(0o022);
    return () => void process.umask(before);
  });

  test('are for their owner alone, in a folder that others may open too', async () => {
    const path = join(await freshFolder(), 'state.sqlite');
    await chmod(dirname(path), 0o755);
    const store = openSqliteStore(path);
    await store.swap(swapOf({}));
    expect(await modesOf(path)).toEqual(PRIVATE);
    await store.close();
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o755);
  });

  test('that an earlier version left open to others are closed to them, and keep what is in them', async () => {
    const path = join(await freshFolder(), 'state.sqlite');
    const first = openSqliteStore(path);
    await first.swap(swapOf({}));
    for (const end of FILES) await chmod(path + end, 0o644);
    const second = openSqliteStore(path);
    expect(await second.readHead()).toMatchObject({ revision: 1 });
    expect(await modesOf(path)).toEqual(PRIVATE);
    await second.close();
    await first.close();
  });
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

test('a swapped head is still there after its process has ended', async () => {
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

test('a state file that could not be opened is opened when the cause is gone, without a restart', async () => {
  const obstacle = await fileIn(freshFolder());
  const store = openSqliteStore(join(obstacle, 'state.sqlite'));
  await expect(store.readHead()).rejects.toThrow(/is no folder/);
  await rm(obstacle);
  expect(await store.readHead()).toEqual({ revision: 0, head: null });
  await store.close();
});

test('a file that a newer version wrote is refused', async () => {
  const path = await fileOfVersion(99);
  await expect(openSqliteStore(path).readHead()).rejects.toThrow(/newer version/);
});

test('a file from before 0.2.0 is refused with what to do, and not a byte of it is changed', async () => {
  const path = await fileOfVersion(1);
  const before = await readFile(path);
  const store = openSqliteStore(path);
  for (const attempt of [() => store.readHead(), () => store.lease('a', 1_000, NOW), () => store.swap(swapOf({}))]) {
    await expect(attempt()).rejects.toThrow(`${path} holds schema 1, and this version works with schema 2 and cannot convert it`);
    await expect(attempt()).rejects.toThrow(/state and its records were left as they are.*set STATE_PATH to a new file/);
  }
  expect(await readFile(path)).toEqual(before);
});

async function fileOfVersion(version: number): Promise<string> {
  const path = join(await freshFolder(), 'state.sqlite');
  const database = new DatabaseSync(path);
  database.exec(`CREATE TABLE head (data TEXT); PRAGMA user_version = ${version}`);
  database.close();
  return path;
}

async function freshFolder(): Promise<string> {
  return mkdtemp(join(root, 'case-'));
}

async function fileIn(folder: Promise<string>): Promise<string> {
  const path = join(await folder, 'file');
  await writeFile(path, 'this is not a database, and long enough to be looked at as one: '.repeat(20));
  return path;
}
