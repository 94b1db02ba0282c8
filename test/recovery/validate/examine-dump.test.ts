import { cp, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BSON } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { type EvidenceLine, verdictOf } from '../../../lib/domain/recovery/evidence.ts';
import { backUp } from '../../../lib/recovery/dump/back-up/back-up.ts';
import { writeCollections } from '../../../lib/recovery/dump/back-up/write-collections.ts';
import { openOnDisk } from '../../../lib/recovery/dump/disk/new-file.ts';
import { checksumLine, manifestPath } from '../../../lib/recovery/dump/dump-manifest.ts';
import { readBackup } from '../../../lib/recovery/dump/read/read-backup.ts';
import { readThrough } from '../../../scripts/backup/read-through.ts';
import { folderForTest, inMemory } from '../dump/in-memory.ts';

const NEVER = new AbortController().signal;
const ORDERS = [{ _id: 1, text: 'one' }, { _id: 2, text: 'two' }, { _id: 3 }];
/** The bytes of the first two, where a file can be cut without half a document. */
const BOUNDARY = ORDERS.slice(0, 2).reduce((sum, document) => sum + BSON.calculateObjectSize(document), 0);
const SHOP = inMemory([
  { namespace: 'shop.orders', documents: ORDERS },
  { namespace: 'shop.users', documents: [{ _id: 'ada' }] },
  { namespace: 'shop.ticks', type: 'timeseries', options: '{"timeseries":{"timeField":"t"}}', documents: [{ _id: 1, control: {} }] },
  { namespace: 'shop.v', type: 'view', options: '{"viewOn":"orders","pipeline":[]}' },
]);

async function taken(gzip = false): Promise<string> {
  const options = { gzip, open: openOnDisk, onProgress: () => {} };
  const write = (folder: string): ReturnType<typeof writeCollections> => writeCollections(SHOP, folder, options);
  return (await backUp({ out: await folderForTest(), gzip, database: null, hosts: [], now: Date.now, write })).folder;
}

/** As a dump of mongodump's own: nothing stands beside it. */
async function withoutManifest(gzip = false): Promise<string> {
  const folder = join(await folderForTest(), 'dump');
  await cp(await taken(gzip), folder, { recursive: true });
  return folder;
}

async function examined(folder: string): Promise<readonly EvidenceLine[]> {
  return (await readThrough(await readBackup(folder), NEVER)).vouched;
}

const inShop = (folder: string, name: string): string => join(folder, 'shop', name);

/** One byte of this file, at this place, is another. */
async function flip(path: string, place: number, change: number): Promise<void> {
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(place) ^ change, place);
  await writeFile(path, bytes);
}

type Harm = (folder: string) => Promise<void>;
/** Each leaves files that are well formed; the file that is harmed. */
const WELL_FORMED: readonly (readonly [string, Harm, string])[] = [
  ['a metadata file is missing', (folder) => rm(inShop(folder, 'orders.metadata.json')), 'orders.metadata.json'],
  ['a file is cut between two documents', (folder) => truncate(inShop(folder, 'orders.bson'), BOUNDARY), 'orders.bson'],
  ['a file of documents is empty', (folder) => truncate(inShop(folder, 'orders.bson'), 0), 'orders.bson'],
  [
    'a collection is missing',
    async (folder) => {
      await rm(inShop(folder, 'users.bson'));
      await rm(inShop(folder, 'users.metadata.json'));
    },
    'users.metadata.json',
  ],
  // Where the value of the first `_id` begins.
  ['a byte of a value is changed', (folder) => flip(inShop(folder, 'orders.bson'), 9, 1), 'orders.bson'],
  ['the metadata of a time series are missing', (folder) => rm(inShop(folder, 'ticks.metadata.json')), 'ticks.metadata.json'],
];

describe('a dump beside its manifest', () => {
  test('that is as it was written is vouched for', async () => {
    expect(await examined(await taken())).toEqual([expect.objectContaining({ what: 'checksum', verdict: 'passed' })]);
  });

  test.for(WELL_FORMED)('of which %s is damaged, and the file is named', async ([, harm, file]) => {
    const folder = await taken();
    await harm(folder);
    await expect(examined(folder)).rejects.toMatchObject({ name: 'BackupError', message: expect.stringContaining(`shop/${file}`) });
  });

  test('that says more documents than its file holds is damaged', async () => {
    const folder = await taken();
    const path = manifestPath(folder);
    const text = (await readFile(path, 'utf8')).replace('"documents": 3', '"documents": 4');
    await writeFile(path, text);
    await writeFile(`${path}.sha256`, checksumLine(text, 'x'));
    await expect(examined(folder)).rejects.toThrow('4 documents of shop.orders were written, and 3 are in its file');
  });
});

