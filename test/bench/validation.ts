import { MongoClient } from 'mongodb';
import { type Manifest, verdictOf } from '../../lib/domain/recovery/evidence.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { validateDatabase } from '../../lib/recovery/validate/validate-database.ts';
import { mapConcurrently } from '../../lib/recovery/dump/concurrently.ts';
import { takeManifest } from '../../lib/recovery/validate/read/manifest.ts';
import type { Cell, Figure } from './figures.ts';

export type ValidationSize = { readonly collections: number; readonly documents: number };

const FULL: ValidationSize = { collections: 1_000, documents: 1_000_000 };
const NAME = 'restorewatch_bench_validation';
/** As many as a validation reads at once: compared is what is asked, not how much of it at a time. */
const AT_ONCE = 8;
const SAMPLE = 20;
const SAMPLE_EVERY_MS = 5;
const MB = 1e6;

/**
 * A validation of this size beside bare counts of the same, in one run; one row that says so where `uri` (MONGO_TEST_URI) is not given. Fills a
 * database of its own there, and drops it.
 */
export async function measureValidation(uri: string | undefined, size: ValidationSize = FULL): Promise<readonly Figure[]> {
  const what = `validation of ${size.collections.toLocaleString('en')} collections, ${size.documents.toLocaleString('en')} documents`;
  if (!uri) return [{ what, most: null, cells: [{ value: 0, shown: 'not measured: MONGO_TEST_URI is not set' }] }];
  const client = await new MongoClient(uri, { monitorCommands: true, maxPoolSize: AT_ONCE + 1 }).connect();
  try {
    await client.db(NAME).dropDatabase();
    await fill(client, size);
    return figures(what, size, await measured(client, size));
  } finally {
    await client.db(NAME).dropDatabase();
    await client.close();
  }
}

type Took = { readonly milliseconds: number; readonly trips: number; readonly heap: number };
type Measured = { readonly validation: Took; readonly counts: Took; readonly estimates: Took };

async function measured(client: MongoClient, size: ValidationSize): Promise<Measured> {
  const db = client.db(NAME);
  const names = namesOf(size);
  const manifest = await manifestOf(client, size);
  const count = (): Promise<unknown> => mapConcurrently(names, AT_ONCE, (name) => db.collection(name).countDocuments({}));
  await count(); // What the server reads from disk at first would be counted against whoever comes first.
  const counts = await took(client, count);
  const estimates = await took(client, () => mapConcurrently(names, AT_ONCE, (name) => db.collection(name).estimatedDocumentCount()));
  return { counts, estimates, validation: await took(client, () => validated(client, manifest)) };
}

/** The server's metadata may lag behind so large an insertion: what was inserted is known. */
async function manifestOf(client: MongoClient, size: ValidationSize): Promise<Manifest> {
  const taken = await takeManifest(client, { deadline: Date.now() + HOUR, only: [NAME] });
  return { ...taken, collections: taken.collections.map((collection) => ({ ...collection, documents: perCollection(size) })) };
}

async function validated(client: MongoClient, manifest: Manifest): Promise<void> {
  const settings = { tolerance: 0, sample: SAMPLE, timeFields: {}, assertions: [] };
  const plan = { before: manifest, after: manifest, recoveryPoint: Date.now(), rpo: HOUR, settings, source: NAME };
  const { lines, next } = await validateDatabase(client, plan, { deadline: Date.now() + HOUR, only: [NAME], from: null });
  if (next !== null || verdictOf(lines) !== 'passed') throw new Error('bench: the validation of what was just written did not pass');
}

async function took(client: MongoClient, act: () => Promise<unknown>): Promise<Took> {
  let trips = 0;
  const note = (): void => void (trips += 1);
  const idle = process.memoryUsage().heapUsed;
  let peak = idle;
  const timer = setInterval(() => void (peak = Math.max(peak, process.memoryUsage().heapUsed)), SAMPLE_EVERY_MS);
  client.on('commandStarted', note);
  const begun = performance.now();
  try {
    await act();
    return { milliseconds: performance.now() - begun, trips, heap: peak - idle };
  } finally {
    clearInterval(timer);
    client.off('commandStarted', note);
  }
}

async function fill(client: MongoClient, size: ValidationSize): Promise<void> {
  const documents = Array.from({ length: perCollection(size) }, (_, n) => ({ n, at: new Date(), text: `order ${n}`.padEnd(100, '.') }));
  await mapConcurrently(namesOf(size), AT_ONCE, (name) =>
    client
      .db(NAME)
      .collection(name)
      .insertMany(documents.map((document) => ({ ...document }))),
  );
}

function namesOf({ collections }: ValidationSize): readonly string[] {
  return Array.from({ length: collections }, (_, index) => `c${String(index).padStart(5, '0')}`);
}

function perCollection({ collections, documents }: ValidationSize): number {
  return Math.ceil(documents / collections);
}

function figures(what: string, { collections }: ValidationSize, { validation, counts, estimates }: Measured): readonly Figure[] {
  const row = (figure: string, cell: Cell): Figure => ({ what: `${what}: ${figure}`, most: null, cells: [cell] });
  return [
    row('time ÷ bare `countDocuments` of the same', ratio(validation, counts)),
    row('time ÷ bare `estimatedDocumentCount` of the same', ratio(validation, estimates)),
    row('round trips per collection', { value: validation.trips / collections, shown: (validation.trips / collections).toFixed(2) }),
    row('heap over idle, with garbage, MB', { value: validation.heap / MB, shown: (validation.heap / MB).toFixed(0) }),
  ];
}

function ratio(one: Took, bare: Took): Cell {
  const value = one.milliseconds / bare.milliseconds;
  return { value, shown: `${value.toFixed(2)} (${(one.milliseconds / 1_000).toFixed(1)} ÷ ${(bare.milliseconds / 1_000).toFixed(1)} s)` };
}
