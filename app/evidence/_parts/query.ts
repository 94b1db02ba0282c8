import { type Framework, FRAMEWORK_IDS } from '../../../lib/domain/evidence/controls.ts';
import { DAY, type Instant, iso } from '../../../lib/domain/time.ts';
import { asking } from '../../_list/asking.ts';
import type { Query } from '../../viewer.ts';

/** The days (YYYY-MM-DD in UTC, both included) of an export, and the control map that goes with it; null: all of them. */
export type EvidenceAsked = {
  readonly from: string;
  readonly to: string;
  readonly framework: Framework | null;
  readonly problems: readonly string[];
};

/** Three months, as auditors ask for a quarter. */
const STANDARD_SPAN = 90 * DAY;

/** Without a period: the 90 days until today. A value that cannot be read is ignored and reported as a problem. */
export function evidenceAsked(query: Query, now: Instant): EvidenceAsked {
  const ask = asking(query, ['from', 'to', 'framework']);
  const { from, to } = ask.period();
  const framework = ask.choice('framework', FRAMEWORK_IDS);
  const end = to ?? now;
  const begin = from ?? end - STANDARD_SPAN;
  if (begin > end) ask.problem('from lies after today: choose an earlier day');
  return { from: dayOf(Math.min(begin, end)), to: dayOf(end), framework, problems: ask.problems };
}

function dayOf(at: Instant): string {
  return iso(Math.max(0, at)).slice(0, 10);
}
