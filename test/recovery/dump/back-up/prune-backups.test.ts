import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { backUp, type BackupPlan, type Finished } from '../../../../lib/recovery/dump/back-up/back-up.ts';
import { writeCollections } from '../../../../lib/recovery/dump/back-up/write-collections.ts';
import { openOnDisk } from '../../../../lib/recovery/dump/disk/new-file.ts';
import { checksumLine, manifestPath } from '../../../../lib/recovery/dump/dump-manifest.ts';
import { type BackedUp, pruneDecisions, prune, type Pruned, unfinishedIn } from '../../../../lib/recovery/dump/back-up/prune-backups.ts';
import { markUnfinished } from '../../../../lib/recovery/dump/disk/unfinished.ts';
import { folderForTest, inMemory } from '../in-memory.ts';

const HOSTS = ['b.example.net:27017', 'a.example.net:27017'];
const OURS = { hosts: HOSTS, database: null };
const SHOP = inMemory([{ namespace: 'shop.orders', documents: [{ _id: 1 }] }]);
const NOW = Date.UTC(2026, 10, 22, 12);
const FUTURE = 'restorewatch-2030-01-01T00-00-00Z';

async function taken(out: string, plan: Partial<BackupPlan>): Promise<Finished> {
  const options = { gzip: false, open: openOnDisk, onProgress: () => {} };
  const write = (folder: string): ReturnType<typeof writeCollections> => writeCollections(SHOP, folder, options);
  return backUp({ out, gzip: false, database: null, hosts: HOSTS, now: () => NOW, write, ...plan });
}

const nameAt = (hour: number): string => `restorewatch-2026-11-22T0${hour}-00-00Z`;
const names = [1, 2, 3, 4].map(nameAt);

async function four(): Promise<string> {
  const out = await folderForTest();
  for (const hour of [1, 2, 3, 4]) await taken(out, { now: () => Date.UTC(2026, 10, 22, hour) });
  return out;
}

function pruned(out: string, keep: number, of: BackedUp = OURS, newest = nameAt(4)): Promise<Pruned> {
  return prune({ taken: join(out, newest), keep, of, now: NOW });
}

/** A backup that is dated years ahead, as one is that was taken while the clock was wrong. */
async function datedInTheFuture(out: string): Promise<void> {
  const { folder } = await taken(out, { now: () => Date.UTC(2030, 0, 1) });
  expect(folder).toBe(join(out, FUTURE));
}

