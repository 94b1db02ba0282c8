import { addressWith, asking } from '../../_list/asking.ts';
import type { Query } from '../../viewer.ts';

export type ErasuresAsked = { readonly page: number; readonly problems: readonly string[]; readonly at: (page: number) => string };

/** Pages count from 1. A value that cannot be read is ignored and reported as a problem. */
export function erasuresAsked(query: Query): ErasuresAsked {
  const ask = asking(query, ['page']);
  return {
    page: ask.count('page') ?? 1,
    problems: ask.problems,
    at: (page) => addressWith('/erasures', { page: page === 1 ? null : page }),
  };
}
