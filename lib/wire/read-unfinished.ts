import { cleanAll } from '../domain/text.ts';
import { readErasures, type UnfinishedRestore, unfinishedRestores } from '../people/erasures/erasure-log.ts';
import { processWide } from '../people/process-wide.ts';
import { errorInWords, type Ports } from '../ports/ports.ts';

export type Unfinished = readonly UnfinishedRestore[];

/**
 * Restores for good that brought erased data back, and that nobody has confirmed as erased again; null if the log cannot be read, which must not take the page
 * with it. Nothing enters the log without a new `revision` of the head, so the log is read once for each: most often every five minutes.
 */
export async function readUnfinished({ store, log }: Pick<Ports, 'store' | 'log'>, revision: number): Promise<Unfinished | null> {
  const kept = processWide('unfinished-restores', (): { last: { readonly revision: number; readonly restores: Unfinished } | null } => ({
    last: null,
  }));
  if (kept.last?.revision === revision) return kept.last.restores;
  try {
    const restores = cleanAll(await unfinishedRestores(store, await readErasures(store)));
    kept.last = { revision, restores };
    return restores;
  } catch (error) {
    log(`restores that are not finished: not read: ${errorInWords(error)}`);
    return null;
  }
}
