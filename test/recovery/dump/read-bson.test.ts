import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { BSON } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { BackupError } from '../../../lib/recovery/dump/error.ts';
import { readDocuments } from '../../../lib/recovery/dump/read-bson.ts';
import { inChunks, openOnDisk, writeFile as writeBson } from '../../../lib/recovery/dump/write-file.ts';
import { folderForTest } from './in-memory.ts';

const FIRST = BSON.serialize({ _id: 1, text: 'first' });
const SECOND = BSON.serialize({ _id: 2, text: 'second' });
const BOTH = Buffer.concat([FIRST, SECOND]);

async function read(path: string): Promise<readonly Buffer[]> {
  const documents: Buffer[] = [];
  for await (const document of readDocuments(path)) documents.push(Buffer.from(document));
  return documents;
}

async function fileOf(bytes: Uint8Array, name = 'orders.bson'): Promise<string> {
  const path = join(await folderForTest(), name);
  await writeFile(path, bytes);
  return path;
}

async function problemOf(path: string): Promise<BackupError> {
  const error = await read(path).catch((thrown: unknown) => thrown);
  if (error instanceof BackupError) return error;
  throw new Error(`no BackupError: ${String(error)}`);
}

test('a file is read document by document, packed or not', async () => {
  expect(await read(await fileOf(BOTH))).toEqual([Buffer.from(FIRST), Buffer.from(SECOND)]);
  expect(await read(await fileOf(gzipSync(BOTH), 'orders.bson.gz'))).toEqual([Buffer.from(FIRST), Buffer.from(SECOND)]);
});

test('an empty file has no documents', async () => {
  expect(await read(await fileOf(Buffer.alloc(0)))).toEqual([]);
  expect(await read(await fileOf(gzipSync(''), 'e.bson.gz'))).toEqual([]);
});

describe('damage is told with the file and the byte', () => {
  test.for([
    ['cut one byte into the second length', BOTH.subarray(0, FIRST.length + 1), FIRST.length, 'not even its length is there'],
    ['cut in the second document', BOTH.subarray(0, BOTH.length - 5), FIRST.length, 'cut off'],
    ['cut by the very last byte', BOTH.subarray(0, BOTH.length - 1), FIRST.length, 'cut off'],
    ['cut in the first', BOTH.subarray(0, 7), 0, `7 of its ${FIRST.length} bytes are there`],
    ['a length of 4', Buffer.concat([FIRST, Buffer.from([4, 0, 0, 0, 0])]), FIRST.length, 'a document of 4 bytes there cannot be'],
    ['a length below zero', Buffer.concat([FIRST, Buffer.from([255, 255, 255, 255, 0])]), FIRST.length, 'cannot be'],
    ['a length of 17 MB', Buffer.from([0, 0, 16, 1, 0, 0]), 0, 'cannot be'],
    ['no zero at the end', Buffer.concat([FIRST, SECOND.subarray(0, -1), Buffer.from([1])]), FIRST.length, 'does not end with a zero'],
  ] as const)('%s', async ([, bytes, offset, what]) => {
    const path = await fileOf(bytes);
    const error = await problemOf(path);
    expect(error).toMatchObject({ file: path, offset });
    expect(error.message).toContain(what);
    expect(error.message).toContain(path);
  });

  test('a packed file that is cut off', async () => {
    const packed = gzipSync(BOTH);
    const path = await fileOf(packed.subarray(0, packed.length - 12), 'orders.bson.gz');
    expect(await problemOf(path)).toMatchObject({ file: path });
  });

  test('a file that is not there', async () => {
    expect((await problemOf('/nowhere/orders.bson')).message).toContain('/nowhere/orders.bson cannot be read');
  });
});

const VALUE = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false, new BSON.MinKey(), new BSON.MaxKey()),
    fc.integer().map((value) => new BSON.Int32(value)),
    fc.double().map((value) => new BSON.Double(value)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => BSON.Long.fromBigInt(value)),
    fc.date({ noInvalidDate: true }),
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => new BSON.Binary(bytes)),
    fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new BSON.ObjectId(bytes)),
    fc.array(tie('any'), { maxLength: 4 }),
    tie('document'),
  ),
  document: fc.dictionary(
    fc.string({ maxLength: 8 }).filter((key) => !key.includes('\0') && key !== '__proto__'),
    tie('any'),
    { maxKeys: 5 },
  ),
})).document;

test('any documents written are read again, byte for byte', async () => {
  const folder = await folderForTest();
  let files = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(VALUE, { maxLength: 20 }), fc.boolean(), async (documents, gzip) => {
      const raw = documents.map((document) => Buffer.from(BSON.serialize(document)));
      const path = join(folder, `${(files += 1)}.bson`);
      await writeBson(path, inChunks(batches(raw)), { gzip, open: openOnDisk });
      expect(await read(path)).toEqual(raw);
    }),
    { seed: 20_261_122, numRuns: 60 },
  );
});

async function* batches(raw: readonly Buffer[]): AsyncGenerator<readonly Buffer[]> {
  yield raw.slice(0, 3);
  yield raw.slice(3);
}
