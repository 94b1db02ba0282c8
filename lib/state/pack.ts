import { gunzipSync, gzipSync } from 'node:zlib';
import { BLOB_PIECE, StoreError } from './store.ts';

/**
 * A colon never occurs in base64, so that no client that decodes base64 answers on a guess (as Upstash's does where
 * the server did not encode) takes a packed value for one.
 */
const PREFIX = 'gz:';

/** zlib's own (https://www.zlib.net/manual.html: 6). */
const USUAL = 6;

/** JSON, gzip of that level (1 to 9), base64, prefix: ASCII text a store keeps unchanged. The same value and level always give the same text. */
export function pack(value: unknown, level: number = USUAL): string {
  return PREFIX + gzipSync(JSON.stringify(value), { level }).toString('base64');
}

/** The value that `pack` was given. Throws `StoreError` where the text is cut, changed or not ours. */
export function unpack(text: string): unknown {
  if (!text.startsWith(PREFIX)) throw new StoreError('unpack a stored value: it does not begin as one of ours');
  try {
    return JSON.parse(gunzipSync(Buffer.from(text.slice(PREFIX.length), 'base64')).toString('utf8'));
  } catch {
    throw new StoreError('unpack a stored value: it is damaged (not gzipped JSON)');
  }
}

/** The text in pieces of at most `most` characters, each small enough for one blob; joined they are the text again. */
export function cut(text: string, most: number = BLOB_PIECE): readonly string[] {
  const count = Math.max(1, Math.ceil(text.length / most));
  return Array.from({ length: count }, (_, index) => text.slice(index * most, (index + 1) * most));
}
