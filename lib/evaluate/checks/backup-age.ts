import { exempt, failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import type { RecoveryPoint } from '../../domain/memory/held/recovery-points.ts';
import { DAY, HOUR, type Instant, iso, spell } from '../../domain/time.ts';
import { clusterCheck, type CheckInput, type ReadSubject } from '../../domain/check/check-definition.ts';
import { step } from '../../domain/check/runbook.ts';
import { firstDue, freshnessStart, longestCompletion } from '../../domain/check/freshness.ts';
import { backupOff } from './backup-off.ts';

const check = 'backup-age';
const ACTION = 'Take an on-demand snapshot now, then find out why the schedule stopped: Atlas, Backup, Snapshots and Policy.';
const PAUSED_ACTION =
  'Resume the cluster and take an on-demand snapshot with a longer retention, or export the last one, before it expires.';

/** Plan 5.1: a newest recovery point older than 24 h is critical, unless a snapshot that is due or running explains the age. */
export const backupAge = clusterCheck(
  {
    id: check,
    promise: 'the newest recovery point is younger than 24 h',
    inShort: { one: 'no recent snapshot', beyondLimit: 'no snapshot for over' },
    severity: 'critical',
    timedByAtlas: true,
    atlasAlerts: ['CPS_SNAPSHOT_BEHIND', 'CPS_PREV_SNAPSHOT_OLD'],
    runbook: {
      means:
        'The newest recovery point (a completed snapshot that is neither a fallback nor expired) is older than promised, 24 h by default, and no snapshot that is due or running explains it.',
      risk: 'A restore from snapshots loses everything written since that point. With continuous backup the window may still reach further: the alert says so.',
      steps: [
        step('Take an on-demand snapshot now.', 'snapshot-now'),
        'Look at the schedule: Atlas → cluster → Backup → Policy. Was an item deleted or its time moved? Is `nextSnapshot` in the past?',
        step('Read what happened before it: Atlas → project → Activity Feed, filtered by the cluster.', 'events'),
        'If snapshots queue but never complete, open a case with MongoDB and say since when.',
      ],
      over: 'A completed snapshot younger than the limit.',
      follow: ['snapshot-restore', 'manual-backup'],
    },
  },
  findingFor,
  { whilePaused: true },
);

function findingFor(subject: ReadSubject, input: CheckInput): Finding {
  const { facts, resource } = subject;
  if (!facts.snapshots.known) return notKnown({ check, resource, summary: facts.snapshots.reason });
  if (!facts.paused.known) return notKnown({ check, resource, summary: facts.paused.reason });
  const { newest = null, doubt = null } = subject.points ?? {};
  if (facts.paused.value) return findingWhilePaused(subject, newest, doubt, input.now);
  const age = newest === null ? null : input.now - newest.createdAt;
  if (age !== null && age <= subject.policy.backupAge.limit)
    return ok({ check, resource, summary: () => `newest recovery point is ${spell(age)} old` });
  const start = firstDue(subject, input.now);
  if (start !== null) return ok({ check, resource, summary: start });
  if (doubt !== null) return notKnown({ check, resource, summary: doubt });
  return newest === null ? never(subject, input.now) : findingForOld(subject, newest, input.now);
}

function never(subject: ReadSubject, now: Instant): Finding {
  const { resource } = subject;
  const start = freshnessStart(subject.memory);
  // The cluster may have been created just now.
  if (start.at === 0)
    return notKnown({ check, resource, summary: 'no backup has been completed, and when the cluster was created is not known' });
  const summary = `no completed snapshot exists (${start.because} ${spell(now - start.at)} ago)`;
  return tooOld(subject, summary, start.at);
}

function findingForOld(subject: ReadSubject, newest: RecoveryPoint, now: Instant): Finding {
  const { resource, policy } = subject;
  const crossed = newest.createdAt + policy.backupAge.limit;
  const excuse = excuseFor(subject, crossed, now);
  if (excuse !== null) {
    return ok({ check, resource, summary: `due, in progress: ${excuse}` });
  }
  const base = subject.restorable.until?.by === 'pitr' ? 'the base' : 'the last one';
  const expiry = newest.expiresAt === null ? '' : `, ${base} expires ${iso(newest.expiresAt)}`;
  const summary = `no snapshot for ${spell(now - newest.createdAt)} (limit ${spell(policy.backupAge.limit)})${expiry}`;
  return tooOld(subject, summary, crossed);
}

function tooOld({ facts, resource }: ReadSubject, summary: string, startedAt: Instant): Finding {
  const explainedBy = facts.backupEnabled.known && !facts.backupEnabled.value ? backupOff.id : null;
  return failing({ check, resource, summary, severity: 'critical', action: ACTION, startedAt, explainedBy });
}

/**
 * The snapshot that explains the age; null if there is none. It is queued or running, or was due between an hour before the age crossed the limit
 * and the end of the excuse: max(30 min, 2 × the longest recent completion), at most 2 h, after the crossing. A check that fails already has no excuse.
 */
function excuseFor(subject: ReadSubject, crossed: Instant, now: Instant): string | null {
  const { policy, memory, facts } = subject;
  if (memory.verdicts[check]?.lastKnown === 'failing') return null;
  const wanted = Math.max(policy.backupAge.excuseAtLeast, 2 * (longestCompletion(memory) ?? 0));
  const end = crossed + Math.min(wanted, policy.backupAge.excuseAtMost);
  if (now > end) return null;
  const running =
    facts.snapshots.known && facts.snapshots.value.some((snapshot) => snapshot.status === 'queued' || snapshot.status === 'inProgress');
  if (running) return `a snapshot is being taken; expected by ${iso(end)}`;
  const due = dueTimes(subject, crossed).find((at) => at >= crossed - HOUR && at <= end);
  return due === undefined ? null : `a snapshot was due at ${iso(due)}; expected by ${iso(end)}`;
}

/** Atlas reports no `nextSnapshot` of flex clusters, but takes one snapshot a day (docs/facts/atlas.md §2): the next is due a day after the newest. */
function dueTimes({ facts, memory, policy }: ReadSubject, crossed: Instant): readonly Instant[] {
  return facts.kind === 'flex' ? [crossed - policy.backupAge.limit + DAY] : memory.due;
}

/** Atlas takes no backups of a paused cluster, so its age is not evaluated; but its last recovery point expires, and none replaces it. */
function findingWhilePaused(subject: ReadSubject, newest: RecoveryPoint | null, doubt: string | null, now: Instant): Finding {
  const { resource, policy } = subject;
  const expiring = (severity: 'warning' | 'critical', summary: string, one: string): Finding =>
    failing({ check, resource, severity, summary, inShort: { one, many: 'paused, recovery points expire' }, action: PAUSED_ACTION });
  if (newest === null) {
    if (doubt !== null) return notKnown({ check, resource, summary: doubt });
    return expiring('critical', 'paused, and no recovery point is left', 'paused, no recovery point is left');
  }
  const left = newest.expiresAt === null ? Number.POSITIVE_INFINITY : newest.expiresAt - now;
  const severity = left > policy.pausedExpiry.critical ? 'warning' : 'critical';
  if (left > policy.pausedExpiry.warning || (severity === 'warning' && wasTooOldBefore(subject)))
    return exempt({ check, resource, summary: `paused; the last recovery point is of ${iso(newest.createdAt)}` });
  return expiring(
    severity,
    `paused, and its last recovery point expires in ${spell(left)}`,
    `paused, last recovery point expires in ${spell(left)}`,
  );
}

/**
 * Failing since before the pause: that was about the age, and its incident ends as "paused" (docs/contract.md, clause 4). The next run opens an
 * incident of its own about the expiry.
 */
function wasTooOldBefore({ memory }: ReadSubject): boolean {
  const { verdicts, running } = memory;
  const note = verdicts[check];
  return note?.verdict === 'failing' && running.offSince !== null && note.since <= running.offSince;
}
