import { cp, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { backUp } from '../../../../lib/recovery/dump/back-up/back-up.ts';
import { writeCollections } from '../../../../lib/recovery/dump/back-up/write-collections.ts';
import { openOnDisk } from '../../../../lib/recovery/dump/disk/new-file.ts';
import { readBackup } from '../../../../lib/recovery/dump/read/read-backup.ts';
import { markUnfinished, UNFINISHED_MARK, UnfinishedBackup } from '../../../../lib/recovery/dump/disk/unfinished.ts';
import { folderForTest, inMemory } from '../in-memory.ts';

const AT = Date.UTC(2026, 10, 22, 13, 42);
const NAME = 'restorewatch-2026-11-22T13-42-00Z';

/** Takes a backup into `out`; `meanwhile` runs when all collections are written and the backup is not complete yet. */
async function taken(out: string, meanwhile: (partial: string) => Promise<void> = async () => {}): Promise<string> {
  const source = inMemory([{ namespace: 'shop.orders', documents: [{ _id: 1 }, { _id: 2 }] }]);
  async function write(folder: string): ReturnType<typeof writeCollections> {
    const contents = await writeCollections(source, folder, { gzip: false, open: openOnDisk, onProgress: () => {} });
    await meanwhile(folder);
    return contents;
  }
  return (await backUp({ out, gzip: false, database: null, hosts: [], now: () => AT, write })).folder;
}

/** What a backup leaves whose process is killed: its folder, under this name. */
async function killed(out: string, name: string): Promise<string> {
  const left = join(out, name);
  await taken(await folderForTest(), (partial) => cp(partial, left, { recursive: true }));
  return left;
}

describe('a backup whose process was killed', () => {
  test.for([`${NAME}.partial`, NAME, 'dump', 'good.bak'])('is refused under the name %s', async (name) => {
    const folder = await killed(await folderForTest(), name);
    const reading = readBackup(folder);
    await expect(reading).rejects.toThrow(UnfinishedBackup);
    await expect(reading).rejects.toThrow(`${folder} is an unfinished backup: it was never completed, or is just being taken or deleted`);
  });

  test('is refused by its name alone, as one of an earlier version is that has no mark', async () => {
    const folder = await killed(await folderForTest(), `${NAME}.partial`);
    await rm(join(folder, UNFINISHED_MARK));
    await expect(readBackup(folder)).rejects.toThrow(UnfinishedBackup);
  });

  test('is refused through a symbolic link', async () => {
    const out = await folderForTest();
    await symlink(await killed(out, 'x'), join(out, 'latest'));
    await expect(readBackup(join(out, 'latest'))).rejects.toThrow('is an unfinished backup');
  });

  test('is refused where a folder of one of its databases is named', async () => {
    const folder = await killed(await folderForTest(), 'x');
    await expect(readBackup(join(folder, 'shop'))).rejects.toThrow(`${join(folder, 'shop')} is a part of an unfinished backup, ${folder}`);
  });

  test('is refused where the folder above it is named, also beside one that is complete', async () => {
    const out = await folderForTest();
    await killed(out, 'x');
    await expect(readBackup(out)).rejects.toThrow(`${out} holds an unfinished backup, x`);
    await taken(out);
    await expect(readBackup(out)).rejects.toThrow(`${out} holds an unfinished backup, x`);
  });

  test('is refused though its manifest was written, as it is for a moment before the end', async () => {
    const out = await folderForTest();
    const folder = await taken(out);
    await markUnfinished(folder, 'writing');
    await expect(readBackup(folder)).rejects.toThrow(UnfinishedBackup);
  });
});

describe('a backup that was completed', () => {
  test('has no mark, and is read', async () => {
    const folder = await taken(await folderForTest());
    expect(await readdir(folder)).not.toContain(UNFINISHED_MARK);
    expect((await readBackup(folder)).collections).toHaveLength(1);
  });

  test('is marked from the first byte on while it is taken', async () => {
    const seen: (readonly string[])[] = [];
    await taken(await folderForTest(), async (partial) => void seen.push(await readdir(partial)));
    expect(seen).toEqual([expect.arrayContaining([UNFINISHED_MARK])]);
  });

  test('is found with its manifest through a symbolic link', async () => {
    const out = await folderForTest();
    await symlink(await taken(out), join(out, 'latest'));
    expect(await readBackup(join(out, 'latest'))).toMatchObject({ folder: join(out, NAME), manifest: { name: NAME } });
  });

  test('of which one database is named is an error that says what to name', async () => {
    const folder = await taken(await folderForTest());
    await expect(readBackup(join(folder, 'shop'))).rejects.toThrow('it looks like the folder of one database: name the folder above it');
  });

  test('of which the folder above is named is an error that names the newest', async () => {
    const out = await folderForTest();
    const folder = await taken(out);
    await mkdir(join(out, 'notes'));
    await expect(readBackup(out)).rejects.toThrow(`it is a folder of backups: name one of them, such as ${NAME}`);
    await rename(folder, join(out, 'dump'));
    await expect(readBackup(out)).rejects.toThrow('an empty backup');
  });
});
