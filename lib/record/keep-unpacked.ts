import { unpack } from './pack.ts';

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
