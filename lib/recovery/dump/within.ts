import type { Duration } from '../../domain/time.ts';

/** What the promise gives; throws `late` where it takes longer. */
export async function within<T>(limit: Duration, promise: Promise<T>, late: Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(late), limit)));
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
