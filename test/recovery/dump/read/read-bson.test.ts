import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { BSON } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { BackupError } from '../../../../lib/recovery/dump/dump-error.ts';
import { readBatches, readText } from '../../../../lib/recovery/dump/read/read-bson.ts';
import { openOnDisk } from '../../../../lib/recovery/dump/disk/new-file.ts';
import { writeFile as writeBson } from '../../../../lib/recovery/dump/disk/write-file.ts';
import { folderForTest } from '../in-memory.ts';

const FIRST = BSON.serialize({ _id: 1, text: 'first' });
const SECOND = BSON.serialize({ _id: 2, text: 'second' });
const BOTH = Buffer.concat([FIRST, SECOND]);

async function read(path: string): Promise<readonly Buffer[]> {
  const documents: Buffer[] = [];
  for await (const batch of readBatches(path)) documents.push(...batch.map((document) => Buffer.from(document)));
  return documents;
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
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

test('a BSON file is read document by document, packed or not', async () => {
  expect(await read(await fileOf(BOTH))).toEqual([Buffer.from(FIRST), Buffer.from(SECOND)]);
  expect(await read(await fileOf(gzipSync(BOTH), 'orders.bson.gz'))).toEqual([Buffer.from(FIRST), Buffer.from(SECOND)]);
});

test('an empty BSON file has no documents', async () => {
  expect(await read(await fileOf(Buffer.alloc(0)))).toEqual([]);
  expect(await read(await fileOf(gzipSync(''), 'e.bson.gz'))).toEqual([]);
});

describe('whether a BSON file is packed is told by its name and by what follows:', () => {
  /** A first document of so many bytes, whose length is what a gzip file may begin with. */
  function documentOf(bytes: number): Uint8Array {
    const empty = BSON.serialize({ text: '' }).length;
    return BSON.serialize({ text: 'x'.repeat(bytes - empty) });
  }

  test.for(Array.from({ length: 10 }, (_, k) => 35_615 + k * 65_536))('a plain file whose first document has %i bytes', async (bytes) => {
    const first = documentOf(bytes);
    expect(Buffer.from(first.subarray(0, 2)).toString('hex')).toBe('1f8b');
    const documents = await read(await fileOf(Buffer.concat([first, SECOND])));
    expect(documents.map((document) => digest(document))).toEqual([digest(first), digest(SECOND)]);
  });

  test('such a file is damaged, not packed, where it is cut off', async () => {
    const first = documentOf(35_615);
    expect(await problemOf(await fileOf(first.subarray(0, -1)))).toMatchObject({ offset: 0, message: expect.stringContaining('cut off') });
  });

  test.for(['oplog.bson', 'orders.bson.gz'])('a packed file named %s', async (name) => {
    const many = Buffer.concat(Array.from({ length: 40_000 }, (_, n) => BSON.serialize({ n, text: `${Math.sin(n)}` })));
    expect(digest(Buffer.concat(await read(await fileOf(gzipSync(many), name))))).toBe(digest(many));
  });

  test('a file whose name says that it is packed and is not', async () => {
    expect((await problemOf(await fileOf(BOTH, 'orders.bson.gz'))).message).toContain('incorrect header check');
  });
});

test('a small file that is no text in UTF-8 is damaged, and not read as another text', async () => {
  const path = await fileOf(Buffer.from('{"collectionName":"a\xff"}', 'latin1'), 'a.metadata.json');
  await expect(readText(path)).rejects.toThrow(`${path}: damaged: it is no text in UTF-8`);
});

describe('the error for a damaged BSON file names file and byte:', () => {
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

  test('for a packed file that is cut off', async () => {
    const packed = gzipSync(BOTH);
    const path = await fileOf(packed.subarray(0, packed.length - 12), 'orders.bson.gz');
    expect(await problemOf(path)).toMatchObject({ file: path });
  });

  test('for a file that is not there', async () => {
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

test('any documents that are written are read again byte for byte', async () => {
  const folder = await folderForTest();
  let files = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(VALUE, { maxLength: 20 }), fc.boolean(), async (documents, gzip) => {
      const raw = documents.map((document) => Buffer.from(BSON.serialize(document)));
      const path = join(folder, `${(files += 1)}.bson`);
      await writeBson(path, chunks(raw), { gzip, open: openOnDisk });
      expect(await read(path)).toEqual(raw);
    }),
    { seed: 20_261_122, numRuns: 60 },
  );
});

async function* chunks(raw: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield Buffer.concat(raw.slice(0, 3));
  yield Buffer.concat(raw.slice(3));
}
