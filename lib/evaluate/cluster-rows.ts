import type { Evidence, Finding } from '../domain/findings/finding.ts';
import { verdictOf } from '../domain/findings/row-verdict.ts';
import type { Memory, VerdictNote } from '../domain/memory/memory.ts';
import { noteFor } from './note-verdicts.ts';
import type { ClusterSubject } from '../domain/memory/cluster-subject.ts';
import type { Duration, Instant } from '../domain/time.ts';
import type { ClusterRow, RecordedFinding, RecordedView, Restorable } from '../domain/findings/recorded-view.ts';
import { CRITICAL_RPO } from './checks/rpo.ts';
import { visibility } from './checks/visibility.ts';
import type { Evaluation } from './evaluate.ts';

/** Pure: the view that the page and /api/status show of an evaluation. */
export function rowsOf({ findings, memory, clusters }: Evaluation, run: { readonly runId: string; readonly now: Instant }): RecordedView {
  const byCluster = Map.groupBy(findings, (finding) => finding.resource.clusterId);
  const wider = (byCluster.get(null) ?? []).filter((finding) => finding.verdict !== 'ok');
  return {
    runId: run.runId,
    clusters: clusters.map((subject) => rowOf(subject, byCluster.get(subject.memory.id) ?? [], memory, run.now)),
    wider: wider.map((finding) => ({ ...recorded(finding, noteFor(memory, finding), run.now), resource: finding.resource })),
  };
}

function rowOf(subject: ClusterSubject, findings: readonly Finding[], memory: Memory, now: Instant): ClusterRow {
  const { project, memory: cluster } = subject;
  const shown = findings.filter((finding) => finding.check !== visibility.id || finding.verdict === 'failing');
  return {
    projectId: project.id,
    projectName: project.name,
    clusterId: cluster.id,
    name: cluster.name,
    kind: cluster.kind,
    tags: cluster.tags,
    verdict: verdictOf(findings),
    window: subject.restorable.window,
    newestRecoveryPoint: newestPoint(subject, now),
    restorable: withoutWindow(subject.restorable),
    reachLimit: reachLimitOf(subject),
    findings: shown.map((finding) => recorded(finding, noteFor(memory, finding), now)),
    pitr: pitrOf(subject),
    regions: regionsOf(subject),
  };
}

/** Clause 12's "PITR on where wanted", as Atlas's own setting: whether its oplog has gaps is another question (`pitr-gap`). */
function pitrOf({ facts, memory, policy }: ClusterSubject): NonNullable<ClusterRow['pitr']> | null {
  const isAsked = policy.exempt === null && policy.pitr.wanted && memory.gone === null && memory.kind !== 'free' && memory.kind !== 'flex';
  if (!isAsked) return null;
  if (!facts?.pitEnabled.known) return 'unknown';
  return facts.pitEnabled.value ? 'on' : 'off';
}

/** Each zone of a global cluster has its own data, so the shard with the fewest regions decides. */
function regionsOf({ facts, memory }: ClusterSubject): number | null {
  // Atlas's answer for a flex cluster has room for one region alone (`providerSettings.regionName`).
  if (memory.kind === 'flex' && facts !== null) return 1;
  if (!facts?.electable.known || facts.electable.value.length === 0) return null;
  return Math.min(...facts.electable.value.map((shard) => Object.values(shard).filter((nodes) => nodes > 0).length));
}

function withoutWindow({ until, readAt, mayReachFurther }: Restorable): Restorable {
  return { until, readAt, mayReachFurther };
}

/** The RPO's critical limit where PITR is wanted, elsewhere the limit of backup-age; none while paused, when Atlas takes no backups. */
function reachLimitOf({ facts, policy: { rpo, pitr, backupAge } }: ClusterSubject): Duration | null {
  if (!facts || (facts.paused.known && facts.paused.value)) return null;
  return pitr.wanted && facts.kind !== 'flex' && !rpo.dayIsEnough ? CRITICAL_RPO * rpo.target : backupAge.limit;
}

/** The newest recovery point. While snapshots cannot be read it is the last one that was seen, unless that has expired. */
function newestPoint(subject: ClusterSubject, now: Instant): Instant | null {
  const points = subject.points;
  if (points && (points.newest || points.doubt === null)) return points.newest?.createdAt ?? null;
  const last = subject.memory.lastPoint;
  return last && (last.expiresAt === null || last.expiresAt > now) ? last.at : null;
}

/** One for all: a run at 6,250 clusters records a hundred thousand findings. */
const NO_EVIDENCE: Evidence = [];

function recorded(finding: Finding, note: VerdictNote | undefined, now: Instant): RecordedFinding {
  const { check, verdict, severity, summary, startedAt } = finding;
  return {
    check,
    verdict,
    severity,
    summary,
    evidence: verdict === 'failing' ? finding.evidence : NO_EVIDENCE,
    since: (verdict === 'failing' ? startedAt : null) ?? note?.since ?? now,
    ...(finding.digestOnly && { digestOnly: true }),
  };
}
