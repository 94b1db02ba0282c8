import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { BackupError, codeOf, Interrupted, wordsOf } from './error.ts';

/** Opens a new file to write; what it gives has the bytes on the disk when it closes. */
export type Opener = (path: string) => Writable;
export type FileDigest = { readonly bytes: number; readonly sha256: string };

/** Readable by its owner alone, as it holds all data there is. */
const OWNER_ONLY = 0o600;
/** Small documents are written together. */
const CHUNK = 512 * 1024;

/** Fails where the file is there; `flush` is fsync. */
export const openOnDisk: Opener = (path) => createWriteStream(path, { flags: 'wx', mode: OWNER_ONLY, flush: true, highWaterMark: CHUNK });

/**
 * Writes one file as fast as the disk takes it, never faster, and gives its size and SHA-256 as stored.
 * Throws `BackupError` with the file, `Interrupted`, or what `chunks` throws.
 */
export async function writeFile(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  how: { readonly gzip: boolean; readonly open: Opener; readonly signal?: AbortSignal | undefined },
): Promise<FileDigest> {
  const reading: { failed: unknown } = { failed: undefined };
  const { transform, digest } = tally();
  const source = Readable.from(watched(chunks, reading), { objectMode: false, highWaterMark: CHUNK });
  const stages = [source, ...(how.gzip ? [createGzip()] : []), transform, how.open(path)];
  try {
    await pipeline(stages, how.signal ? { signal: how.signal } : {});
  } catch (error) {
    if (how.signal?.aborted) throw new Interrupted();
    if (reading.failed !== undefined) throw reading.failed;
    throw notWritten(path, error);
  }
  return digest();
}

/** Remembers that it was the reading that failed, so that a lost connection is not taken for a bad disk. */
async function* watched(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  reading: { failed: unknown },
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    reading.failed = error;
    throw error;
  }
}

function tally(): { readonly transform: Transform; readonly digest: () => FileDigest } {
  const hash = createHash('sha256');
  let bytes = 0;
  const transform = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { transform, digest: () => ({ bytes, sha256: hash.digest('hex') }) };
}

/** Documents put together into pieces worth a write. */
export async function* inChunks(batches: AsyncIterable<readonly Uint8Array[]>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const batch of batches) {
    for (const document of batch) {
      waiting.push(document);
      size += document.length;
      if (size < CHUNK) continue;
      yield Buffer.concat(waiting, size);
      waiting = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(waiting, size);
}

const WHAT_TO_DO: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space, or choose another one with --out',
  EDQUOT: 'the disk quota is used up; free some space, or choose another one with --out',
  EACCES: 'not allowed to write there; choose another folder with --out',
  EPERM: 'not allowed to write there; choose another folder with --out',
  EROFS: 'the file system is read-only; choose another folder with --out',
  ENOTDIR: 'a part of the path is no folder; choose another one with --out',
  EEXIST: 'it is there already; choose another folder with --out',
};

export function notWritten(path: string, error: unknown): BackupError {
  return new BackupError(`${path} cannot be written: ${WHAT_TO_DO[codeOf(error)] ?? wordsOf(error)}`, path, null, error);
}

/** What was created or renamed in the folder survives a power cut from then on. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Windows knows no such thing as syncing a folder.
    if (!['EPERM', 'EISDIR', 'EINVAL', 'EBADF'].includes(codeOf(error))) throw notWritten(folder, error);
  }
}
