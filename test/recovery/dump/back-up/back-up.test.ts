import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { BSON } from 'mongodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { backUp, type BackupPlan, type Finished } from '../../../../lib/recovery/dump/back-up/back-up.ts';
import { readManifest } from '../../../../lib/recovery/dump/dump-manifest.ts';
import { unfinishedIn } from '../../../../lib/recovery/dump/back-up/prune-backups.ts';
import { EMPTY_DOCUMENT } from '../../../../lib/recovery/dump/extended-json/bson-elements.ts';
import { readBackup } from '../../../../lib/recovery/dump/read/read-backup.ts';
import type { Source } from '../../../../lib/recovery/dump/back-up/backup-source.ts';
import { verifyFiles } from '../../../../lib/recovery/dump/read/read-backup.ts';
import { writeCollections, type WriteOptions } from '../../../../lib/recovery/dump/back-up/write-collections.ts';
import type { Batch } from '../../../../lib/recovery/dump/back-up/server-answer.ts';
import { type NewFile, openOnDisk, type Opener } from '../../../../lib/recovery/dump/disk/new-file.ts';
import { folderForTest, ID_INDEX, inMemory } from '../in-memory.ts';

const AT = Date.UTC(2026, 10, 22, 13, 42);
const HOSTS = ['b.example.net:27017', 'a.example.net:27017'];
const NAME = 'restorewatch-2026-11-22T13-42-00Z';
const VIEW = { namespace: 'shop.v', type: 'view', options: '{"viewOn":"orders","pipeline":[]}' } as const;
const SHOP = inMemory([
  { namespace: 'shop.orders', documents: [{ _id: 1 }, { _id: 2, text: 'zwei' }] },
  { namespace: 'shop.empty' },
  VIEW,
  { namespace: 'shop.ticks', type: 'timeseries', options: '{"timeseries":{"timeField":"t"}}', documents: [{ _id: 1, control: {} }] },
  { namespace: 'crm.a/b %', documents: [{ _id: 1 }] },
]);

type Given = Partial<BackupPlan> & { readonly source?: Source; readonly how?: Partial<WriteOptions> };

