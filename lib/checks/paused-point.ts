import { exempt, failing, type Finding, notKnown } from '../domain/finding.ts';
import type { RecoveryPoint } from '../domain/recovery.ts';
import { type Instant, iso, spell } from '../domain/time.ts';
import type { ReadSubject } from './check.ts';

const check = 'backup-age';
const ACTION = 'Resume the cluster and take an on-demand snapshot with a longer retention, or export the last one, before it expires.';

/** A paused cluster takes no backups, so freshness is mute and its incidents end as "paused"; its last point is not: it ages, and nothing replaces it. */
export function judgePaused(subject: ReadSubject, newest: RecoveryPoint | null, doubt: string | null, now: Instant): Finding {
  const { resource, policy } = subject;
  const evidence = subject.evidence;
  if (newest === null && doubt !== null) return notKnown({ check, resource, summary: doubt, evidence });
  if (newest === null) {
    return failing({
      check,
      resource,
      summary: 'paused, and no recovery point is left',
      severity: 'critical',
      action: ACTION,
      evidence: evidence(),
    });
  }
  const lastPoint = `paused; the last recovery point is of ${iso(newest.createdAt)}`;
  const left = newest.expiresAt === null ? Number.POSITIVE_INFINITY : newest.expiresAt - now;
  if (left > policy.pausedExpiry.warning) return exempt({ check, resource, summary: lastPoint, evidence });
  const severity = left > policy.pausedExpiry.critical ? 'warning' : 'critical';
  if (severity === 'warning' && wasStaleBefore(subject)) return exempt({ check, resource, summary: lastPoint, evidence });
  return failing({
    check,
    resource,
    severity,
    summary: `paused, and its last recovery point expires in ${spell(left)}`,
    action: ACTION,
    evidence: evidence(),
  });
}

/** Failing since before the pause: that was freshness, which ends as "paused" (contract, clause 4). The next run tells of the point's expiry, as another episode. */
function wasStaleBefore({ memory }: ReadSubject): boolean {
  const { verdicts, running } = memory;
  const note = verdicts[check];
  return note?.verdict === 'failing' && running.offSince !== null && note.since <= running.offSince;
}
