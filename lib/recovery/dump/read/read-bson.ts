import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BSON } from 'mongodb';
import { BackupError, Interrupted, isKeptFrom, wordsOf } from '../dump-error.ts';

/** MongoDB's largest document and what the server's own may have above it (mongo-tools, common/db/bson_stream.go). */
const LARGEST = 16 * 1024 * 1024 + 16 * 1024;
/** Length, no element, and the closing zero. */
const SMALLEST = 5;
const PIECE = 512 * 1024;
/** The first bytes of a gzip file: its mark, and deflate as its only method (RFC 1952). */
const GZIP_MAGIC = Buffer.of(0x1f, 0x8b, 8);

/** A BSON file's documents, as they are, those of one piece of the file at a time. Throws `BackupError` with the file and the byte where it is damaged. */
export async function* readBatches(path: string): AsyncGenerator<readonly Uint8Array[]> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const piece of pieces(path)) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const { documents, used } = split(bytes, path, offset);
    offset += used;
    rest = bytes.subarray(used);
    if (documents.length > 0) yield documents;
  }
  if (rest.length === 0) return;
  const missing = rest.length < 4 ? 'not even its length is there' : `${rest.length} of its ${rest.readInt32LE(0)} bytes are there`;
  throw damaged(path, offset, `the file is cut off in the document that begins there: ${missing}`);
}

function split(bytes: Buffer, path: string, offset: number): { readonly documents: readonly Uint8Array[]; readonly used: number } {
  const documents: Uint8Array[] = [];
  let used = 0;
  while (bytes.length - used >= 4) {
    const length = bytes.readInt32LE(used);
    if (length < SMALLEST || length > LARGEST) throw damaged(path, offset + used, `a document of ${length} bytes there cannot be`);
    if (bytes.length - used < length) break;
    if (bytes[used + length - 1] !== 0) throw damaged(path, offset + used, 'the document that begins there does not end with a zero');
    documents.push(bytes.subarray(used, used + length));
    used += length;
  }
  return { documents, used };
}

function damaged(path: string, offset: number, what: string): BackupError {
  return new BackupError(`${path}: damaged at byte ${offset}: ${what}; use another backup`, path, offset);
}

function unreadable(path: string, error: unknown): BackupError {
  return new BackupError(`${path} cannot be read: ${wordsOf(error)}`, path, null, error);
}

/** The file's content, unpacked where it is packed. Throws `BackupError`. */
export async function* pieces(path: string): AsyncGenerator<Buffer> {
  let position = 0;
  const content = await contentOf(path);
  try {
    // A file's stream without an encoding, and zlib's, give buffers.
    for await (const piece of content as AsyncIterable<Buffer>) {
      position += piece.length;
      yield piece;
    }
  } catch (error) {
    throw isKeptFrom(error) ? unreadable(path, error) : damaged(path, position, `it cannot be read on: ${wordsOf(error)}`);
  }
}

async function contentOf(path: string): Promise<Readable> {
  const packed = await isPacked(path);
  const file = createReadStream(path, { highWaterMark: PIECE });
  // Errors of both streams are thrown where the result is read.
  return packed ? pipeline(file, createGunzip({ chunkSize: PIECE }), () => {}) : file;
}

/**
 * Is it a gzip file? Its name says so, but for `oplog.bson`, which mongodump --gzip packs under that very name (mongo-tools, mongodump/prepare.go). There the
 * first bytes do not decide, since they are the length of a document of 559,903 bytes too: a file that begins with such a document is none.
 */
async function isPacked(path: string): Promise<boolean> {
  if (path.endsWith('.gz')) return true;
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const { buffer: head, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead < 4 || !head.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC)) return false;
    const length = head.readInt32LE(0);
    if (length < SMALLEST || length > LARGEST) return true;
    const first = await handle.read(Buffer.alloc(length), 0, length, 0);
    return first.bytesRead < length || !isDocument(first.buffer);
  } finally {
    await handle.close();
  }
}

/** Can it be decoded to its end? A text that is no UTF-8 is allowed. */
function isDocument(raw: Uint8Array): boolean {
  try {
    BSON.deserialize(raw, { validation: { utf8: false } });
    return true;
  } catch {
    return false;
  }
}

/** The same documents in order, together as long as they fit into `bytes` and are no more than `most`; a larger one comes alone. */
export async function* grouped(batches: AsyncIterable<readonly Uint8Array[]>, bytes: number, most = Number.POSITIVE_INFINITY) {
  let [waiting, size]: [Uint8Array[], number] = [[], 0];
  for await (const batch of batches) {
    for (const document of batch) {
      if (waiting.length > 0 && (size + document.length > bytes || waiting.length >= most)) {
        yield waiting;
        [waiting, size] = [[], 0];
      }
      waiting.push(document);
      size += document.length;
    }
  }
  if (waiting.length > 0) yield waiting;
}

/** Counts documents to their end, so that damage anywhere is found. Throws `BackupError`, `Interrupted`. */
export async function countDocuments(batches: AsyncIterable<readonly Uint8Array[]>, signal?: AbortSignal): Promise<number> {
  let documents = 0;
  for await (const batch of batches) {
    if (signal?.aborted) throw new Interrupted();
    documents += batch.length;
  }
  return documents;
}

/** A small file's text, unpacked where it is packed. Throws `BackupError`, also for bytes that are no text: a name must not be read as another. */
export async function readText(path: string): Promise<string> {
  const bytes = Buffer.concat(await Array.fromAsync(pieces(path)));
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new BackupError(`${path}: damaged: it is no text in UTF-8; use another backup`, path);
}