async function taken(out: string, { source = SHOP, how = {}, ...plan }: Given = {}): Promise<Finished> {
  const options = { gzip: plan.gzip ?? false, onProgress: () => {}, signal: plan.signal, ...how };
  const write = (folder: string): ReturnType<typeof writeCollections> => writeCollections(source, folder, options);
  return backUp({ out, gzip: false, database: null, hosts: HOSTS, now: () => AT, write, ...plan });
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

/** Takes nothing after the first bytes, as a full disk. */
const fullDisk: Opener = async (path) => ({
  ...(await openOnDisk(path)),
  write: () => Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', path })),
});

/** Takes so many bytes of one file, and then no more, as a disk that becomes full. */
function diskOf(bytes: number): Opener {
  return async (path) => {
    const file = await openOnDisk(path);
    let left = bytes;
    const write: NewFile['write'] = async (chunk) => {
      if (left === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', path });
      const written = await file.write(chunk.subarray(0, left));
      left -= written;
      return written;
    };
    return { ...file, write };
  };
}

describe('a backup', () => {
  test('names in its manifest what the server called itself and its members, and nothing where that told none', async () => {
    const { manifest } = await taken(await folderForTest(), { members: ['rs-b:27017', 'rs-a:27017'] });
    expect([manifest.hosts, manifest.members]).toEqual([HOSTS.toSorted(), ['rs-a:27017', 'rs-b:27017']]);
    expect((await taken(await folderForTest(), { members: [] })).manifest).not.toHaveProperty('members');
  });

  test('is a folder as mongodump makes it, with manifest and checksum beside it', async () => {
    const out = await folderForTest();
    const { folder } = await taken(out);
    expect(folder).toBe(join(out, NAME));
    expect(await filesIn(out)).toEqual(
      [
        `${NAME}.manifest.json`,
        `${NAME}.manifest.json.sha256`,
        `${NAME}/crm/a%2Fb%20%25.bson`,
        `${NAME}/crm/a%2Fb%20%25.metadata.json`,
        `${NAME}/prelude.json`,
        `${NAME}/shop/empty.bson`,
        `${NAME}/shop/empty.metadata.json`,
        `${NAME}/shop/orders.bson`,
        `${NAME}/shop/orders.metadata.json`,
        `${NAME}/shop/system.buckets.ticks.bson`,
        `${NAME}/shop/ticks.metadata.json`,
        `${NAME}/shop/v.metadata.json`,
      ].toSorted(),
    );
    expect(await readFile(join(folder, 'prelude.json'), 'utf8')).toBe('{"ServerVersion":"8.0.1","ToolVersion":"restorewatch"}');
    expect(await readFile(join(folder, 'shop/v.metadata.json'), 'utf8')).toBe(
      `{"options":{"viewOn":"orders","pipeline":[]},"indexes":[],"uuid":"${'ab'.repeat(16)}","collectionName":"v","type":"view"}`,
    );
  });

  test('packs every file with --gzip', async () => {
    const { folder } = await taken(await folderForTest(), { gzip: true });
    expect((await filesIn(folder)).every((file) => file.endsWith('.gz'))).toBe(true);
    expect(gunzipSync(await readFile(join(folder, 'prelude.json.gz'))).toString()).toContain('8.0.1');
    const { collections, serverVersion } = await readBackup(folder);
    expect([collections.length, serverVersion]).toEqual([5, '8.0.1']);
  });

  test('has a manifest with counts and with notes on consistency', async () => {
    const { folder, manifest } = await taken(await folderForTest());
    expect(await readManifest(folder)).toEqual(manifest);
    expect(manifest.collections).toEqual([
      { namespace: 'shop.orders', type: 'collection', documents: 2 },
      { namespace: 'shop.empty', type: 'collection', documents: 0 },
      { namespace: 'shop.v', type: 'view', documents: null },
      { namespace: 'shop.ticks', type: 'timeseries', documents: 1 },
      { namespace: 'crm.a/b %', type: 'collection', documents: 1 },
    ]);
    expect(manifest).toMatchObject({ name: NAME, consistency: 'none', startedAt: '2026-11-22T13:42:00Z' });
    expect(manifest.notes.join()).toMatch(/without an oplog.*shop\.ticks/);
    await expect(verifyFiles(folder, manifest)).resolves.toBeUndefined();
  });

  test('can be read by its owner alone', async () => {
    const { folder } = await taken(await folderForTest());
    const modes = await Promise.all(['', 'shop', 'shop/orders.bson'].map(async (path) => (await stat(join(folder, path))).mode & 0o077));
    expect(modes).toEqual([0, 0, 0]);
  });

  test('reads back as it was written', async () => {
    const { folder } = await taken(await folderForTest());
    const { collections } = await readBackup(folder);
    expect(collections.map(({ namespace, type }) => [namespace, type])).toEqual([
      ['crm.a/b %', 'collection'],
      ['shop.empty', 'collection'],
      ['shop.orders', 'collection'],
      ['shop.ticks', 'timeseries'],
      ['shop.v', 'view'],
    ]);
    const view = collections.find(({ name }) => name === 'v');
    expect(view?.file).toBeNull();
    expect(BSON.deserialize(view?.options ?? EMPTY_DOCUMENT)).toEqual({ viewOn: 'orders', pipeline: [] });
    expect(collections.find(({ name }) => name === 'ticks')?.file).toContain('system.buckets.ticks.bson');
  });

  test('keeps a long collection name in the metadata', async () => {
    const name = 'z'.repeat(245);
    const { folder } = await taken(await folderForTest(), { source: inMemory([{ namespace: `shop.${name}`, documents: [{ _id: 1 }] }]) });
    expect((await readBackup(folder)).collections[0]?.namespace).toBe(`shop.${name}`);
  });

  test('leaves out, and names, a collection that is dropped while it is taken', async () => {
    const source: Source = { ...SHOP, indexes: (listed) => (listed.name === 'empty' ? Promise.resolve(null) : SHOP.indexes(listed)) };
    const { folder, manifest } = await taken(await folderForTest(), { source });
    expect(manifest.notes).toContain('dropped while the backup was taken: shop.empty');
    expect(manifest.collections.map(({ namespace }) => namespace)).toEqual(['shop.orders', 'shop.v', 'shop.ticks', 'crm.a/b %']);
    expect((await filesIn(folder)).filter((file) => file.includes('empty'))).toEqual([]);
  });

  test('reports its progress by collection', async () => {
    const told: { readonly namespace: string; readonly documents: number }[] = [];
    await taken(await folderForTest(), { how: { onProgress: (progress) => void told.push(progress) } });
    expect(new Set(told.map(({ namespace }) => namespace))).toContain('shop.orders');
    // Several are written at once: the sum alone has no order of its own.
    expect(Math.max(...told.map(({ documents }) => documents))).toBe(4);
  });
});

describe('a backup that fails leaves nothing', () => {
  test('when the disk is full: the error names the file and says what to do', async () => {
    const out = await folderForTest();
    const failing = taken(out, { how: { open: fullDisk } });
    await expect(failing).rejects.toThrow(/metadata\.json cannot be written: the disk is full; free some space/);
    expect(await readdir(out)).toEqual([]);
  });

  test('when the disk becomes full half way: the error says how much had been written', async () => {
    const out = await folderForTest();
    const source: Source = { ...inMemory([{ namespace: 'shop.orders' }]), documents: () => endless(() => {}) };
    const failing = taken(out, { source, how: { open: diskOf(2_500_000) } });
    await expect(failing).rejects.toThrow(
      /\.bson cannot be written: the disk is full; .* --out; 2\.5 MB of this backup had been written, and are deleted again: it needs more than that$/,
    );
    expect(await readdir(out)).toEqual([]);
  });

  test('when mongodump fills the disk: the error says how much had been written', async () => {
    const out = await folderForTest();
    const write = async (folder: string): Promise<never> => {
      await writeFile(join(folder, 'orders.bson'), Buffer.alloc(1_500_000));
      throw new Error('mongodump ended with 1: error writing data: write orders.bson: no space left on device');
    };
    await expect(taken(out, { write })).rejects.toThrow(/no space left on device; 1\.5 MB of this backup had been written/);
    expect(await readdir(out)).toEqual([]);
  });

  test('but what cannot be deleted, which keeps the name of an unfinished one: the error has both reasons', async () => {
    const out = await folderForTest();
    // Only a program that goes into each folder deletes what has a path of more than 4,096 bytes.
    onTestFinished(() => void execFileSync('rm', ['-rf', out]));
    const write = (folder: string): Promise<never> => {
      const deeper = 'for n in $(seq 17); do mkdir "$1"; cd "$1" || exit 0; done';
      execFileSync('sh', ['-c', deeper, 'sh', 'x'.repeat(250)], { cwd: folder, stdio: 'ignore' });
      return Promise.reject(new Error('connection closed'));
    };
    const words = `connection closed; ${join(out, NAME)}.partial could not be deleted (ENAMETOOLONG); delete it by hand`;
    await expect(taken(out, { write })).rejects.toThrow(words);
    expect(await unfinishedIn(out)).toEqual([`${NAME}.partial`]);
  });

  test('when it is interrupted half way', async () => {
    const out = await folderForTest();
    const controller = new AbortController();
    const source: Source = { ...SHOP, documents: () => endless(() => controller.abort()) };
    await expect(taken(out, { source, signal: controller.signal })).rejects.toThrow('interrupted');
    expect(await readdir(out)).toEqual([]);
  });

  test('when the server fails, whose words are the error', async () => {
    const out = await folderForTest();
    const source: Source = { ...SHOP, documents: () => broken() };
    await expect(taken(out, { source })).rejects.toThrow('connection closed');
    expect(await readdir(out)).toEqual([]);
  });

  test('when there is nothing to back up', async () => {
    const out = await folderForTest();
    await expect(taken(out, { source: inMemory([]) })).rejects.toThrow(/nothing to back up.*is MONGODB_URI the right one/);
    await expect(taken(out, { source: inMemory([]), database: 'shpo' })).rejects.toThrow('the database shpo has no collection');
    expect(await readdir(out)).toEqual([]);
  });

  test('when the folder cannot be made', async () => {
    const file = join(await folderForTest(), 'file');
    await writeFile(file, '');
    await expect(taken(join(file, 'backups'))).rejects.toThrow(/cannot be written: a part of the path is no folder/);
  });

  test('and does not touch another backup of the same second', async () => {
    const out = await folderForTest();
    const { folder, manifest } = await taken(out);
    await expect(taken(out)).rejects.toThrow('is there already; take the backup again a second later');
    await expect(verifyFiles(folder, manifest)).resolves.toBeUndefined();
    expect((await readdir(out)).toSorted()).toEqual([NAME, `${NAME}.manifest.json`, `${NAME}.manifest.json.sha256`]);
  });
});

async function* endless(afterFirst: () => void): AsyncGenerator<Batch> {
  for (;;) {
    yield { documents: 1, bytes: Buffer.alloc(600_000) };
    afterFirst();
  }
}

async function* broken(): AsyncGenerator<Batch> {
  yield { documents: 1, bytes: Buffer.alloc(600_000) };
  throw new Error('connection closed');
}

describe('a file that is not on the disk as it was written fails the backup', () => {
  test.for([
    ['a byte', (read: Buffer, length: number) => ((read[0] = 0xff), length), 'has other bytes'],
    ['the end', (_: Buffer, length: number) => Math.max(0, length - 1), /has \d+ bytes instead of \d+/],
  ] as const)('with %s', async ([, change, words]) => {
    const out = await folderForTest();
    const damaging: Opener = async (path) => {
      const file = await openOnDisk(path);
      return { ...file, read: async (into, from) => change(into, await file.read(into, from)) };
    };
    await expect(taken(out, { how: { open: damaging } })).rejects.toThrow(words);
    expect(await readdir(out)).toEqual([]);
  });
});

describe('a backup that was changed afterwards is detected', () => {
  test.for([
    ['a byte', (folder: string) => writeFile(join(folder, 'shop/orders.bson'), 'x'.repeat(40)), /orders\.bson: (wrong checksum|\d+ bytes)/],
    ['a file too many', (folder: string) => writeFile(join(folder, 'shop/new.bson'), ''), /new\.bson: not in the manifest/],
    ['the manifest', (folder: string) => writeFile(`${folder}.manifest.json`, '{}'), /manifest\.json: wrong checksum/],
    ["the manifest's checksum", (folder: string) => writeFile(`${folder}.manifest.json.sha256`, ''), /manifest\.json: wrong checksum/],
  ] as const)('by %s', async ([, change, words]) => {
    const { folder, manifest } = await taken(await folderForTest());
    await change(folder);
    const checking = readManifest(folder).then(() => verifyFiles(folder, manifest));
    await expect(checking).rejects.toThrow(words);
  });

  test('by one byte of the same length', async () => {
    const { folder, manifest } = await taken(await folderForTest());
    const path = join(folder, 'shop/orders.bson');
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(10) ^ 1, 10);
    await writeFile(path, bytes);
    await expect(verifyFiles(folder, manifest)).rejects.toThrow(`${path}: wrong checksum`);
  });
});

describe('a backup that is read', () => {
  test('and is empty is an error that says so', async () => {
    await expect(readBackup(await folderForTest())).rejects.toThrow('an empty backup');
  });

  test('and is not there is an error that says what --backup takes', async () => {
    await expect(readBackup('/nowhere/backup')).rejects.toThrow('/nowhere/backup: there is no such folder; --backup takes the folder');
  });

  test('without a data file is an error that names the collection', async () => {
    const folder = await folderForTest();
    await mkdir(join(folder, 'shop'));
    await writeFile(join(folder, 'shop/orders.metadata.json'), `{"indexes":[${ID_INDEX}],"collectionName":"orders","type":"collection"}`);
    await expect(readBackup(folder)).rejects.toThrow('shop.orders: its .bson file is missing');
  });

  test('with metadata that is cut off is an error that names the file', async () => {
    const folder = await folderForTest();
    await mkdir(join(folder, 'shop'));
    await writeFile(join(folder, 'shop/orders.metadata.json'), '{"indexes":[');
    await expect(readBackup(folder)).rejects.toThrow(`${join(folder, 'shop/orders.metadata.json')}: not JSON`);
  });

  test('names a collection without metadata, as in very old dumps, after its data file', async () => {
    const folder = await folderForTest();
    await mkdir(join(folder, 'shop'));
    await writeFile(join(folder, 'shop/caf%C3%A9s.bson'), '');
    await writeFile(join(folder, 'shop/$admin.system.users.bson'), '');
    expect((await readBackup(folder)).collections.map(({ namespace }) => namespace)).toEqual(['shop.cafés']);
  });
});