describe('pruning', () => {
  test.for([
    [1, 3],
    [3, 1],
    [4, 0],
    [5, 0],
    // The newest one stays whatever is asked for.
    [0, 3],
  ] as const)('to %d deletes the %d oldest', async ([keep, gone]) => {
    const out = await four();
    expect((await pruned(out, keep)).deleted).toEqual(names.slice(0, gone));
    expect((await readdir(out)).filter((name) => name.includes(names[0] ?? ''))).toHaveLength(gone > 0 ? 0 : 3);
    expect((await readdir(out)).filter((name) => !name.includes('manifest')).toSorted()).toEqual(names.slice(gone));
  });

  test.for([
    ['another database of the same hosts', { hosts: HOSTS, database: 'crm' }],
    ['the same database of other hosts', { hosts: ['a.example.net:27017'], database: null }],
    ['hosts that are not known', { hosts: [], database: null }],
  ] as const)('touches no backup of %s', async ([, other]) => {
    const out = await folderForTest();
    const older = await taken(out, { ...other, now: () => NOW - 1_000 });
    const newer = await taken(out, {});
    for (const { folder, manifest } of [older, newer])
      expect((await prune({ taken: folder, keep: 1, of: manifest, now: NOW })).deleted).toEqual([]);
  });

  test('touches no older backup whose manifest names no hosts', async () => {
    const out = await four();
    for (const name of names) await withoutHosts(join(out, `${name}.manifest.json`));
    expect((await pruned(out, 1)).deleted).toEqual([]);
  });

  test('recognises the same hosts in another order', async () => {
    const out = await four();
    expect((await pruned(out, 3, { hosts: HOSTS.toReversed(), database: null })).deleted).toEqual([names[0]]);
  });

  test('touches nothing that is not ours: no manifest, a changed one, an unfinished one, another name', async () => {
    const out = await four();
    await mkdir(join(out, 'restorewatch-2020-01-01T00-00-00Z'));
    await mkdir(join(out, 'restorewatch-2020-01-01T00-00-01Z.partial'));
    await mkdir(join(out, 'dump'));
    await writeFile(join(out, `${names[0]}.manifest.json`), '{}');
    const { deleted, kept } = await pruned(out, 1);
    expect(deleted).toEqual([names[1], names[2]]);
    expect(kept).toEqual([
      { name: 'restorewatch-2020-01-01T00-00-00Z', why: 'its manifest is missing, or is not as it was written' },
      { name: names[0], why: 'its manifest is missing, or is not as it was written' },
      { name: names[3], why: 'it was just taken' },
    ]);
    expect(await readdir(out)).toEqual(
      expect.arrayContaining([
        'dump',
        'restorewatch-2020-01-01T00-00-00Z',
        'restorewatch-2020-01-01T00-00-01Z.partial',
        names[0],
        names[3],
      ]),
    );
    expect(await unfinishedIn(out)).toEqual(['restorewatch-2020-01-01T00-00-01Z.partial']);
  });

  test.for([1, 2])('to %d never deletes what was just taken for one that is dated in the future, and says why that stays', async (keep) => {
    const out = await four();
    await datedInTheFuture(out);
    const { deleted, kept } = await pruned(out, keep);
    expect(deleted).toEqual(names.slice(0, 4 - keep));
    expect(kept).toContainEqual({ name: nameAt(4), why: 'it was just taken' });
    expect(kept).toContainEqual({ name: FUTURE, why: 'it is dated in the future, so that its age is not known: delete it by hand' });
    expect(await readdir(out)).toEqual(expect.arrayContaining([nameAt(4), FUTURE]));
  });

  test('does not count a backup that was never finished, under whatever name', async () => {
    const out = await four();
    await markUnfinished(join(out, nameAt(3)), 'writing');
    const { deleted, kept } = await pruned(out, 2);
    expect(deleted).toEqual([nameAt(1)]);
    expect(kept).toContainEqual({ name: nameAt(3), why: 'it was never finished' });
    expect(await unfinishedIn(out)).toEqual([nameAt(3)]);
  });

  test('names what it keeps beside what was just taken', async () => {
    const { kept } = await pruned(await four(), 2);
    expect(kept).toEqual([
      { name: nameAt(3), why: 'it is one of the 2 newest' },
      { name: nameAt(4), why: 'it was just taken' },
    ]);
  });

  test('of one folder by several at once deletes each backup once, and none of them stumbles over what another has deleted', async () => {
    const out = await four();
    const all = await Promise.all(Array.from({ length: 4 }, () => pruned(out, 1)));
    expect(all.flatMap(({ deleted }) => deleted).toSorted()).toEqual(names.slice(0, 3));
    for (const { kept } of all) expect(kept).toEqual([{ name: nameAt(4), why: 'it was just taken' }]);
    expect((await readdir(out)).filter((name) => !name.includes('manifest'))).toEqual([nameAt(4)]);
  });

  test('of one whose folder was renamed with its manifest touches nothing', async () => {
    const out = await four();
    await rename(join(out, nameAt(1)), join(out, nameAt(5)));
    await rename(manifestPath(join(out, nameAt(1))), manifestPath(join(out, nameAt(5))));
    await rename(`${manifestPath(join(out, nameAt(1)))}.sha256`, `${manifestPath(join(out, nameAt(5)))}.sha256`);
    expect((await pruned(out, 1)).deleted).toEqual([nameAt(2), nameAt(3)]);
  });
});

describe('what becomes of backups', () => {
  const [own, older, oldest] = [nameAt(4), nameAt(3), nameAt(2)];
  const later = nameAt(5);
  const at = (name: string): number => Date.parse(`2026-11-22T${name.slice(24, 26)}:00:00Z`);

  function left(keep: number, now: number, ...others: readonly string[]): readonly string[] {
    const candidates = [own, ...others].map((name) => ({ name, other: null }));
    return pruneDecisions(candidates, { taken: own, keep, now }).flatMap(({ name, why }) => (why === null ? [] : [name]));
  }

  test.for<[string, readonly string[], number]>([
    ['one dated at this very moment counts', [own, later], at(later)],
    ['one dated a millisecond ahead does not count', [own, later, older], at(later) - 1],
  ])('with two to be kept: %s', ([, expected, now]) => {
    expect(left(2, now, later, older, oldest).toSorted()).toEqual(expected.toSorted());
  });

  test('that one dated by no possible day is left', () => {
    const odd = 'restorewatch-2026-13-45T00-00-00Z';
    expect(left(1, NOW, odd, older)).toEqual([own, odd]);
  });

  test('where all others are dated after the one just taken is that none is deleted', () => {
    expect(left(1, at(own), later, FUTURE)).toEqual([own, later, FUTURE]);
  });
});

async function withoutHosts(path: string): Promise<void> {
  const { hosts: _, ...rest } = JSON.parse(await readFile(path, 'utf8'));
  const text = `${JSON.stringify(rest, null, 2)}\n`;
  await writeFile(path, text);
  await writeFile(`${path}.sha256`, checksumLine(text, 'x'));
}
