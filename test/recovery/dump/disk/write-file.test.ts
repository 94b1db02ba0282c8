import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openerFor } from '../../../../lib/recovery/dump/disk/new-file.ts';
import { writeFile } from '../../../../lib/recovery/dump/disk/write-file.ts';

/** Up to which one chunk is digested at once. */
const SMALL = 64 * 1024;

describe('a file’s checksum is that of what is stored, of', () => {
  let folder = '';
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'restorewatch-write-'))));
  afterAll(() => rm(folder, { recursive: true }));

  test.for([
    ['no chunk', []],
    ['one empty chunk', [0]],
    ['one small chunk', [11]],
    ['two small chunks', [11, 7]],
    ['a chunk of 64 KB', [SMALL]],
    ['a chunk of 64 KB and a byte', [SMALL + 1]],
    ['a small chunk and a large one', [11, SMALL + 1]],
    ['a large chunk and a small one', [SMALL + 1, 11]],
    ['an empty chunk, a small one and a large one', [0, 11, SMALL + 1]],
  ] as const)('%s', async ([name, lengths]) => {
    const path = join(folder, name);
    const chunks = lengths.map((length, n) => Buffer.alloc(length, n + 1));
    const { bytes, sha256 } = await writeFile(path, chunks, { gzip: false, open: await openerFor(folder) });
    const stored = await readFile(path);
    expect(stored).toEqual(Buffer.concat(chunks));
    expect([bytes, sha256]).toEqual([stored.length, createHash('sha256').update(stored).digest('hex')]);
  });
});
