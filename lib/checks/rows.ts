import type { Finding, Verdict } from '../domain/finding.ts';
import type { Memory, VerdictNote } from '../domain/memory.ts';
import { noteOf } from '../domain/note.ts';
import { clusterResource, type ClusterSubject } from '../domain/subject.ts';
import type { Instant } from '../domain/time.ts';
import type { ClusterRow, RecordedFinding, RecordedView } from '../domain/view.ts';
import type { Evaluation } from './evaluate.ts';

/** Pure: what the page and /api/status show of an evaluation. */
export function rowsOf({ findings, memory, clusters }: Evaluation, run: { readonly runId: string; readonly now: Instant }): RecordedView {
  const byCluster = Map.groupBy(findings, (finding) => finding.resource.clusterId);
  const wider = (byCluster.get(null) ?? []).filter((finding) => finding.verdict !== 'ok');
  return {
    runId: run.runId,
    clusters: clusters.map((subject) => rowOf(subject, byCluster.get(subject.memory.id) ?? [], memory, run.now)),
    wider: wider.map((finding) => ({ ...recorded(finding, noteOf(memory, finding), run.now), about: finding.resource.name })),
  };
}

function rowOf(subject: ClusterSubject, findings: readonly Finding[], memory: Memory, now: Instant): ClusterRow {
  const { projectId, projectName, clusterId, name } = clusterResource(subject.project, subject.memory);
  const shown = findings.filter((finding) => finding.check !== 'visibility' || finding.verdict === 'failing');
  return {
    projectId: projectId ?? '',
    projectName: projectName ?? '',
    clusterId: clusterId ?? '',
    name,
    kind: subject.memory.kind,
    verdict: verdictOf(findings),
    window: subject.window,
    newestRecoveryPoint: newestPoint(subject, now),
    findings: shown.map((finding) => recorded(finding, noteOf(memory, finding), now)),
  };
}

/** Contract: failing (a warning or critical finding) before unknown before ok; info does not colour; exempt where nothing is asked. */
function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some((finding) => finding.verdict === 'failing' && finding.severity !== 'info')) return 'failing';
  if (findings.some((finding) => finding.verdict === 'unknown')) return 'unknown';
  return findings.some((finding) => finding.verdict === 'ok' || finding.verdict === 'failing') ? 'ok' : 'exempt';
}

/** While snapshots cannot be read, the point last seen, unless it has expired since. */
function newestPoint(subject: ClusterSubject, now: Instant): Instant | null {
  const points = subject.points;
  if (points && (points.newest || points.doubt === null)) return points.newest?.createdAt ?? null;
  const last = subject.memory.lastPoint;
  return last && (last.expiresAt === null || last.expiresAt > now) ? last.at : null;
}

function recorded(finding: Finding, note: VerdictNote | undefined, now: Instant): RecordedFinding {
  const { check, verdict, severity, summary, startedAt } = finding;
  return {
    check,
    verdict,
    severity,
    summary,
    evidence: verdict === 'failing' ? finding.evidence : [],
    since: (verdict === 'failing' ? startedAt : null) ?? note?.since ?? now,
  };
}
