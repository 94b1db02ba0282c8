import { setTimeout } from 'node:timers/promises';
import { type Db, type Document, MongoServerError } from 'mongodb';
import { abortable, Interrupted, withoutValues, wordsOf } from '../dump-error.ts';
import { BUCKETS } from '../backup-names.ts';
import type { Progress } from '../progress.ts';
import { fieldIn, stringIn } from '../extended-json/bson-elements.ts';
import { NotSendable, sendable, sendableDocument } from './command-document.ts';
import { createOptions, indexesToCreate } from './as-restored.ts';
import { BATCH_BYTES, BATCH_DOCUMENTS, insertRaw } from './raw-insert.ts';
import type { Backup, BackupCollection } from '../read/read-backup.ts';
import { grouped } from '../read/read-bson.ts';
import { restorable, restoreOrder, serversOwnNotes } from './restore-order.ts';

/** A restore that stopped: where, and why. What was restored before is still there. */
export class RestoreError extends Error {
  readonly namespace: string;
  /** `backup`: no server accepts this backup. `target`: another try, or another target, may succeed. */
  readonly blame: 'backup' | 'target';

  constructor(namespace: string, what: string, blame: RestoreError['blame'], cause?: unknown) {
    super(`restore: ${namespace}: ${what}`, { cause });
    this.name = 'RestoreError';
    this.namespace = namespace;
    this.blame = blame;
  }
}

/** What a restore asks of a MongoClient. */
export type Target = { readonly db: (name: string) => Pick<Db, 'command'> };

export type RestoreOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Called right before each collection is created: from then on it may exist, and be ours. */
  readonly onCollection?: ((namespace: string) => void) | undefined;
  /** Called, and waited for, once a collection is created and still empty. */
  readonly onCreated?: (() => Promise<void>) | undefined;
  /** Called for a collection that somebody else had created. */
  readonly onTaken?: ((namespace: string) => void) | undefined;
  readonly onProgress?: ((progress: Omit<Progress, 'elapsed'>) => void) | undefined;
};

/** How long a command under way is waited for after Ctrl-C. */
const PATIENCE = 10_000;

/**
 * Restores a backup into databases that are empty: collections with their options, documents, then indexes, each by a command of its own; views last,
 * each after what it reads. No command has a time limit, since the time that an index takes grows with the data. Throws `RestoreError`
 * at the first thing that cannot be restored, `BackupError` for a damaged file, `Interrupted`.
 */
export async function restoreInto(client: Target, backup: Backup, options: RestoreOptions) {
  const total = { documents: 0, bytes: 0 };
  const wanted = restorable(backup);
  for (const collection of restoreOrder(wanted)) {
    const step = { client, collection, options, total, expected: expectedIn(backup) };
    await create(step);
    await fill(step);
    await index(step);
  }
  return { collections: wanted.length, ...total, notes: notesOn(backup, wanted) };
}

type Step = {
  readonly client: Target;
  readonly collection: BackupCollection;
  readonly options: RestoreOptions;
  readonly total: { documents: number; bytes: number };
  readonly expected: number | null;
};

async function create(step: Step): Promise<void> {
  const { name, namespace, options } = step.collection;
  const kept = sent(step, () => sendable(createOptions(options)));
  step.options.onCollection?.(namespace);
  tell(step, `creating the ${step.collection.type}`);
  await command(step, 'cannot be created', { create: name, ...Object.fromEntries(kept) }).catch((error: unknown) => {
    // 48 is NamespaceExists.
    if (error instanceof RestoreError && error.cause instanceof MongoServerError && error.cause.code === 48)
      step.options.onTaken?.(namespace);
    throw error;
  });
  await step.options.onCreated?.();
}

async function fill(step: Step): Promise<void> {
  const { client, collection, options, total } = step;
  const { database, namespace, type } = collection;
  const name = type === 'timeseries' && collection.file?.includes(BUCKETS) ? BUCKETS + collection.name : collection.name;
  tell(step);
  for await (const documents of grouped(collection.batches(), BATCH_BYTES, BATCH_DOCUMENTS)) {
    if (options.signal?.aborted) throw new Interrupted();
    const inserting = insertRaw(client.db(database), name, documents);
    const { inserted, refused } = await settled(inserting, options.signal).catch(explained(namespace, 'documents cannot be inserted'));
    if (inserted !== documents.length) throw refusal(namespace, documents.length - inserted, refused);
    total.documents += inserted;
    total.bytes += documents.reduce((sum, { length }) => sum + length, 0);
    tell(step);
  }
}

