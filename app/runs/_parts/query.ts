import type { RunListQuery } from '../../../lib/wire/lists/run-pages.ts';
import { addressWith, asking } from '../../_list/asking.ts';
import type { Query } from '../../viewer.ts';

export const SHOWS = { trouble: 'cut off, and intervals without a check' } as const;

export type RunsAsked = {
  readonly query: RunListQuery;
  readonly problems: readonly string[];
  /** The address of the same list below this entry of the log; null: from its beginning. */
  readonly at: (before: number | null) => string;
};

/** A value that cannot be read is ignored and reported as a problem. */
export function runsAsked(query: Query): RunsAsked {
  const ask = asking(query, ['show', 'before']);
  const show = ask.choice('show', ['trouble', 'all']) ?? 'all';
  return {
    query: { show, before: ask.count('before') },
    problems: ask.problems,
    at: (before) => addressWith('/runs', { show: show === 'all' ? null : show, before }),
  };
}
