import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readBackup } from '../../../../lib/recovery/dump/read/read-backup.ts';
import { folderForTest } from '../in-memory.ts';

const ARCHIVE = Buffer.from('6de29981c1000000', 'hex');

test.for([
  ['plain, as mongodump --archive writes it', 'dump.archive', ARCHIVE],
  ['packed, under the name of a packed file', 'dump.archive.gz', gzipSync(ARCHIVE)],
  ['packed, under another name', 'dump', gzipSync(ARCHIVE)],
] as const)('an archive is refused as one, with what to do: %s', async ([, name, bytes]) => {
  const path = join(await folderForTest(), name);
  await writeFile(path, bytes);
  const reading = readBackup(path);
  await expect(reading).rejects.toMatchObject({ name: 'NoBackup', file: path });
  await expect(reading).rejects.toThrow(
    /an archive of mongodump --archive.*dump again with --out.*or restore it with mongorestore --archive/,
  );
});

test.for([
  ['with text in it', Buffer.from('hello')],
  ['that is empty', Buffer.alloc(0)],
] as const)('any other file %s is called a file, and no archive', async ([, bytes]) => {
  const path = join(await folderForTest(), 'orders.bson');
  await writeFile(path, bytes);
  await expect(readBackup(path)).rejects.toThrow(
    `${path}: it is a file; --backup takes the folder that holds one folder for each database`,
  );
});
