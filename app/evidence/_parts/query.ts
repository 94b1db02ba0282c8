import { lastQuarter } from '../../../lib/domain/calendar-periods.ts';
import { type Framework, FRAMEWORK_IDS } from '../../../lib/domain/evidence/controls.ts';
import { DAY, type Instant, iso } from '../../../lib/domain/time.ts';
import { addressWith, asking, type GivenPeriod } from '../../_list/asking.ts';
import type { Query } from '../../viewer.ts';

/** The days (YYYY-MM-DD in UTC, both included) of an export, and what goes with it. */
export type EvidenceAsked = {
  readonly from: string;
  readonly to: string;
  /** A name or an id; null: all. */
  readonly cluster: string | null;
  /** Null: all of them. */
  readonly framework: Framework | null;
  readonly problems: readonly string[];
  /** The address of the file, and of the page for another period. */
  readonly file: (format: string) => string;
  readonly during: (period: GivenPeriod) => string;
};

/** Three months, where only the end is given. */
const STANDARD_SPAN = 90 * DAY;

/** Without a period: the last quarter. A value that cannot be read is ignored and reported as a problem. */
export function evidenceAsked(query: Query, now: Instant): EvidenceAsked {
  const ask = asking(query, ['from', 'to', 'cluster', 'framework']);
  const { from, to } = ask.period().within;
  const [framework, cluster] = [ask.choice('framework', FRAMEWORK_IDS), ask.text('cluster')];
  const end = Math.min(to ?? now, now);
  const begin = from ?? end - STANDARD_SPAN;
  if (begin > end) ask.problem('from lies after today: choose an earlier day');
  const days = from === null && to === null ? lastQuarter(now) : { from: dayOf(Math.min(begin, end)), to: dayOf(end) };
  return {
    ...days,
    cluster,
    framework,
    problems: ask.problems,
    file: (format) => addressWith('/api/evidence', { ...days, cluster, framework, format }),
    during: (period) => addressWith('/evidence', { ...period, cluster, framework }),
  };
}

function dayOf(at: Instant): string {
  return iso(Math.max(0, at)).slice(0, 10);
}
