import type { Instant } from '../time.ts';
import type { IndexedFinding, IndexedRow } from './indexed-row.ts';

/**
 * How a cluster stands to what was promised for it (docs/contract.md, clause 20): its promise is kept; it can be restored, but a promise is broken;
 * it cannot be restored as promised; nobody knows; or nothing is promised.
 */
export type Standing = 'kept' | 'atRisk' | 'cannot' | 'unknown' | 'exempt';

export const STANDINGS: readonly Standing[] = ['kept', 'atRisk', 'cannot', 'unknown', 'exempt'];

/** As the page and the command line name it. */
export const STANDING_IN_WORDS: Readonly<Record<Standing, string>> = {
  kept: 'As promised',
  atRisk: 'At risk',
  cannot: 'Cannot be restored as promised',
  unknown: 'Unknown',
  exempt: 'Exempt',
};

export type StandingContext = {
  /** When the check that recorded the row read its facts. */
  readonly readAt: Instant;
  /** True for findings that no longer count: nobody can repair their fault, and people were notified of it. */
  readonly isSettled: (finding: IndexedFinding) => boolean;
  /** True for findings of a check that reports only that something cannot be read. */
  readonly isBlindness: (finding: IndexedFinding) => boolean;
};

/** A finding of severity info breaks no promise. A snapshot that is due or running excuses an age, so without a failing finding no age counts. */
export function standingOf(row: IndexedRow, { readAt, isSettled, isBlindness }: StandingContext): Standing {
  const counted = row.findings.filter((finding) => !isSettled(finding));
  if (row.verdict === 'exempt' || isExempt(counted)) return 'exempt';
  const failing = counted.filter(({ verdict, severity }) => verdict === 'failing' && severity !== 'info');
  const broken = failing.filter((finding) => !isBlindness(finding));
  const wasRead = row.restorable.readAt >= readAt;
  if (broken.length > 0) return wasRead && isBeyondLimit(row, readAt) ? 'cannot' : 'atRisk';
  const isUnread = !wasRead || counted.some((finding) => finding.verdict === 'unknown' || isBlindness(finding));
  // A new cluster whose first backup is not due yet has nothing to restore, and no promise is broken so far.
  return isUnread || row.restorable.until === null ? 'unknown' : 'kept';
}

/** Of a cluster that was deleted nothing is left to promise, once people know. */
function isExempt(findings: readonly IndexedFinding[]): boolean {
  return findings.length > 0 && findings.every(({ verdict }) => verdict === 'exempt');
}

function isBeyondLimit({ restorable: { until, mayReachFurther }, reachLimit }: IndexedRow, readAt: Instant): boolean {
  if (mayReachFurther) return false;
  if (until === null) return true;
  return reachLimit !== null && readAt - until.at > reachLimit;
}
