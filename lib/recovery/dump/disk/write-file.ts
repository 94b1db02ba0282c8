import { createHash, type Hash, hash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { crc32, createGzip } from 'node:zlib';
import { abortable, BackupError, codeOf, Interrupted, wordsOf } from '../dump-error.ts';
import type { FileEntry } from '../dump-manifest.ts';
import type { NewFile, Opener } from './new-file.ts';

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

type FileDigest = Omit<FileEntry, 'path'>;
type How = { readonly gzip: boolean; readonly open: Opener; readonly signal?: AbortSignal | undefined };

/**
 * Writes one file, reads it again, and returns its size and SHA-256 as stored. A chunk is asked for once the one before is written. It need not be on the
 * disk yet. Throws `BackupError` with the file, `Interrupted`, or what `chunks` throws.
 */
export async function writeFile(path: string, chunks: Chunks, { gzip, open, signal }: How): Promise<FileDigest> {
  const file = await open(path).catch((error: unknown) => {
    throw notWritten(path, error);
  });
  try {
    const written = await writeAll({ path, file, signal }, gzip ? packed(chunks) : chunks);
    await readAgain({ path, file, signal }, written);
    return { bytes: written.bytes, sha256: written.sha256 };
  } finally {
    await file.close();
  }
}

type Open = { readonly path: string; readonly file: NewFile; readonly signal: AbortSignal | undefined };

/** SHA-256 is for the manifest, and takes much longer than CRC-32, which is enough to find that a file differs from what was just written. */
type Written = FileDigest & { readonly crc: number };

/** So much is written before it is sent to the disk, so that the disk works while the server is asked, and not all at the end. */
const SYNC_EVERY = 32 * 1024 * 1024;

async function writeAll(open: Open, chunks: Chunks): Promise<Written> {
  let [bytes, crc, unsent]: [number, number, number] = [0, 0, 0];
  const digest = sha256();
  let sending: Promise<void> = Promise.resolve();
  for await (const chunk of chunks) {
    digest.update(chunk);
    crc = crc32(chunk, crc);
    await writeChunk(open, chunk);
    bytes += chunk.length;
    unsent += chunk.length;
    if (unsent < SYNC_EVERY) continue;
    await done(open, () => sending);
    [unsent, sending] = [0, open.file.sync()];
    // What fails is thrown above, or at the end.
    sending.catch(() => {});
  }
  if (bytes >= SYNC_EVERY) await done(open, () => sending);
  return { bytes, crc, sha256: digest.hex() };
}

/** Of one small chunk, as most files of small collections have, at once: making an object for it takes three times as long. */
const AT_ONCE = 64 * 1024;

/** SHA-256 of chunks. It keeps a small first one, without a copy, until there is another. */
function sha256() {
  let first: Uint8Array | null = null;
  let digest: Hash | null = null;
  return {
    update: (chunk: Uint8Array): void => {
      if (digest === null && first === null && chunk.length <= AT_ONCE) first = chunk;
      else {
        digest ??= createHash('sha256').update(first ?? '');
        digest.update(chunk);
      }
    },
    hex: (): string => (digest === null ? hash('sha256', first ?? '', 'hex') : digest.digest('hex')),
  };
}

/** A file system may take a part of the bytes alone. */
async function writeChunk(open: Open, chunk: Uint8Array): Promise<void> {
  for (let place = 0; place < chunk.length;) place += await done(open, () => open.file.write(place === 0 ? chunk : chunk.subarray(place)));
}

/** What a file's action comes to. Throws `BackupError` with the path, or `Interrupted`. */
async function done<T>({ path, signal }: Open, act: () => T | Promise<T>): Promise<T> {
  try {
    const result = act();
    return result instanceof Promise ? await abortable(result, signal) : result;
  } catch (error) {
    throw error instanceof Interrupted ? error : notWritten(path, error);
  }
}

const PIECE = 512 * 1024;

/** Throws `BackupError` where the file is not as it was written. */
async function readAgain(open: Open, { bytes, crc }: Written): Promise<void> {
  // One byte more than is expected, so that a small file's end is seen by the same read.
  const piece = Buffer.allocUnsafe(Math.min(PIECE, bytes + 1));
  let [place, found, length] = [0, 0, piece.length];
  while (length > 0 && (place < bytes || length === piece.length)) {
    length = await done(open, () => open.file.read(piece, place));
    found = crc32(piece.subarray(0, length), found);
    place += length;
  }
  if (place === bytes && found === crc) return;
  const what = place === bytes ? 'other bytes' : `${place} bytes instead of ${bytes}`;
  throw new BackupError(
    `${open.path} was read again right after it was written, and has ${what}; choose another disk with --out`,
    open.path,
  );
}

async function* packed(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const gzip = createGzip({ chunkSize: PIECE });
  // Errors of both streams are thrown where the result is read.
  pipeline(Readable.from(chunks), gzip, () => {});
  // zlib's stream gives buffers.
  yield* gzip as AsyncIterable<Buffer>;
}

const WHAT_TO_DO: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space, or choose another one',
  EDQUOT: 'the disk quota is used up; free some space, or choose another one',
  EACCES: 'not allowed to write there; choose another folder',
  EPERM: 'not allowed to write there; choose another folder',
  EROFS: 'the file system is read-only; choose another folder',
  ENOTDIR: 'a part of the path is no folder; choose another one',
  EEXIST: 'it is there already; choose another folder',
  EFBIG: 'the file system, or the limit of this process (ulimit -f), takes no file of that size; raise it, or choose another folder',
  EIO: 'the disk reports an error; check it, and choose another one',
  EMFILE: 'this process has too many open files; raise its limit (ulimit -n), or choose another folder',
  ENFILE: 'the system has too many open files; raise its limit, or choose another folder',
  ENAMETOOLONG: 'the file system takes no name of that length; choose another folder',
};

/** What could not be written, why, and what to do; `elsewhere` says how another place is named. */
export function notWritten(path: string, error: unknown, elsewhere = 'with --out'): BackupError {
  const known = WHAT_TO_DO[codeOf(error)];
  return new BackupError(`${path} cannot be written: ${known === undefined ? wordsOf(error) : `${known} ${elsewhere}`}`, path, null, error);
}

/** The same of a temporary file. It says nothing about a backup, so it is no `BackupError`. */
export function temporaryNotWritten(path: string, error: unknown): Error {
  return new Error(notWritten(path, error, 'by TMPDIR').message, { cause: error });
}
