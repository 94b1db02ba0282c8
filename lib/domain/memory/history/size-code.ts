// A size in 18 bits: the exponent of two and twelve bits behind the point, so that it is right to 0.013 %; 0 is unknown.

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);
/** A float has 23 bits behind the point, of which twelve are kept, and adds 127 to the exponent. */
const DROPPED = 11;
const ONE = (127 << 23) >>> DROPPED;
const MOST = 2 ** 18 - 1;

/** Packs a size in bytes; 0 for one that is unknown or under a byte. */
export function sizeCode(bytes: number | null): number {
  if (bytes === null || bytes < 1) return 0;
  FLOAT[0] = bytes;
  const bits = BITS[0] ?? 0;
  return Math.min(MOST, 1 + ((bits + (1 << (DROPPED - 1))) >>> DROPPED) - ONE);
}

/** Null for a size that is unknown. */
export function bytesOf(code: number): number | null {
  if (code === 0) return null;
  BITS[0] = (code - 1 + ONE) << DROPPED;
  return FLOAT[0] ?? null;
}
