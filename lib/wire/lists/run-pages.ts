import { cleanAll } from '../../domain/text.ts';
import type { Period } from '../../domain/time.ts';
import { isOfRuns, type RunList, runList } from '../../render/history/run-list.ts';
import { openReadingPorts } from '../reading.ts';
import { forViewers } from '../recorded-state.ts';
import { readLog } from './log-pages.ts';

/** `trouble`: only checks that were cut off, and intervals without one. `before`: `next` of the page before; null for the newest. */
export type RunListQuery = { readonly show: 'all' | 'trouble'; readonly within: Period; readonly before: number | null };

/** Entries on one page: a day of hourly checks. */
const ON_A_PAGE = 25;
/** With every check come a few entries that are none. */
const LOOKED_THROUGH = { all: 200, trouble: 1_000 } as const;

/** A page of the list of checks. Throws `StoreError`. */
export async function readRunList({ show, within, before }: RunListQuery): Promise<RunList> {
  const { store, policy, now } = await openReadingPorts();
  const { head } = await store.readHead();
  const log = await readLog(
    { store },
    { before, within, most: ON_A_PAGE, lookedThrough: LOOKED_THROUGH[show], matches: (entry) => isOfRuns(entry, show) },
  );
  return forViewers(cleanAll(runList(head, log, { now: now(), interval: policy.general.checkInterval })));
}
