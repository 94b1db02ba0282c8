import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';

/** Bytes over idle, at the most, between `begin` and `growth`. */
export type HeapWatch = { readonly begin: () => void; readonly growth: () => number };

const SAMPLE_EVERY_MS = 5;
const COLLECT_EVERY_MS = 500;

/** The heap in use, garbage included. */
export function watchUsed(): HeapWatch {
  return watch(SAMPLE_EVERY_MS, used);
}

/**
 * What remains after a full collection: the most while reading plus what is there when it is packed, a little more than ever is there at
 * once. Packing begins with gzip, the first call after judging that can be seen from outside. Has to be asked for before the store is loaded.
 */
export function watchLive(): HeapWatch {
  let idle = 0;
  let packing = 0;
  const reading = watch(COLLECT_EVERY_MS, live);
  const { gzipSync } = zlib;
  zlib.gzipSync = (...given) => {
    packing = Math.max(packing, live() - idle);
    return gzipSync(...given);
  };
  syncBuiltinESMExports();
  return {
    begin: () => {
      idle = live();
      packing = 0;
      reading.begin();
    },
    growth: () => reading.growth() + packing,
  };
}

function watch(every: number, measure: () => number): HeapWatch {
  let idle = 0;
  let peak = 0;
  let timer: NodeJS.Timeout;
  return {
    begin: () => {
      idle = live();
      peak = idle;
      timer = setInterval(() => void (peak = Math.max(peak, measure())), every);
    },
    growth: () => {
      clearInterval(timer);
      return peak - idle;
    },
  };
}

function live(): number {
  if (globalThis.gc === undefined) throw new Error('bench: start this process with --expose-gc');
  globalThis.gc();
  return used();
}

function used(): number {
  return process.memoryUsage().heapUsed;
}