/** Says how far the restore has come, and what is begun now. */
function tell({ collection: { namespace }, options, total, expected }: Step, doing?: string): void {
  options.onProgress?.({ namespace, doing, ...total, expected });
}

/**
 * Errors that say nothing about a backup (error_codes.yml of MongoDB): rights, a collection that is there already, a command that this server does not have,
 * locks, time limits, lost hosts and shards, shutdowns, elections, a full disk, and Atlas's 8000.
 */
const OF_THE_TARGET: ReadonlySet<unknown> = new Set([
  6, 7, 13, 18, 24, 48, 50, 59, 64, 89, 91, 112, 115, 133, 134, 189, 202, 238, 262, 276, 8000, 9001, 10107, 11600, 11601, 11602, 13388,
  13435, 13436, 14031,
]);

function blameFor(error: unknown): RestoreError['blame'] {
  return error instanceof MongoServerError && !OF_THE_TARGET.has(error.code) ? 'backup' : 'target';
}

/** 11000 is MongoDB's duplicate key. */
function refusal(namespace: string, count: number, codes: readonly number[]): RestoreError {
  const named = [...new Set(codes)].map((code) => (code === 11_000 ? '11000 (duplicate key)' : String(code)));
  const blame = codes.length > 0 && codes.every((code) => OF_THE_TARGET.has(code)) ? 'target' : 'backup';
  return new RestoreError(namespace, `the server refused ${count} documents, with error ${named.join(', ') || 'of no code'}`, blame);
}

async function index(step: Step): Promise<void> {
  if (step.collection.type === 'view') return;
  const indexes = indexesToCreate(step.collection);
  // What cannot be sent is known before the first index is built.
  const specs = sent(step, () =>
    indexes.map((raw) => [stringIn(fieldIn(raw, 'name')) ?? 'without a name', sendableDocument(raw)] as const),
  );
  for (const [place, [name, spec]] of specs.entries()) {
    tell(step, `building the index ${name} (${place + 1} of ${specs.length})`);
    // As mongorestore does, since one server version may not know the options of another.
    const create = { createIndexes: step.collection.name, indexes: [spec], ignoreUnknownIndexOptions: true };
    await command(step, `its index ${name} cannot be built`, create);
  }
}

/** What the driver sends of metadata. What it cannot send says nothing about the backup: mongorestore sends it. */
function sent<T>({ collection: { namespace } }: Step, convert: () => T): T {
  try {
    return convert();
  } catch (error) {
    if (error instanceof NotSendable) throw new RestoreError(namespace, error.message, 'target', error);
    throw error;
  }
}

async function command({ client, collection: { database, namespace }, options }: Step, what: string, document: Document): Promise<void> {
  if (options.signal?.aborted) throw new Interrupted();
  await settled(client.db(database).command(document), options.signal).catch(explained(namespace, what));
}

/** On `Interrupted`, a command under way is waited for a while: what it writes after the clean-up would stay. */
async function settled<T>(writing: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await abortable(writing, signal);
  } catch (error) {
    if (error instanceof Interrupted) await Promise.race([writing.catch(() => {}), setTimeout(PATIENCE, undefined, { ref: false })]);
    throw error;
  }
}

function explained(namespace: string, what: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof Interrupted) throw error;
    const words = withoutValues(wordsOf(error));
    throw new RestoreError(namespace, `${what}: ${words}`, blameFor(error), error);
  };
}

function expectedIn({ manifest }: Backup): number | null {
  return manifest === null ? null : manifest.collections.reduce((sum, { documents }) => sum + (documents ?? 0), 0);
}

function notesOn(backup: Backup, wanted: readonly BackupCollection[]): readonly string[] {
  const series = wanted.filter(({ type }) => type === 'timeseries').map(({ namespace }) => namespace);
  return [
    ...serversOwnNotes(backup),
    ...(series.length > 0 ? [`time series, restored as buckets, which not every server takes: ${series.join(', ')}`] : []),
    ...(backup.oplog === null ? [] : ['the oplog in the backup was not replayed; mongorestore --oplogReplay does that']),
  ];
}
