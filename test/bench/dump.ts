import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { MongoClient } from 'mongodb';
import { backUp } from '../../lib/recovery/dump/back-up/back-up.ts';
import { openSource } from '../../lib/recovery/dump/back-up/backup-source.ts';
import { writeCollections } from '../../lib/recovery/dump/back-up/write-collections.ts';
import { mapConcurrently } from '../../lib/recovery/dump/concurrently.ts';

/** A database to be backed up: `text` is how many letters each of its documents has beside some small fields; `rounds` is how often it is. */
export type DumpShape = { readonly collections: number; readonly documents: number; readonly text: number; readonly rounds: number };

/** One turn: its length, and the time that all threads of this process had a processor, in milliseconds each. */
type Turn = { readonly took: number; readonly processor: number };
/** A turn of each, one right after the other; `bytes` of BSON. */
export type Round = { readonly ours: Turn; readonly bare: Turn; readonly bytes: number };

export type DumpMeasure = {
  readonly rounds: readonly Round[];
  /** Largest resident memory of `restorewatch backup` of the same, in a process of its own. */
  readonly memory: number;
};

const INSERT_BYTES = 2e6;
/** As many as ours and mongodump read at once. */
const AT_ONCE = 4;
const REPOSITORY = join(import.meta.dirname, '../..');

/** Fills a database of its own on the server, measures, and drops it. */
export async function measureDump(uri: string, shape: DumpShape): Promise<DumpMeasure> {
  const client = await new MongoClient(uri).connect();
  const database = `bench_dump_${process.pid}`;
  const folder = await mkdtemp(join(tmpdir(), 'restorewatch-bench-'));
  try {
    await dropDump(client, database);
    await fillDump(client, database, shape);
    const rounds: Round[] = [];
    for (let round = 0; round < shape.rounds; round += 1)
      rounds.push(await measureRound(client, database, { folder: join(folder, `${round}`), round }));
    const memory = await memoryOf(uri, database, join(folder, 'memory'));
    return { rounds, memory };
  } finally {
    await dropDump(client, database);
    await client.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** One collection at a time: a server that stands in for MongoDB may have no locks for 1,500 at once. */
async function dropDump(client: MongoClient, database: string): Promise<void> {
  const names = await client.db(database).listCollections({}, { nameOnly: true }).toArray();
  await mapConcurrently(names, AT_ONCE, ({ name }) => client.db(database).dropCollection(name));
  await client.db(database).dropDatabase();
}

async function fillDump(client: MongoClient, database: string, { collections, documents, text }: DumpShape): Promise<void> {
  const each = Math.round(documents / collections);
  const most = Math.max(1, Math.floor(INSERT_BYTES / (text + 60)));
  const numbers = Array.from({ length: collections }, (_, number) => number);
  await mapConcurrently(numbers, AT_ONCE, async (number) => {
    const collection = client
      .db(database)
      .collection<{ _id: number; user: string; total: number; at: Date; text: string }>(`orders_${number}`);
    for (let from = 0; from < each; from += most) {
      const batch = Array.from({ length: Math.min(most, each - from) }, (_, n) => ({
        _id: from + n,
        user: `user ${n % 97}`,
        total: n * 1.5,
        at: new Date(1.8e12 + n),
        text: 'x'.repeat(text),
      }));
      await collection.insertMany(batch, { ordered: false });
    }
  });
}

/**
 * One turn of each, since what else the machine does changes from minute to minute. Which is first alternates, so that neither always finds what the other has
 * warmed up. What they wrote is emptied, so that no round finds less room than another.
 */
async function measureRound(
  client: MongoClient,
  database: string,
  { folder, round }: { readonly folder: string; readonly round: number },
): Promise<Round> {
  await mkdir(folder, { recursive: true });
  const bare = () => timed(folder, () => writeBare(client, database, join(folder, 'bare')));
  const ours = () => timed(folder, () => writeOurs(client, database, join(folder, 'ours')));
  const bareFirst = round % 2 === 0 ? await bare() : null;
  const { turn, result: bytes } = await ours();
  const { turn: bareTurn } = bareFirst ?? (await bare());
  await emptyFiles(folder);
  return { bare: bareTurn, ours: turn, bytes };
}

/**
 * Deletes no file: for minutes ext4 without a journal takes no inode that was freed, and looks at each of them for every new file (`recently_deleted` in the
 * kernel's fs/ext4/ialloc.c). After some thousands, making files takes longer than the backup.
 */
async function emptyFiles(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  await mapConcurrently(files, AT_ONCE, (file) => truncate(file));
}

/** What a backup cannot do without: a raw cursor into a file for each collection, as many at once as ours. */
async function writeBare(client: MongoClient, database: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = await client.db(database).listCollections({}, { nameOnly: true }).toArray();
  await mapConcurrently(names, AT_ONCE, async ({ name }) => {
    const cursor = client.db(database).collection(name).find({}, { raw: true });
    await pipeline(cursor.stream(), createWriteStream(join(folder, `${name}.bson`)));
  });
}

/** A whole backup: indexes, checksums, files read again, on the disk. Bytes of its BSON. */
async function writeOurs(client: MongoClient, database: string, out: string): Promise<number> {
  const source = await openSource(client, database);
  const options = { gzip: false, onProgress: () => {} };
  const write = (folder: string): ReturnType<typeof writeCollections> => writeCollections(source, folder, options);
  const { manifest } = await backUp({ out, gzip: false, database, hosts: [], now: Date.now, write });
  return manifest.files.reduce((sum, { path, bytes }) => sum + (path.endsWith('.bson') ? bytes : 0), 0);
}

/** The disk is synced before: a backup waits until its own files are on it, and not for those that the turn before left in memory. */
async function timed<T>(folder: string, act: () => Promise<T>): Promise<{ readonly turn: Turn; readonly result: T }> {
  await promisify(execFile)('sync', ['-f', folder]);
  const [begun, used] = [performance.now(), process.cpuUsage()];
  const result = await act();
  const { user, system } = process.cpuUsage(used);
  return { turn: { took: performance.now() - begun, processor: (user + system) / 1_000 }, result };
}

/** Of the command as an operator runs it. */
async function memoryOf(uri: string, database: string, out: string): Promise<number> {
  const address = new URL(uri);
  address.pathname = `/${database}`;
  const args = ['--import', './test/bench/report-memory.ts', 'scripts/restorewatch.ts', 'backup', '--tool', 'driver', '--out', out];
  const env = { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production' as const, MONGODB_URI: address.href };
  const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: REPOSITORY, env });
  return Number(/^largest resident memory: (\d+)$/m.exec(stderr)?.[1]);
}
