import { BSON, type Document, MongoError, MongoNetworkError, MongoServerError } from 'mongodb';
import { abortable } from '../dump-error.ts';
import { answerIn, type Batch } from './server-answer.ts';

/** Sends a command, always to the same server and in one session. Gives the bytes of the answer's field `cursor`. */
export type Ask = (command: Document) => Promise<Uint8Array>;

/** Documents in the first answer, before their size is known. Of the largest documents the server sends 16 MB at once. */
const FIRST_DOCUMENTS = 250;
/** Bytes that a later answer is to have. Several collections are in memory at once, each with one answer that is written and one that comes. */
const ANSWER_BYTES = 1024 * 1024;
/** Where larger documents follow small ones, an answer holds 16 MB at the most. */
const MOST_DOCUMENTS = 50_000;

/**
 * Yields one answer of the server at a time. The next one is asked for before that, so that the server works while the first is written. These are
 * commands of our own, because the driver's cursors give documents one by one, and parse the fields of each on the way, which takes longer than all the
 * rest of a backup. Throws `Interrupted` without waiting for the server, or the driver's errors.
 */
export async function* readByCommands(ask: Ask, find: Document, signal?: AbortSignal): AsyncGenerator<Batch> {
  const collection: unknown = find['find'];
  let open: BSON.Long | null = null;
  try {
    let answer: Promise<Uint8Array> = askTwice(ask, { ...find, batchSize: FIRST_DOCUMENTS });
    do {
      const { id, ...batch } = answerIn(await abortable(answer, signal));
      open = id === 0n ? null : BSON.Long.fromBigInt(id);
      if (open !== null) answer = ask({ getMore: open, collection, batchSize: documentsFor(batch) });
      // Where it fails, it is thrown above, once this batch has been written.
      answer.catch(() => {});
      if (batch.documents > 0) yield batch;
    } while (open !== null);
  } finally {
    const closing = open === null ? null : ask({ killCursors: collection, cursors: [open] }).catch(() => {});
    // This too is a command to the server, which may be what does not answer.
    if (!signal?.aborted) await closing;
  }
}

function documentsFor({ documents, bytes }: Batch): number {
  if (documents === 0) return FIRST_DOCUMENTS;
  return Math.min(MOST_DOCUMENTS, Math.max(1, Math.floor((ANSWER_BYTES * documents) / bytes.length)));
}

/** Elections, shutdowns and lost hosts, after which the driver asks again for reads of its own (specification "Retryable Reads"). */
const PASSING: ReadonlySet<unknown> = new Set([6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/** For commands that begin something: asked again once, as the driver does. */
export async function askTwice(ask: Ask, command: Document): Promise<Uint8Array> {
  return ask(command).catch((error: unknown) => {
    if (error instanceof MongoNetworkError || (error instanceof MongoServerError && PASSING.has(error.code))) return ask(command);
    if (error instanceof MongoError && error.hasErrorLabel('RetryableError')) return ask(command);
    throw error;
  });
}

/** What is used of the driver's cursors with `raw`, which gives each document's bytes (BSONSerializeOptions.raw). */
type RawCursor = {
  readonly hasNext: () => Promise<boolean>;
  readonly readBufferedDocuments: () => readonly unknown[];
  readonly close: () => Promise<void>;
};

/** As `readByCommands`, by a cursor of the driver's, which remembers at which of several servers it is open. */
export async function* readByCursor(cursor: RawCursor, signal?: AbortSignal): AsyncGenerator<Batch> {
  try {
    let more = cursor.hasNext();
    while (await abortable(more, signal)) {
      // With `raw` they are bytes.
      const documents = cursor.readBufferedDocuments() as readonly Uint8Array[];
      more = cursor.hasNext();
      // Where it fails, it is thrown above, once this batch has been written.
      more.catch(() => {});
      yield { documents: documents.length, bytes: Buffer.concat(documents) };
    }
  } finally {
    const closing = cursor.close().catch(() => {});
    if (!signal?.aborted) await closing;
  }
}
