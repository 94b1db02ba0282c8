import type { Erasure } from '../../domain/recovery/erasure.ts';
import { cleanAll, cleanLines } from '../../domain/text.ts';
import { iso } from '../../domain/time.ts';
import { readErasures, type UnfinishedRestore, unfinishedRestores } from '../../people/erasures/erasure-log.ts';
import { openReadingPorts } from '../reading.ts';
import { forViewers } from '../recorded-state.ts';

export type ErasureList = {
  readonly now: string;
  /** One page of the register, the last registered first. */
  readonly erasures: readonly Erasure[];
  readonly inAll: number;
  readonly unfinished: readonly UnfinishedRestore[];
};

/** Erasures on one page. */
export const ERASURES_ON_A_PAGE = 50;

/** A page of the register, which count from 1, and what restores have brought back. Throws `StoreError`. */
export async function readErasurePage(page: number): Promise<ErasureList> {
  const { store, now } = await openReadingPorts();
  const log = await readErasures(store);
  const unfinished = await unfinishedRestores(store, log);
  const first = (page - 1) * ERASURES_ON_A_PAGE;
  const erasures = log.erasures.slice(first, first + ERASURES_ON_A_PAGE);
  return forViewers(cleanAll({ now: iso(now()), erasures, inAll: log.erasures.length, unfinished }, cleanLines));
}