describe('a dump without a manifest', () => {
  test('could not be verified at best, and says what nothing vouches for', async () => {
    const lines = await examined(await withoutManifest());
    expect(lines.map(({ what, verdict }) => [what, verdict])).toEqual([
      ['checksum', 'could-not-verify'],
      ['documents', 'could-not-verify'],
      ['namespace', 'could-not-verify'],
    ]);
    expect(lines[0]?.found).toMatch(/there is no dump\.manifest\.json beside the dump.*no byte of it was changed/);
    expect(lines[1]?.found).toMatch(/lost its end between two documents/);
    expect(lines[2]?.found).toMatch(/missing from the dump is not missed/);
  });

  test('that is one of ours and lost its manifest alone says so', async () => {
    const folder = await taken();
    await rm(manifestPath(folder));
    const [first, ...others] = await examined(folder);
    expect(first).toMatchObject({
      verdict: 'could-not-verify',
      found: expect.stringMatching(/manifest\.json is lost, whose checksum is there/),
    });
    expect(verdictOf(others)).toBe('could-not-verify');
  });

  test.for(WELL_FORMED)('of which %s could not be verified', async ([, harm]) => {
    const folder = await withoutManifest();
    await harm(folder);
    expect(verdictOf(await examined(folder))).toBe('could-not-verify');
  });

  test.for([
    ['orders.metadata.json', 'orders.metadata.json'],
    ['ticks.metadata.json', 'ticks.metadata.json'],
  ] as const)('and without %s says that options and indexes are not known', async ([file, named]) => {
    const folder = await withoutManifest();
    await rm(inShop(folder, file));
    expect(await examined(folder)).toContainEqual({
      what: 'options',
      namespace: null,
      verdict: 'could-not-verify',
      expected: 'the options and indexes of each collection',
      found: expect.stringMatching(new RegExp(`^not known: there is no .*${named}$`)),
    });
  });

  test.for<[string, Harm, RegExp]>([
    ['a document is cut off', (folder) => truncate(inShop(folder, 'orders.bson'), BOUNDARY + 3), /orders\.bson: damaged at byte \d+/],
    ['a type is changed', (folder) => flip(inShop(folder, 'orders.bson'), 4, 0x40), /orders\.bson: damaged at byte 9: .*type 80/],
    // The second document, so that the place is one of the file.
    ['a length is changed', (folder) => flip(inShop(folder, 'orders.bson'), 47, 1), /orders\.bson: damaged at byte 47: a value/],
    [
      'a time series has half a bucket',
      (folder) => truncate(inShop(folder, 'system.buckets.ticks.bson'), 9),
      /buckets\.ticks\.bson: damaged/,
    ],
    ['metadata are no JSON', (folder) => writeFile(inShop(folder, 'orders.metadata.json'), '{"op'), /orders\.metadata\.json: not JSON/],
    ['a file of documents is missing', (folder) => rm(inShop(folder, 'orders.bson')), /missing from the backup \(shop\/orders\.bson\)/],
    [
      'the oplog is cut off',
      (folder) => writeFile(join(folder, 'oplog.bson'), Buffer.from([9, 0, 0, 0, 1])),
      /oplog\.bson: damaged at byte 0/,
    ],
    [
      "the server's own database is harmed",
      async (folder) => {
        await mkdir(join(folder, 'admin'));
        await writeFile(join(folder, 'admin', 'system.users.bson'), Buffer.from([8, 0, 0, 0, 0x20, 0x61, 0, 0]));
      },
      /system\.users\.bson: damaged at byte 7: .*type 32/,
    ],
  ])('of which %s is damaged, and the file is named', async ([, harm, words]) => {
    const folder = await withoutManifest();
    await harm(folder);
    await expect(examined(folder)).rejects.toMatchObject({ name: 'BackupError', message: expect.stringMatching(words) });
  });

  test.for<[string, Harm]>([
    ['is empty', (folder) => truncate(inShop(folder, 'orders.bson.gz'), 0)],
    ['lost its end', (folder) => truncate(inShop(folder, 'orders.bson.gz'), 30)],
    ['has a changed byte', (folder) => flip(inShop(folder, 'orders.bson.gz'), 30, 1)],
  ])('of which a packed file %s is damaged', async ([, harm]) => {
    const folder = await withoutManifest(true);
    await harm(folder);
    await expect(examined(folder)).rejects.toThrow(/orders\.bson\.gz: damaged at byte/);
  });
});
