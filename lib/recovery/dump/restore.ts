import { setTimeout } from 'node:timers/promises';
import { type Db, type Document, MongoServerError } from 'mongodb';
import type { Instant } from '../../domain/time.ts';
import { abortable, Interrupted, wordsOf } from './error.ts';
import { BUCKETS, isServerCollection, isServerDatabase } from './names.ts';
import type { Progress } from './progress.ts';
import { inMessages, insertRaw } from './raw-insert.ts';
import type { Backup, BackupCollection } from './read-backup.ts';
import { inOrder } from './restore-order.ts';

/** A restore that stopped: where, and why. What was restored until then is still there. */
export class RestoreError extends Error {
  readonly namespace: string;
  /** `backup`: no server takes it so. `target`: another try, or another target, may do. */
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
  readonly now: () => Instant;
  readonly deadline?: Instant | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of each collection right before it is created: from then on it may be there, and ours. */
  readonly onCollection?: ((namespace: string) => void) | undefined;
  /** Told of a collection that somebody else had created. */
  readonly onTaken?: ((namespace: string) => void) | undefined;
  readonly onProgress?: ((progress: Omit<Progress, 'elapsed'>) => void) | undefined;
};

export type Restored = {
  readonly collections: number;
  readonly documents: number;
  readonly bytes: number;
  readonly notes: readonly string[];
};

const SERVERS_OWN: ReadonlySet<string> = new Set(['v', 'ns', 'background', 'storageEngine']);
/** One command, where no deadline is nearer. */
const COMMAND_MS = 10 * 60_000;
/** After Ctrl-C. */
const PATIENCE = 10_000;

/**
 * Restores a backup into databases that are empty: collections with their options, documents, then indexes; views last, each after what it
 * reads. Throws `RestoreError` at the first thing that cannot be restored, `BackupError` for a damaged file, `Interrupted`.
 */
export async function restoreInto(client: Target, backup: Backup, options: RestoreOptions): Promise<Restored> {
  const total = { documents: 0, bytes: 0 };
  const wanted = restorable(backup);
  for (const collection of inOrder(wanted)) {
    const step = { client, collection, options, total, expected: expectedIn(backup) };
    await create(step);
    await fill(step);
    await index(step);
  }
  return { collections: wanted.length, ...total, notes: notesOn(backup, wanted) };
}

/** What of a backup is restored: not the server's own databases and collections. */
export function restorable({ collections }: Backup): readonly BackupCollection[] {
  return collections.filter(({ database, name }) => !isServerDatabase(database) && !isServerCollection(name));
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
  // Servers since 4.0 refuse autoIndexId, which old dumps have.
  const { autoIndexId: _, ...kept } = options;
  step.options.onCollection?.(namespace);
  await command(step, 'cannot be created', { create: name, ...kept }).catch((error: unknown) => {
    if (isTaken(error)) step.options.onTaken?.(namespace);
    throw error;
  });
}

/** NamespaceExists. */
function isTaken(error: unknown): boolean {
  return error instanceof RestoreError && error.cause instanceof MongoServerError && error.cause.code === 48;
}

async function fill({ client, collection, options, total, expected }: Step): Promise<void> {
  const { database, namespace, type } = collection;
  const name = type === 'timeseries' && collection.file?.includes(BUCKETS) ? BUCKETS + collection.name : collection.name;
  options.onProgress?.({ namespace, ...total, expected });
  for await (const documents of inMessages(collection.batches())) {
    const inserting = insertRaw(client.db(database), name, documents, timeLeft(namespace, options));
    const { inserted, refused } = await settled(inserting, options.signal).catch(explained(namespace, 'documents cannot be inserted'));
    if (inserted !== documents.length) throw refusal(namespace, documents.length - inserted, refused);
    total.documents += inserted;
    total.bytes += documents.reduce((sum, { length }) => sum + length, 0);
    options.onProgress?.({ namespace, ...total, expected });
  }
}

/** Unauthorized, authentication, no quorum, shutdown, elections, full disk (src/mongo/base/error_codes.yml of MongoDB, and Atlas's 8000). */
const OF_THE_TARGET: ReadonlySet<unknown> = new Set([13, 18, 50, 91, 189, 8000, 10107, 11600, 11602, 13435, 13436, 14031]);

function blameFor(error: unknown): RestoreError['blame'] {
  return error instanceof MongoServerError && !OF_THE_TARGET.has(error.code) ? 'backup' : 'target';
}

/** 11000 is MongoDB's duplicate key. */
function refusal(namespace: string, count: number, codes: readonly number[]): RestoreError {
  const named = [...new Set(codes)].map((code) => (code === 11_000 ? '11000 (duplicate key)' : String(code)));
  return new RestoreError(namespace, `the server refused ${count} documents, with error ${named.join(', ') || 'of no code'}`, 'backup');
}

async function index(step: Step): Promise<void> {
  const specs = step.collection.indexes.filter(({ name }) => name !== '_id_').map((spec) => cleaned(step.collection.namespace, spec));
  if (specs.length === 0 || step.collection.type === 'view') return;
  // As mongorestore: what one server version knows, another may not.
  await command(step, 'its indexes cannot be built', {
    createIndexes: step.collection.name,
    indexes: specs,
    ignoreUnknownIndexOptions: true,
  });
}

/** Without what belongs to the server it came from. */
function cleaned(namespace: string, index: Document): Document {
  const spec: Document = Object.fromEntries(Object.entries(index).filter(([field]) => !SERVERS_OWN.has(field)));
  const fields = Object.keys(Object(spec['key']));
  if (fields.length > 1 && fields.some((field) => /^(0|[1-9]\d*)$/.test(field))) {
    throw new RestoreError(
      namespace,
      `the index ${String(spec['name'])} has a number for a field's name, whose place in the order JSON loses; use mongorestore`,
      'target',
    );
  }
  return spec;
}

async function command({ client, collection: { database, namespace }, options }: Step, what: string, document: Document): Promise<void> {
  const timeoutMS = timeLeft(namespace, options);
  await settled(client.db(database).command(document, { timeoutMS }), options.signal).catch(explained(namespace, what));
}

/** On `Interrupted`, what is under way has a while to end: what lands after the clean-up would stay. */
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
    // MongoDB repeats the values of a duplicate key, which may be anybody's address.
    const words = wordsOf(error).replace(/ dup key: .*/s, '');
    throw new RestoreError(namespace, `${what}: ${words}`, blameFor(error), error);
  };
}

function timeLeft(namespace: string, { deadline, now, signal }: RestoreOptions): number {
  if (signal?.aborted) throw new Interrupted();
  if (deadline === undefined) return COMMAND_MS;
  const left = deadline - now();
  if (left <= 0) throw new RestoreError(namespace, 'the deadline has passed', 'target');
  return Math.min(left, COMMAND_MS);
}

function expectedIn({ manifest }: Backup): number | null {
  return manifest === null ? null : manifest.collections.reduce((sum, { documents }) => sum + (documents ?? 0), 0);
}

function notesOn(backup: Backup, wanted: readonly BackupCollection[]): readonly string[] {
  const left = backup.collections.length - wanted.length;
  const series = wanted.filter(({ type }) => type === 'timeseries').map(({ namespace }) => namespace);
  return [
    ...(left > 0 ? [`${left} collections of the server's own (users, roles, settings) were not restored`] : []),
    ...(series.length > 0 ? [`time series, restored as buckets, which not every server takes: ${series.join(', ')}`] : []),
    ...(backup.oplog === null ? [] : ['the oplog in the backup was not replayed; mongorestore --oplogReplay does that']),
  ];
}
