import { createRequire } from 'node:module';
import type { Db } from 'mongodb';

type Sequence = { readonly push: (document: object, bytes: Uint8Array) => number };
type SequenceClass = new (field: string) => Sequence;

/** MongoDB takes 48 MB a message; smaller ones keep memory low. */
export const BATCH_BYTES = 8 * 1024 * 1024;
export const BATCH_DOCUMENTS = 10_000;

/**
 * The driver's class for documents that are sent as bytes. Its public API only takes objects, and an object cannot hold every document: the order of fields
 * like "10", repeated fields and deprecated types would be lost. The driver's own inserts use this class (src/cmap/commands.ts); its version is pinned, and
 * a test inserts such documents.
 */
function sequenceClass(): SequenceClass {
  const internals: unknown = createRequire(import.meta.url)('mongodb/lib/cmap/commands.js');
  if (typeof internals === 'object' && internals !== null && 'DocumentSequence' in internals) {
    // Its constructor and push are as in mongodb 7.9, the pinned version.
    return internals.DocumentSequence as SequenceClass;
  }
  throw new Error('this version of the mongodb driver cannot insert raw BSON; install the one in package.json');
}

/**
 * Inserts them all, in any order, past the collection's validator: what is in a backup was once accepted. `refused` has MongoDB's error codes alone, since
 * its texts repeat data. Throws the driver's errors.
 */
export async function insertRaw(db: Pick<Db, 'command'>, collection: string, documents: readonly Uint8Array[]) {
  const Sequence = sequenceClass();
  const sequence = new Sequence('documents');
  for (const document of documents) sequence.push({}, document);
  const command = { insert: collection, documents: sequence, ordered: false, bypassDocumentValidation: true };
  const answer = await db.command(command);
  const errors: unknown = answer['writeErrors'];
  return { inserted: Number(answer['n'] ?? 0), refused: Array.isArray(errors) ? errors.map(codeOf) : [] };
}

function codeOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'code' in error ? Number(error.code) : 0;
}
