import type { Snapshot } from '../../domain/facts/facts.ts';
import { failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { type Duration, type Instant, iso, spell } from '../../domain/time.ts';
import { clusterCheck, type CheckInput, type ReadSubject } from '../../domain/check/check-definition.ts';
import { step } from '../../domain/check/runbook.ts';
import { longestCompletion } from '../../domain/check/freshness.ts';

const check = 'snapshot-failed';
const ACTION =
  'Atlas tells no reason: look at the cluster’s activity feed and disk, then take an on-demand snapshot. Atlas tries again by schedule.';

/** A snapshot failed and no later one was completed, or one runs longer than the cluster's history suggests. */
export const snapshotFailed = clusterCheck(
  {
    id: check,
    promise: 'snapshots do not fail or hang',
    inShort: { one: 'a snapshot failed or hangs', many: 'snapshots failed or hang' },
    severity: 'warning',
    timedByAtlas: true,
    atlasAlerts: ['CPS_SNAPSHOT_BEHIND', 'CPS_PREV_SNAPSHOT_OLD', 'CPS_SNAPSHOT_FAILED', 'CPS_SNAPSHOT_FALLBACK_FAILED'],
    runbook: {
      means: 'A snapshot failed and none was completed since, or one runs far longer than this cluster’s snapshots do.',
      risk: 'None yet: the points before it are there. If it goes on, the newest one grows old.',
      steps: [
        step('Read what happened before it: Atlas → project → Activity Feed, filtered by the cluster.', 'events'),
        step('Take an on-demand snapshot now.', 'snapshot-now'),
        'Check disk space and encryption keys (Atlas → Advanced → Encryption at Rest). Atlas gives no reason by its API: ask MongoDB.',
      ],
      over: 'A later snapshot is completed.',
      follow: ['manual-backup', 'snapshot-restore'],
    },
  },
  findingFor,
);

function findingFor(subject: ReadSubject, input: CheckInput): Finding {
  const { facts, resource } = subject;
  if (!facts.snapshots.known) return notKnown({ check, resource, summary: facts.snapshots.reason });
  const { newest = null, uncompleted = [] } = subject.points ?? {};
  const failedAt = lastFailure(subject, uncompleted);
  if (failedAt !== null && failedAt > (newest?.createdAt ?? 0)) {
    return failing({
      check,
      resource,
      summary: `a snapshot failed at ${iso(failedAt)}, and none was completed since`,
      severity: 'warning',
      action: ACTION,
      startedAt: failedAt,
    });
  }
  const undated = uncompleted.some(
    (snapshot) => snapshot.status === 'failed' && snapshot.createdAt === null && snapshot.requestedAt === null,
  );
  if (undated) return notKnown({ check, resource, summary: 'a snapshot failed, and Atlas does not tell when' });
  return findingForRunning(subject, uncompleted, input.now);
}

/** When the last failed snapshot was requested, or when Atlas's event said that one failed; null if none did. */
function lastFailure(subject: ReadSubject, uncompleted: readonly Snapshot[]): Instant | null {
  let latest = 0;
  for (const { status, createdAt, requestedAt } of uncompleted)
    if (status === 'failed') latest = Math.max(latest, createdAt ?? requestedAt ?? 0);
  for (const { kind, at } of subject.memory.signals) if (kind === 'snapshotFailed') latest = Math.max(latest, at);
  return latest === 0 ? null : latest;
}

function findingForRunning(subject: ReadSubject, uncompleted: readonly Snapshot[], now: Instant): Finding {
  const { resource } = subject;
  const oldest = oldestRunning(uncompleted);
  if (oldest === null) return ok({ check, resource, summary: 'no failed snapshot' });
  const allowed = allowedTime(subject);
  if (now - oldest <= allowed) return ok({ check, resource, summary: () => `a snapshot has been running since ${iso(oldest)}` });
  const summary = `a snapshot has been running for ${spell(now - oldest)}; its history suggests at most ${spell(allowed)}`;
  return failing({ check, resource, summary, severity: 'warning', action: ACTION, startedAt: oldest + allowed });
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
