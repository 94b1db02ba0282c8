import { type Finding, failing, notKnown, ok } from '../domain/finding.ts';
import type { RecoveryPoint } from '../domain/recovery.ts';
import { DAY, HOUR, type Instant, iso, spell } from '../domain/time.ts';
import { clusterCheck, type CheckInput, type ReadSubject } from './check.ts';
import { firstDue, freshnessStart, longestCompletion } from './freshness.ts';
import { judgePaused } from './paused-point.ts';

const check = 'backup-age';
const ACTION = 'Take an on-demand snapshot now, then find out why the schedule stopped: Atlas, Backup, Snapshots and Policy.';

/** Plan 5.1: a newest recovery point older than 24 h is critical, except while the schedule explains it. */
export const backupAge = clusterCheck(check, judge, { whilePaused: true });

function judge(subject: ReadSubject, input: CheckInput): Finding {
  const { facts, resource } = subject;
  if (!facts.snapshots.known) return notKnown({ check, resource, summary: facts.snapshots.reason });
  if (!facts.paused.known) return notKnown({ check, resource, summary: facts.paused.reason });
  const { newest = null, doubt = null } = subject.points ?? {};
  if (facts.paused.value) return judgePaused(subject, newest, doubt, input.now);
  const age = newest === null ? null : input.now - newest.createdAt;
  const evidence = subject.evidence;
  if (age !== null && age <= subject.policy.backupAge.limit)
    return ok({ check, resource, summary: () => `newest recovery point is ${spell(age)} old`, evidence });
  const start = firstDue(subject, input.now);
  if (start !== null) return ok({ check, resource, summary: start, evidence });
  if (doubt !== null) return notKnown({ check, resource, summary: doubt, evidence });
  return newest === null ? never(subject, input.now) : judgeOld(subject, newest, input.now);
}

function never(subject: ReadSubject, now: Instant): Finding {
  const { resource } = subject;
  const start = freshnessStart(subject.memory);
  // It may have been created just now.
  if (start.at === 0)
    return notKnown({ check, resource, summary: 'no backup has been completed, and when the cluster was created is not known' });
  const summary = `no backup has ever been completed that still exists (${start.because} ${spell(now - start.at)} ago)`;
  return failing({
    check,
    resource,
    summary,
    severity: 'critical',
    action: ACTION,
    startedAt: start.at,
    ...said(subject),
    evidence: subject.evidence(),
  });
}

function judgeOld(subject: ReadSubject, newest: RecoveryPoint, now: Instant): Finding {
  const { resource, policy } = subject;
  const evidence = subject.evidence();
  const crossed = newest.createdAt + policy.backupAge.limit;
  const excuse = excuseFor(subject, crossed, now);
  if (excuse !== null)
    return ok({ check, resource, summary: `due, in progress: ${excuse}`, evidence: [...evidence, ['due, in progress', excuse]] });
  const summary = `newest recovery point is ${spell(now - newest.createdAt)} old (limit ${spell(policy.backupAge.limit)})`;
  return failing({ check, resource, summary, severity: 'critical', action: ACTION, startedAt: crossed, ...said(subject), evidence });
}

/** Backups that are off are `backup-off`'s to tell. */
function said({ facts }: ReadSubject): { readonly saidBy?: 'backup-off' } {
  return facts.backupEnabled.known && !facts.backupEnabled.value ? { saidBy: 'backup-off' } : {};
}

/**
 * From the crossing of the limit, for max(30 min, 2 × the longest recent completion) and at most 2 h: a snapshot that is queued or running,
 * or that was due between an hour before the crossing and the end of that time. It never lowers what was found failing before.
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

/** Of flex Atlas tells no `nextSnapshot`, but takes one a day (facts/atlas-api §2): the next is due a day after the newest. */
function dueTimes({ facts, memory, policy }: ReadSubject, crossed: Instant): readonly Instant[] {
  return facts.kind === 'flex' ? [crossed - policy.backupAge.limit + DAY] : memory.due;
}
