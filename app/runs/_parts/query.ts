import type { RunListQuery } from '../../../lib/wire/lists/run-pages.ts';
import { addressWith, asking, type GivenPeriod } from '../../_list/asking.ts';
import type { Query } from '../../viewer.ts';

export const SHOWS = { trouble: 'cut off, and intervals without a check' } as const;

export type RunsAsked = {
  readonly query: RunListQuery;
  readonly given: GivenPeriod;
  readonly isFiltered: boolean;
  readonly problems: readonly string[];
  /** The address of the same list below this entry of the log; null: from its beginning. */
  readonly at: (before: number | null) => string;
  /** That of the same list in another period. */
  readonly during: (period: GivenPeriod) => string;
};

/** A value that cannot be read is ignored and reported as a problem. */
export function runsAsked(query: Query): RunsAsked {
  const ask = asking(query, ['from', 'to', 'show', 'before']);
  const show = ask.choice('show', ['trouble', 'all']) ?? 'all';
  const { within, given } = ask.period();
  const shown = show === 'all' ? null : show;
  return {
    query: { show, within, before: ask.count('before') },
    given,
    isFiltered: [shown, given.from, given.to].some((one) => one !== null),
    problems: ask.problems,
    at: (before) => addressWith('/runs', { ...given, show: shown, before }),
    during: (period) => addressWith('/runs', { ...period, show: shown }),
  };
}
