import type { Finding } from './finding.ts';
import type { ClusterMemory, Memory, ProjectMemory, VerdictNote, Verdicts } from './memory.ts';
import type { Instant } from './time.ts';

/** Pure: writes this run's verdicts into memory, each with since when it holds and, where it cannot be told, for how many complete runs. */
export function noteVerdicts(
  memory: Memory,
  findings: readonly Finding[],
  run: { readonly now: Instant; readonly complete: boolean },
): Memory {
  if (findings.length === 0) return memory;
  const byProject = Map.groupBy(findings, (finding) => finding.resource.projectId);
  const projects = Object.values(memory.projects).map(
    (project) => [project.id, noteProject(project, byProject.get(project.id) ?? [], run)] as const,
  );
  return { projects: Object.fromEntries(projects), verdicts: noted(memory.verdicts, byProject.get(null) ?? [], run) };
}

type RunOf = { readonly now: Instant; readonly complete: boolean };

function noteProject(project: ProjectMemory, findings: readonly Finding[], run: RunOf): ProjectMemory {
  if (findings.length === 0) return project;
  const byCluster = Map.groupBy(findings, (finding) => finding.resource.clusterId);
  const clusters: Record<string, ClusterMemory> = {};
  for (const cluster of Object.values(project.clusters)) {
    const verdicts = noted(cluster.verdicts, byCluster.get(cluster.id) ?? [], run);
    clusters[cluster.id] = verdicts === cluster.verdicts ? cluster : { ...cluster, verdicts };
  }
  return { ...project, clusters, verdicts: noted(project.verdicts, byCluster.get(null) ?? [], run) };
}

/** The very notes that were there, where this run has nothing to add: so it is of most clusters in most runs. */
function noted(before: Verdicts, findings: readonly Finding[], run: RunOf): Verdicts {
  const news = findings.filter((finding) => !isNoted(before[finding.check], finding));
  if (news.length === 0) return before;
  const next: { -readonly [check in keyof Verdicts]: Verdicts[check] } = { ...before };
  for (const finding of news) next[finding.check] = noteOf(before[finding.check], finding, run);
  return next;
}

/** The same verdict as before, which is neither unknown nor blindness: those count runs. */
function isNoted(before: VerdictNote | undefined, { check, verdict }: Finding): boolean {
  return before?.verdict === verdict && verdict !== 'unknown' && check !== 'visibility';
}

function noteOf(before: VerdictNote | undefined, finding: Finding, { now, complete }: RunOf): VerdictNote {
  const { verdict } = finding;
  // What `visibility` finds failing is blindness itself, so its clock goes on.
  const blind = verdict === 'unknown' || (finding.check === 'visibility' && verdict === 'failing');
  return {
    verdict,
    since: before?.verdict === verdict ? before.since : now,
    lastKnown: verdict === 'unknown' ? (before?.lastKnown ?? null) : verdict,
    blindSince: blind ? (before?.blindSince ?? finding.startedAt ?? now) : null,
    blindRuns: blind ? (before?.blindRuns ?? 0) + (complete ? 1 : 0) : 0,
    blindFirst: blind ? (before?.blindFirst ?? (complete ? now : null)) : null,
    blindLast: blind ? (complete ? now : (before?.blindLast ?? null)) : null,
    reason: verdict === 'unknown' ? finding.summary : null,
  };
}
