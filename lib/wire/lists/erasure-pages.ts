import { cleanAll, cleanLines } from '../../domain/text.ts';
import { iso } from '../../domain/time.ts';
import { readErasures, type UnfinishedRestore, unfinishedRestores } from '../../people/erasures/erasure-log.ts';
import { leavingNow } from '../../people/erasures/leaving-now.ts';
import { type ErasureLeaving, erasureListJson } from '../../render/erasures-json.ts';
import type { ErasurePageJson } from '../../render/openapi/erasure-schema.ts';
import { openReadingPorts } from '../reading.ts';
import { forViewers } from '../recorded-state.ts';

export type ErasureList = {
  readonly now: string;
  /** One page of the register, the last registered first. */
  readonly erasures: readonly ErasureLeaving[];
  readonly inAll: number;
  readonly unfinished: readonly UnfinishedRestore[];
};

/** Erasures on one page. */
export const ERASURES_ON_A_PAGE = 50;

/** A page of the register, which count from 1, and what restores have brought back. Throws `StoreError`. */
export async function readErasurePage(page: number): Promise<ErasureList> {
  const ports = await openReadingPorts();
  const log = await readErasures(ports.store);
  const unfinished = await unfinishedRestores(ports.store, log);
  const first = (page - 1) * ERASURES_ON_A_PAGE;
  const shown = log.erasures.slice(first, first + ERASURES_ON_A_PAGE);
  const erasures = await leavingNow(ports, shown);
  return forViewers(cleanAll({ now: iso(ports.now()), erasures, inAll: log.erasures.length, unfinished }, cleanLines));
}

/** The same as `GET /api/erasures` answers it. Throws `StoreError`. */
export async function readErasuresJson(page: number): Promise<ErasurePageJson> {
  const { erasures, inAll, unfinished } = await readErasurePage(page);
  return { page, inAll, ...erasureListJson(erasures, unfinished) };
}
