import { AUDIT_ACTS } from '../../../lib/domain/audit/audit-entry.ts';
import type { AuditQuery } from '../../../lib/wire/lists/audit-pages.ts';
import { addressWith, asking } from '../../_list/asking.ts';
import type { Query } from '../../viewer.ts';

export type AuditAsked = {
  readonly query: AuditQuery;
  readonly isFiltered: boolean;
  readonly problems: readonly string[];
  /** The address of the same list below this entry; null: from its beginning. */
  readonly at: (before: number | null) => string;
};

/** A value that cannot be read is ignored and reported as a problem. */
export function auditAsked(query: Query): AuditAsked {
  const ask = asking(query, ['who', 'what', 'before']);
  const [who, what] = [ask.text('who'), ask.choice('what', AUDIT_ACTS)];
  return {
    query: { who, what, before: ask.count('before') },
    isFiltered: who !== null || what !== null,
    problems: ask.problems,
    at: (before) => addressWith('/audit', { who, what, before }),
  };
}
