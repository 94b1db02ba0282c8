import { DAY, type Instant, MINUTE, type Period } from '../../../lib/domain/time.ts';
import { type Priority, PRIORITIES } from '../../../lib/domain/policy/policy.ts';
import { CHECK_IDS } from '../../../lib/evaluate/checks/registry.ts';
import type { IncidentListQuery } from '../../../lib/wire/lists/incident-pages.ts';
import { addressWith, type Asking, asking, type GivenPeriod } from '../../_list/asking.ts';
import type { Query } from '../../viewer.ts';

const STANDARD_SPAN = 30 * DAY;
const CURSOR = /^\d{15}-[0-9a-f]{32}$/;
const CODE = /^[0-9a-z]{7}$/;
const NAMES = ['from', 'to', 'state', 'check', 'priority', 'cursor', 'code'];

export const STATES = { open: 'open', ended: 'ended' } as const;

/** What the address selects. `code`: the one incident of a short link. `given`: what the form shows again. */
export type IncidentsAsked = {
  readonly query: IncidentListQuery;
  readonly code: string | null;
  readonly given: GivenPeriod;
  readonly isFiltered: boolean;
  readonly problems: readonly string[];
  /** The address of the same list from this place on; null: from its beginning. */
  readonly at: (cursor: string | null) => string;
  /** That of the same list with only those that are open. */
  readonly openAt: string;
  /** That of the same list in another period. */
  readonly during: (period: GivenPeriod) => string;
};

/** Without a period: the last 30 days. A value that cannot be read is ignored and reported as a problem. */
export function incidentsAsked(query: Query, now: Instant): IncidentsAsked {
  const ask = asking(query, NAMES);
  const { from, to, given } = periodUntil(now, ask);
  const state = ask.choice('state', ['open', 'ended']);
  const check = ask.choice('check', CHECK_IDS);
  const priority = ask.choice<Priority>('priority', PRIORITIES);
  const cursor = ask.parsed('cursor', (text) => (CURSOR.test(text) ? text : null), 'follow the link “Older” below the list');
  const code = ask.parsed('code', (text) => (CODE.test(text) ? text : null), 'it is the last part of a short link, as /i/4f2k9xq');
  // In whole minutes, so that the same question a moment later is the same read of the store.
  const begins = from ?? Math.max(0, Math.floor(((to ?? now) - STANDARD_SPAN) / MINUTE) * MINUTE);
  return {
    query: { span: { from: begins, to }, before: cursor, filter: { state, check, priority } },
    code,
    given,
    isFiltered: [state, check, priority, given.from, given.to].some((one) => one !== null),
    problems: ask.problems,
    at: (place) => addressWith('/incidents', { ...given, state, check, priority, cursor: place }),
    openAt: addressWith('/incidents', { ...given, state: 'open', check, priority }),
    during: (period) => addressWith('/incidents', { ...period, state, check, priority }),
  };
}

/** Of what is to come nothing is known, and what is open now would be listed as open then. */
function periodUntil(now: Instant, ask: Asking): Period & { readonly given: GivenPeriod } {
  const { within, given } = ask.period();
  if (within.from === null || within.from <= now) return { ...within, given };
  ask.problem('from lies in the future: choose an earlier day');
  return { from: null, to: null, given: { from: null, to: null } };
}
