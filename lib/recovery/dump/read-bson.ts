import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BackupError, wordsOf } from './error.ts';

/** MongoDB's largest document and what the server's own may have above it (mongo-tools, common/db/bson_stream.go). */
const LARGEST = 16 * 1024 * 1024 + 16 * 1024;
/** Length, no element, and the closing zero. */
const SMALLEST = 5;
const PIECE = 512 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b];

/** A BSON file's documents, as they are, a piece of the file at a time. Throws `BackupError` with the file and the byte where it is damaged. */
export async function* readDocuments(path: string): AsyncGenerator<Uint8Array> {
  for await (const batch of readBatches(path)) yield* batch;
}

/** As `readDocuments`, all the documents of a piece at once. */
export async function* readBatches(path: string): AsyncGenerator<readonly Uint8Array[]> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const piece of pieces(path, () => offset + rest.length)) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const { documents, used } = split(bytes, path, offset);
    offset += used;
    rest = bytes.subarray(used);
    if (documents.length > 0) yield documents;
  }
  if (rest.length > 0) throw cutOff(path, offset, rest);
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

function cutOff(path: string, offset: number, rest: Buffer): BackupError {
  const length = rest.length < 4 ? null : rest.readInt32LE(0);
  const missing = length === null ? 'not even its length is there' : `${rest.length} of its ${length} bytes are there`;
  return damaged(path, offset, `the file is cut off in the document that begins there: ${missing}`);
}

function damaged(path: string, offset: number, what: string): BackupError {
  return new BackupError(`${path}: damaged at byte ${offset}: ${what}; use another backup`, path, offset);
}

/** The file's content, unpacked where it is packed: mongodump packs `oplog.bson` without saying so in its name. */
async function* pieces(path: string, position: () => number): AsyncGenerator<Buffer> {
  try {
    for await (const piece of await contentOf(path)) {
      // A file's stream without an encoding, and zlib's, give buffers.
      yield piece as Buffer;
    }
  } catch (error) {
    if (error instanceof BackupError) throw error;
    throw damaged(path, position(), `it cannot be read on: ${wordsOf(error)}`);
  }
}

async function contentOf(path: string): Promise<Readable> {
  const packed = await isPacked(path);
  const file = createReadStream(path, { highWaterMark: PIECE });
  // Errors of either come out of the reading end.
  return packed ? pipeline(file, createGunzip({ chunkSize: PIECE }), () => {}) : file;
}

async function isPacked(path: string): Promise<boolean> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw new BackupError(`${path} cannot be read: ${wordsOf(error)}`, path, null, error);
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && GZIP_MAGIC.every((byte, place) => buffer[place] === byte);
  } finally {
    await handle.close();
  }
}

/** A small file's text, unpacked where it is packed. Throws `BackupError`. */
export async function readText(path: string): Promise<string> {
  const all: Buffer[] = [];
  for await (const piece of pieces(path, () => all.reduce((sum, { length }) => sum + length, 0))) all.push(piece);
  return Buffer.concat(all).toString('utf8');
}
