import { AUDIT_ACTS } from '../../../lib/domain/audit/audit-entry.ts';
import type { AuditQuery } from '../../../lib/wire/lists/audit-pages.ts';
import { addressWith, asking, type GivenPeriod } from '../../_list/asking.ts';
import type { Query } from '../../viewer.ts';

export type AuditAsked = {
  readonly query: AuditQuery;
  readonly given: GivenPeriod;
  readonly isFiltered: boolean;
  readonly problems: readonly string[];
  /** The address of the same list below this entry; null: from its beginning. */
  readonly at: (before: number | null) => string;
  /** That of the same list in another period. */
  readonly during: (period: GivenPeriod) => string;
};

/** A value that cannot be read is ignored and reported as a problem. */
export function auditAsked(query: Query): AuditAsked {
  const ask = asking(query, ['from', 'to', 'who', 'what', 'before']);
  const { within, given } = ask.period();
  const [who, what] = [ask.text('who'), ask.choice('what', AUDIT_ACTS)];
  return {
    query: { who, what, within, before: ask.count('before') },
    given,
    isFiltered: [who, what, given.from, given.to].some((one) => one !== null),
    problems: ask.problems,
    at: (before) => addressWith('/audit', { ...given, who, what, before }),
    during: (period) => addressWith('/audit', { ...period, who, what }),
  };
}
