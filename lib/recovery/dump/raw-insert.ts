import { createRequire } from 'node:module';
import type { Db } from 'mongodb';

type Sequence = { readonly push: (document: object, bytes: Uint8Array) => number };
type SequenceClass = new (field: string) => Sequence;

/** MongoDB takes 48 MB a message; smaller ones keep memory low. */
const BATCH_BYTES = 8 * 1024 * 1024;
const BATCH_DOCUMENTS = 10_000;

/**
 * Documents as bytes, put on the wire as they are. The driver's public API only takes objects, and an object cannot hold every document: the
 * order of fields like "10", repeated fields and deprecated types would be lost. This class is what its own inserts use (src/cmap/commands.ts);
 * the driver's version is pinned, and a test inserts such documents.
 */
function sequenceClass(): SequenceClass {
  const internals: unknown = createRequire(import.meta.url)('mongodb/lib/cmap/commands.js');
  if (typeof internals === 'object' && internals !== null && 'DocumentSequence' in internals) {
    // Its constructor and push are as in mongodb 7.9, the pinned version.
    return internals.DocumentSequence as SequenceClass;
  }
  throw new Error('this version of the mongodb driver cannot insert raw BSON; install the one in package.json');
}

/** Refused documents by MongoDB's error code, as the texts repeat data. */
export type Inserted = { readonly inserted: number; readonly refused: readonly number[] };

/** Inserts them all, in any order, past the collection's validator: what is in a backup was once accepted. Throws the driver's errors. */
export async function insertRaw(
  db: Pick<Db, 'command'>,
  collection: string,
  documents: readonly Uint8Array[],
  timeoutMS: number,
): Promise<Inserted> {
  const Sequence = sequenceClass();
  const sequence = new Sequence('documents');
  for (const document of documents) sequence.push({}, document);
  const command = { insert: collection, documents: sequence, ordered: false, bypassDocumentValidation: true };
  const answer = await db.command(command, { timeoutMS });
  const errors: unknown = answer['writeErrors'];
  return { inserted: Number(answer['n'] ?? 0), refused: Array.isArray(errors) ? errors.map(codeOf) : [] };
}

function codeOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'code' in error ? Number(error.code) : 0;
}

/** The same documents in batches that fit a message. */
export async function* inMessages(batches: AsyncIterable<readonly Uint8Array[]>): AsyncGenerator<readonly Uint8Array[]> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const document of flattened(batches)) {
    if (waiting.length > 0 && (size + document.length > BATCH_BYTES || waiting.length >= BATCH_DOCUMENTS)) {
      yield waiting;
      waiting = [];
      size = 0;
    }
    waiting.push(document);
    size += document.length;
  }
  if (waiting.length > 0) yield waiting;
}

async function* flattened(batches: AsyncIterable<readonly Uint8Array[]>): AsyncGenerator<Uint8Array> {
  for await (const batch of batches) yield* batch;
}
