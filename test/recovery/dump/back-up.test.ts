import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { backUp, type BackupPlan, type Finished, unfinishedIn } from '../../../lib/recovery/dump/back-up.ts';
import { readManifest } from '../../../lib/recovery/dump/manifest.ts';
import { prune } from '../../../lib/recovery/dump/prune.ts';
import { readBackup } from '../../../lib/recovery/dump/read-backup.ts';
import type { Source } from '../../../lib/recovery/dump/source.ts';
import { verifyFiles } from '../../../lib/recovery/dump/verify.ts';
import { writeCollections, type WriteOptions } from '../../../lib/recovery/dump/write-collections.ts';
import { openOnDisk, type Opener } from '../../../lib/recovery/dump/write-file.ts';
import { folderForTest, ID_INDEX, inMemory } from './in-memory.ts';

const AT = Date.UTC(2026, 10, 22, 13, 42);
const HOSTS = ['b.example.net:27017', 'a.example.net:27017'];
const NAME = 'restorable-2026-11-22T13-42-00Z';
const VIEW = { namespace: 'shop.v', type: 'view', options: '{"viewOn":"orders","pipeline":[]}' } as const;
const OURS = { hosts: HOSTS, database: null };
const SHOP = inMemory([
  { namespace: 'shop.orders', documents: [{ _id: 1 }, { _id: 2, text: 'zwei' }] },
  { namespace: 'shop.empty' },
  VIEW,
  { namespace: 'shop.ticks', type: 'timeseries', options: '{"timeseries":{"timeField":"t"}}', documents: [{ _id: 1, control: {} }] },
  { namespace: 'crm.a/b %', documents: [{ _id: 1 }] },
]);

type Given = Partial<BackupPlan> & { readonly source?: Source; readonly how?: Partial<WriteOptions> };

async function taken(out: string, { source = SHOP, how = {}, ...plan }: Given = {}): Promise<Finished> {
  const options = { gzip: plan.gzip ?? false, open: openOnDisk, onProgress: () => {}, signal: plan.signal, ...how };
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
const fullDisk: Opener = (path) =>
  new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', path }));
    },
  });

