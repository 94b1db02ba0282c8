import { gunzipSync, gzipSync } from 'node:zlib';
import { BLOB_PIECE, StoreError } from './store.ts';

/** A colon never occurs in base64. Upstash's client guesses whether an answer is base64, and so never takes a packed value for it. */
const PREFIX = 'gz:';

/** The default of zlib (https://www.zlib.net/manual.html). */
const DEFAULT_LEVEL = 6;

/** A value as ASCII text that every store keeps unchanged: gzipped JSON (level 1 to 9) in base64. Equal values and levels give equal texts. */
export function pack(value: unknown, level: number = DEFAULT_LEVEL): string {
  return PREFIX + gzipSync(JSON.stringify(value), { level }).toString('base64');
}

/** The value that `pack` was given. Throws `StoreError` if the text is cut off, changed or not made by `pack`. */
export function unpack(text: string): unknown {
  if (!text.startsWith(PREFIX)) throw new StoreError('unpack a stored value: it does not begin as one of ours');
  try {
    return JSON.parse(gunzipSync(Buffer.from(text.slice(PREFIX.length), 'base64')).toString('utf8'));
  } catch {
    throw new StoreError('unpack a stored value: it is damaged (not gzipped JSON)');
  }
}

/**
 * As `unpack`, for blobs, which never change and which many requests of one process read again: the values of the last `most` texts are kept and given
 * again. Nobody may change a value.
 */
export function keepUnpacked(most: number): (text: string) => unknown {
  const kept = new Map<string, unknown>();
  return (text) => {
    const value = kept.has(text) ? kept.get(text) : unpack(text);
    kept.delete(text);
    kept.set(text, value);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return value;
  };
}

/** Cuts the text into pieces of at most `most` characters, each small enough for one blob. */
export function cut(text: string, most: number = BLOB_PIECE): readonly string[] {
  const count = Math.max(1, Math.ceil(text.length / most));
  return Array.from({ length: count }, (_, index) => text.slice(index * most, (index + 1) * most));
}
