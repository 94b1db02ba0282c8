import type { Snapshot } from '../domain/facts.ts';
import { failing, type Finding, notKnown, ok } from '../domain/finding.ts';
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
  const { newest = null, uncompleted = [] } = subject.points ?? {};
  const { evidence } = subject;
  const failedAt = lastFailure(subject, uncompleted);
  if (failedAt !== null && failedAt > (newest?.createdAt ?? 0)) {
    return failing({
      check,
      resource,
      summary: `a snapshot failed at ${iso(failedAt)}, and none was completed since`,
      severity: 'warning',
      action: ACTION,
      evidence: evidence(),
      startedAt: failedAt,
    });
  }
  const undated = uncompleted.some(
    (snapshot) => snapshot.status === 'failed' && snapshot.createdAt === null && snapshot.requestedAt === null,
  );
  if (undated) return notKnown({ check, resource, summary: 'a snapshot failed, and Atlas does not tell when', evidence });
  return judgeRunning(subject, uncompleted, input.now);
}

/** When the last failed snapshot was asked for, or Atlas said that one failed. */
function lastFailure(subject: ReadSubject, uncompleted: readonly Snapshot[]): Instant | null {
  let latest = 0;
  for (const { status, createdAt, requestedAt } of uncompleted)
    if (status === 'failed') latest = Math.max(latest, createdAt ?? requestedAt ?? 0);
  for (const { kind, at } of subject.memory.signals) if (kind === 'snapshotFailed') latest = Math.max(latest, at);
  return latest === 0 ? null : latest;
}

function judgeRunning(subject: ReadSubject, uncompleted: readonly Snapshot[], now: Instant): Finding {
  const { resource, evidence } = subject;
  const oldest = oldestRunning(uncompleted);
  if (oldest === null) return ok({ check, resource, summary: 'no failed snapshot', evidence });
  const allowed = allowedTime(subject);
  if (now - oldest <= allowed) return ok({ check, resource, summary: () => `a snapshot is running since ${iso(oldest)}`, evidence });
  const summary = `a snapshot is running for ${spell(now - oldest)}; its history suggests at most ${spell(allowed)}`;
  return failing({ check, resource, summary, severity: 'warning', action: ACTION, evidence: evidence(), startedAt: oldest + allowed });
}

function oldestRunning(uncompleted: readonly Snapshot[]): Instant | null {
  let oldest: Instant | null = null;
  for (const { status, requestedAt } of uncompleted) {
    if (requestedAt === null || (status !== 'inProgress' && status !== 'queued')) continue;
    if (oldest === null || requestedAt < oldest) oldest = requestedAt;
  }
  return oldest;
}

function allowedTime({ policy, memory }: ReadSubject): Duration {
  const longest = longestCompletion(memory);
  if (longest === null) return policy.snapshotRunning.withoutHistory;
  return Math.max(policy.snapshotRunning.atLeast, policy.snapshotRunning.factor * longest);
}