describe('a backup', () => {
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
    expect(await readFile(join(folder, 'prelude.json'), 'utf8')).toBe('{"ServerVersion":"8.0.1","ToolVersion":"restorable"}');
    expect(await readFile(join(folder, 'shop/v.metadata.json'), 'utf8')).toBe(
      `{"options":{"viewOn":"orders","pipeline":[]},"indexes":[],"uuid":"${'ab'.repeat(16)}","collectionName":"v","type":"view"}`,
    );
  });

  test('packs every file where it is told to', async () => {
    const { folder } = await taken(await folderForTest(), { gzip: true });
    expect((await filesIn(folder)).every((file) => file.endsWith('.gz'))).toBe(true);
    expect(gunzipSync(await readFile(join(folder, 'prelude.json.gz'))).toString()).toContain('8.0.1');
    const { collections, serverVersion } = await readBackup(folder);
    expect([collections.length, serverVersion]).toEqual([5, '8.0.1']);
  });

  test('has a manifest that counts, and that says what is not at one moment', async () => {
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

  test('is read again as it was', async () => {
    const { folder } = await taken(await folderForTest());
    const { collections } = await readBackup(folder);
    expect(collections.map(({ namespace, type }) => [namespace, type])).toEqual([
      ['crm.a/b %', 'collection'],
      ['shop.empty', 'collection'],
      ['shop.orders', 'collection'],
      ['shop.ticks', 'timeseries'],
      ['shop.v', 'view'],
    ]);
    expect(collections.find(({ name }) => name === 'v')).toMatchObject({ options: { viewOn: 'orders' }, file: null });
    expect(collections.find(({ name }) => name === 'ticks')?.file).toContain('system.buckets.ticks.bson');
  });

  test('of a long name keeps the name in the metadata', async () => {
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

  test('tells its progress by collection', async () => {
    const told: { readonly namespace: string; readonly documents: number }[] = [];
    await taken(await folderForTest(), { how: { onProgress: (progress) => void told.push(progress) } });
    expect(new Set(told.map(({ namespace }) => namespace))).toContain('shop.orders');
    // Several are written at once: the sum alone has no order of its own.
    expect(Math.max(...told.map(({ documents }) => documents))).toBe(4);
  });
});

describe('of a backup that fails nothing is left', () => {
  test('when the disk is full: the error names the file and says what to do', async () => {
    const out = await folderForTest();
    const failing = taken(out, { how: { open: fullDisk } });
    await expect(failing).rejects.toThrow(/metadata\.json cannot be written: the disk is full; free some space/);
    expect(await readdir(out)).toEqual([]);
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

  test('and the one of the same second is not touched', async () => {
    const out = await folderForTest();
    const { folder, manifest } = await taken(out);
    await expect(taken(out)).rejects.toThrow('is there already; take the backup again a second later');
    await expect(verifyFiles(folder, manifest)).resolves.toBeUndefined();
    expect((await readdir(out)).toSorted()).toEqual([NAME, `${NAME}.manifest.json`, `${NAME}.manifest.json.sha256`]);
  });
});

async function* endless(afterFirst: () => void): AsyncGenerator<readonly Uint8Array[]> {
  for (;;) {
    yield [Buffer.alloc(600_000)];
    afterFirst();
  }
}

async function* broken(): AsyncGenerator<readonly Uint8Array[]> {
  yield [Buffer.alloc(600_000)];
  throw new Error('connection closed');
}

describe('a backup that was changed afterwards is told apart', () => {
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

describe('pruning', () => {
  const names = [1, 2, 3, 4].map((hour) => `restorable-2026-11-22T0${hour}-00-00Z`);

  async function four(): Promise<string> {
    const out = await folderForTest();
    for (const hour of [1, 2, 3, 4]) await taken(out, { now: () => Date.UTC(2026, 10, 22, hour) });
    return out;
  }

  test.for([
    [1, 3],
    [3, 1],
    [4, 0],
    [5, 0],
    // The newest one stays whatever is asked for.
    [0, 3],
  ] as const)('to %d deletes the %d oldest', async ([keep, gone]) => {
    const out = await four();
    expect((await prune(out, keep, OURS)).toSorted()).toEqual(names.slice(0, gone));
    expect((await readdir(out)).filter((name) => name.includes(names[0] ?? ''))).toHaveLength(gone > 0 ? 0 : 3);
    expect((await readdir(out)).filter((name) => !name.includes('manifest')).toSorted()).toEqual(names.slice(gone));
  });

  test.for([
    ['another database of the same hosts', { hosts: HOSTS, database: 'crm' }],
    ['the same database of other hosts', { hosts: ['a.example.net:27017'], database: null }],
    ['hosts that are not known', { hosts: [], database: null }],
  ] as const)('touches no backup of %s', async ([, other]) => {
    const out = await folderForTest();
    await taken(out, { ...other, now: () => AT });
    const newest = await taken(out, { now: () => AT + 1_000 });
    expect(await prune(out, 1, newest.manifest)).toEqual([]);
    expect(await prune(out, 1, other)).toEqual([]);
  });

  test('touches no backup of before, whose manifest names no hosts', async () => {
    const out = await four();
    for (const name of names) await withoutHosts(join(out, `${name}.manifest.json`));
    expect(await prune(out, 1, OURS)).toEqual([]);
  });

  test('knows the same hosts in another order', async () => {
    const out = await four();
    expect(await prune(out, 3, { hosts: HOSTS.toReversed(), database: null })).toEqual([names[0]]);
  });

  test('touches nothing that is not ours: no manifest, a changed one, an unfinished one, another name', async () => {
    const out = await four();
    await mkdir(join(out, 'restorable-2020-01-01T00-00-00Z'));
    await mkdir(join(out, 'restorable-2020-01-01T00-00-01Z.partial'));
    await mkdir(join(out, 'dump'));
    await writeFile(join(out, `${names[0]}.manifest.json`), '{}');
    expect(await prune(out, 1, OURS)).toEqual([names[2], names[1]]);
    expect(await readdir(out)).toEqual(
      expect.arrayContaining(['dump', 'restorable-2020-01-01T00-00-00Z', 'restorable-2020-01-01T00-00-01Z.partial', names[0], names[3]]),
    );
    expect(await unfinishedIn(out)).toEqual(['restorable-2020-01-01T00-00-01Z.partial']);
  });
});

async function withoutHosts(path: string): Promise<void> {
  const { hosts: _, ...rest } = JSON.parse(await readFile(path, 'utf8'));
  const text = `${JSON.stringify(rest, null, 2)}\n`;
  await writeFile(path, text);
  await writeFile(`${path}.sha256`, `${createHash('sha256').update(text).digest('hex')}  x\n`);
}

describe('reading a backup', () => {
  test('that is empty says so', async () => {
    await expect(readBackup(await folderForTest())).rejects.toThrow('an empty backup');
  });

  test('that is not there says what --backup takes', async () => {
    await expect(readBackup('/nowhere/backup')).rejects.toThrow('/nowhere/backup: there is no such folder; --backup takes the folder');
  });

  test('whose data file is missing names the collection', async () => {
    const folder = await folderForTest();
    await mkdir(join(folder, 'shop'));
    await writeFile(join(folder, 'shop/orders.metadata.json'), `{"indexes":[${ID_INDEX}],"collectionName":"orders","type":"collection"}`);
    await expect(readBackup(folder)).rejects.toThrow('shop.orders: its .bson file is missing');
  });

  test('whose metadata is cut off names the file', async () => {
    const folder = await folderForTest();
    await mkdir(join(folder, 'shop'));
    await writeFile(join(folder, 'shop/orders.metadata.json'), '{"indexes":[');
    await expect(readBackup(folder)).rejects.toThrow(`${join(folder, 'shop/orders.metadata.json')}: not JSON`);
  });

  test('takes a data file without metadata, as very old dumps have, by its name', async () => {
    const folder = await folderForTest();
    await mkdir(join(folder, 'shop'));
    await writeFile(join(folder, 'shop/caf%C3%A9s.bson'), '');
    await writeFile(join(folder, 'shop/$admin.system.users.bson'), '');
    expect((await readBackup(folder)).collections.map(({ namespace }) => namespace)).toEqual(['shop.cafés']);
  });
});
