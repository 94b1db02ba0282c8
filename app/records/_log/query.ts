import { RECORD_KINDS } from '../../../lib/domain/recovery/log-record.ts';
import type { RecordListQuery } from '../../../lib/wire/lists/record-pages.ts';
import { addressWith, asking, type GivenPeriod } from '../../_list/asking.ts';
import { isCursor } from '../../api/records/query.ts';
import type { Query } from '../../viewer.ts';

export type RecordsAsked = {
  readonly query: RecordListQuery;
  readonly given: GivenPeriod;
  readonly isFiltered: boolean;
  readonly problems: readonly string[];
  /** The address of the same list from this place on; null: from its beginning. */
  readonly at: (before: string | null) => string;
  /** That of the same list in another period. */
  readonly during: (period: GivenPeriod) => string;
};

/** The part of the log that an address selects. A value that cannot be read is ignored and reported as a problem. */
export function recordsAsked(query: Query): RecordsAsked {
  const ask = asking(query, ['from', 'to', 'kind', 'cluster', 'before']);
  const { within, given } = ask.period();
  const kind = ask.choice('kind', RECORD_KINDS);
  const about = ask.text('cluster');
  const before = ask.parsed('before', (text) => (isCursor(text) ? text : null), 'follow the link “Older” below the list');
  return {
    query: { kind, about, within, before },
    given,
    isFiltered: [kind, about, given.from, given.to].some((one) => one !== null),
    problems: ask.problems,
    at: (place) => addressWith('/records', { ...given, kind, cluster: about, before: place }),
    during: (period) => addressWith('/records', { ...period, kind, cluster: about }),
  };
}
