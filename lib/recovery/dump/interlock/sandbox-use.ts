import type { MongoClient } from 'mongodb';
import { isOver, serverTime, useInWords } from './sandbox-lease.ts';
import { readKept } from './sandbox-mark.ts';

/** Who holds a server as a sandbox right now, in words; null where nobody does. Throws the driver's errors. */
export async function sandboxUse(client: MongoClient): Promise<string | null> {
  const use = (await readKept(client))?.use ?? null;
  return use === null || isOver(use, await serverTime(client), () => false) ? null : useInWords(use);
}
