import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BSON, MongoClient } from 'mongodb';
import { backUp } from '../../lib/recovery/dump/back-up.ts';
import { openSource, type Source } from '../../lib/recovery/dump/source.ts';
import { writeCollections } from '../../lib/recovery/dump/write-collections.ts';
import { openOnDisk } from '../../lib/recovery/dump/write-file.ts';

/** A backup beside a bare driver cursor that writes the same BSON, in milliseconds; and what more data adds to the process's memory. */
export type DumpTimes = { readonly ours: number; readonly bare: number; readonly bytes: number; readonly residentGrowth: number };

const SYNTHETIC_BYTES = 200e6;
const WARM_BYTES = 100e6;
const SAMPLE_EVERY_MS = 5;
const INSERT = 20_000;
const AT_ONCE = 4;

/** Fills a database of its own on the server, measures, and drops it. */
export async function measureDump(uri: string, { collections = 1_000, documents = 1_000_000 } = {}): Promise<DumpTimes> {
  const client = await new MongoClient(uri).connect();
  const database = `bench_dump_${process.pid}`;
  const folder = await mkdtemp(join(tmpdir(), 'restorable-bench-'));
  try {
    await fill(client, database, { collections, each: Math.round(documents / collections) });
    const source = await openSource(client, database);
    const bare = await timed(() => writeBare(client, database, join(folder, 'bare')));
    const ours = await timed(() => writeOurs(source, join(folder, 'ours')));
    const residentGrowth = await memoryOf(join(folder, 'memory'));
    return { ours: ours.took, bare: bare.took, bytes: ours.result, residentGrowth };
  } finally {
    await client.db(database).dropDatabase();
    await client.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Size = { readonly collections: number; readonly each: number };

async function fill(client: MongoClient, database: string, { collections, each }: Size): Promise<void> {
  for (let number = 0; number < collections; number += 1) {
    const collection = client.db(database).collection<{ _id: number; user: string; total: number; at: Date }>(`orders_${number}`);
    for (let from = 0; from < each; from += INSERT) {
      const length = Math.min(INSERT, each - from);
      const batch = Array.from({ length }, (_, n) => ({ _id: from + n, user: `user ${n % 97}`, total: n * 1.5, at: new Date(1.8e12 + n) }));
      await collection.insertMany(batch, { ordered: false });
    }
  }
}

/** What a backup cannot do without: a raw cursor into a file for each collection, as many at once as ours and mongodump have. */
async function writeBare(client: MongoClient, database: string, folder: string): Promise<void> {
  await mkdir(folder);
  const names = await client.db(database).listCollections({}, { nameOnly: true }).toArray();
  const queue = names.values();
  async function work(): Promise<void> {
    for (const { name } of queue) {
      const cursor = client.db(database).collection(name).find({}, { raw: true });
      await pipeline(cursor.stream(), createWriteStream(join(folder, `${name}.bson`)));
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Bytes of the backup. */
async function writeOurs(source: Source, out: string): Promise<number> {
  const options = { gzip: false, open: openOnDisk, onProgress: () => {} };
  const write = (folder: string): ReturnType<typeof writeCollections> => writeCollections(source, folder, options);
  const { manifest } = await backUp({ out, gzip: false, database: null, hosts: [], now: Date.now, write });
  return manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function timed<T>(act: () => Promise<T>): Promise<{ readonly took: number; readonly result: T }> {
  const begun = performance.now();
  const result = await act();
  return { took: performance.now() - begun, result };
}

/**
 * Bytes that the resident set grows by, at the most, while a collection of 200 MB that no server holds is written, over what one of 100 MB took:
 * V8 lets some 64 MB of buffers lie about before it collects them (v8, kExternalAllocationSoftLimit), whatever there is to write.
 */
async function memoryOf(out: string): Promise<number> {
  const source = synthetic();
  await writeOurs({ ...source, documents: () => synthetic(WARM_BYTES).documents() }, `${out}-warm`);
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const timer = setInterval(() => void (peak = Math.max(peak, process.memoryUsage.rss())), SAMPLE_EVERY_MS);
  try {
    await writeOurs(source, out);
  } finally {
    clearInterval(timer);
  }
  return peak - idle;
}

function synthetic(bytes = SYNTHETIC_BYTES): Source & { readonly documents: () => AsyncGenerator<readonly Uint8Array[]> } {
  const listed = { database: 'bench', name: 'synthetic', type: 'collection', options: '{}', uuid: null } as const;
  return {
    serverVersion: 'none',
    oplog: false,
    collections: () => Promise.resolve([listed]),
    indexes: () => Promise.resolve([]),
    documents: () => answers(bytes),
    expected: () => Promise.resolve(null),
  };
}

/** A server's answers to our cursor: 5,000 documents of 1 kB, each answer in memory of its own. */
async function* answers(bytes: number): AsyncGenerator<readonly Uint8Array[]> {
  const document = BSON.serialize({ _id: 1, text: 'x'.repeat(1_000) });
  const each = 5_000;
  for (let written = 0; written < bytes; written += each * document.length) {
    const answer = Buffer.alloc(each * document.length);
    yield Array.from({ length: each }, (_, n) => {
      answer.set(document, n * document.length);
      return answer.subarray(n * document.length, (n + 1) * document.length);
    });
  }
}
