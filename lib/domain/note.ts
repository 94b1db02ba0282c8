import type { Finding } from './finding.ts';
import type { Memory, ProjectMemory, VerdictNote, Verdicts } from './memory.ts';
import type { Instant } from './time.ts';

/** Pure: writes this run's verdicts into memory, each with since when it holds and, where it cannot be told, for how many complete runs. */
export function noteVerdicts(
  memory: Memory,
  findings: readonly Finding[],
  run: { readonly now: Instant; readonly complete: boolean },
): Memory {
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
  const clusters = Object.values(project.clusters).map((cluster) => {
    const own = byCluster.get(cluster.id);
    return [cluster.id, own ? { ...cluster, verdicts: noted(cluster.verdicts, own, run) } : cluster] as const;
  });
  return { ...project, clusters: Object.fromEntries(clusters), verdicts: noted(project.verdicts, byCluster.get(null) ?? [], run) };
}

function noted(before: Verdicts, findings: readonly Finding[], run: RunOf): Verdicts {
  if (findings.length === 0) return before;
  return { ...before, ...Object.fromEntries(findings.map((finding) => [finding.check, noteOf(before[finding.check], finding, run)])) };
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
