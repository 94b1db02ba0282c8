import type { Snapshot } from '../domain/facts.ts';
import { type Evidence, failing, type Finding, notKnown, ok } from '../domain/finding.ts';
import { notCompleted, recoveryPoints } from '../domain/recovery.ts';
import { type Duration, type Instant, iso, spell } from '../domain/time.ts';
import { clusterCheck, type CheckInput, type ReadSubject } from './check.ts';
import { longestCompletion } from './freshness.ts';

const check = 'snapshot-failed';
const ACTION =
  'Atlas tells no reason: look at the cluster’s activity feed and disk, then take an on-demand snapshot. Atlas tries again by schedule.';

/** A snapshot that failed and that no later one has made good, or one that runs longer than its own history suggests. */
export const snapshotFailed = clusterCheck(check, judge);

function judge(subject: ReadSubject, input: CheckInput): Finding {
  const { facts, resource } = subject;
  if (!facts.snapshots.known) return notKnown({ check, resource, summary: facts.snapshots.reason });
  const newest = recoveryPoints(facts.snapshots.value, input.now).newest?.at ?? 0;
  const evidence = subject.evidence;
  const failedAt = lastFailure(subject, facts.snapshots.value);
  if (failedAt !== null && failedAt > newest) {
    return failing({
      check,
      resource,
      summary: `a snapshot failed at ${iso(failedAt)}, and none was completed since`,
      severity: 'warning',
      action: ACTION,
      evidence,
      startedAt: failedAt,
    });
  }
  const undated = notCompleted(facts.snapshots.value).some(
    (snapshot) => snapshot.status === 'failed' && snapshot.createdAt === null && snapshot.requestedAt === null,
  );
  if (undated) return notKnown({ check, resource, summary: 'a snapshot failed, and Atlas does not tell when', evidence });
  return judgeRunning(subject, facts.snapshots.value, evidence, input.now);
}

/** When the last failed snapshot was asked for, or Atlas said that one failed. */
function lastFailure(subject: ReadSubject, snapshots: readonly Snapshot[]): Instant | null {
  let latest = 0;
  for (const { status, createdAt, requestedAt } of notCompleted(snapshots))
    if (status === 'failed') latest = Math.max(latest, createdAt ?? requestedAt ?? 0);
  for (const { kind, at } of subject.memory.signals) if (kind === 'snapshotFailed') latest = Math.max(latest, at);
  return latest === 0 ? null : latest;
}

function judgeRunning(subject: ReadSubject, snapshots: readonly Snapshot[], evidence: Evidence, now: Instant): Finding {
  const { resource } = subject;
  const since = notCompleted(snapshots).flatMap((snapshot) =>
    (snapshot.status === 'inProgress' || snapshot.status === 'queued') && snapshot.requestedAt !== null ? [snapshot.requestedAt] : [],
  );
  const oldest = since.reduce<Instant | null>((first, at) => (first === null ? at : Math.min(first, at)), null);
  const allowed = allowedTime(subject);
  if (oldest === null || now - oldest <= allowed)
    return ok({
      check,
      resource,
      summary: oldest === null ? 'no failed snapshot' : `a snapshot is running since ${iso(oldest)}`,
      evidence,
    });
  const summary = `a snapshot is running for ${spell(now - oldest)}; its history suggests at most ${spell(allowed)}`;
  return failing({ check, resource, summary, severity: 'warning', action: ACTION, evidence, startedAt: oldest + allowed });
}

function allowedTime({ policy, memory }: ReadSubject): Duration {
  const longest = longestCompletion(memory);
  if (longest === null) return policy.snapshotRunning.withoutHistory;
  return Math.max(policy.snapshotRunning.atLeast, policy.snapshotRunning.factor * longest);
}
