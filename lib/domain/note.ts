import type { Finding } from './finding.ts';
import type { ClusterMemory, Memory, ProjectMemory, VerdictNote, Verdicts } from './memory.ts';
import type { Instant } from './time.ts';

/** Pure: writes this run's verdicts into memory, each with since when it holds and, where it cannot be told, for how many complete runs. */
export function noteVerdicts(
  memory: Memory,
  findings: readonly Finding[],
  run: { readonly now: Instant; readonly complete: boolean },
): Memory {
  const news = findings.filter((finding) => !isNoted(noteOf(memory, finding), finding));
  if (news.length === 0) return memory;
  const byProject = Map.groupBy(news, (finding) => finding.resource.projectId);
  const projects = Object.values(memory.projects).map(
    (project) => [project.id, noteProject(project, byProject.get(project.id) ?? [], run)] as const,
  );
  return { projects: Object.fromEntries(projects), verdicts: noted(memory.verdicts, byProject.get(null) ?? [], run) };
}

/** Pure: what memory holds of the verdict of that finding's check on what it is about. */
export function noteOf(memory: Memory, { check, resource: { projectId, clusterId } }: Finding): VerdictNote | undefined {
  if (projectId === null) return memory.verdicts[check];
  const project = memory.projects[projectId];
  return clusterId === null ? project?.verdicts[check] : project?.clusters[clusterId]?.verdicts[check];
}

type RunOf = { readonly now: Instant; readonly complete: boolean };

function noteProject(project: ProjectMemory, findings: readonly Finding[], run: RunOf): ProjectMemory {
  if (findings.length === 0) return project;
  const byCluster = Map.groupBy(findings, (finding) => finding.resource.clusterId);
  const clusters: Record<string, ClusterMemory> = { ...project.clusters };
  for (const [id, own] of byCluster) {
    const cluster = id === null ? undefined : clusters[id];
    if (cluster) clusters[cluster.id] = { ...cluster, verdicts: noted(cluster.verdicts, own, run) };
  }
  return { ...project, clusters, verdicts: noted(project.verdicts, byCluster.get(null) ?? [], run) };
}

function noted(before: Verdicts, news: readonly Finding[], run: RunOf): Verdicts {
  const next: { -readonly [check in keyof Verdicts]: Verdicts[check] } = { ...before };
  for (const finding of news) next[finding.check] = newNote(before[finding.check], finding, run);
  return next;
}

/** The same verdict as before, which is neither unknown nor blindness, for those count runs: so it is of nearly every finding of nearly every run. */
function isNoted(before: VerdictNote | undefined, { check, verdict }: Finding): boolean {
  return before?.verdict === verdict && verdict !== 'unknown' && check !== 'visibility';
}

function newNote(before: VerdictNote | undefined, finding: Finding, { now, complete }: RunOf): VerdictNote {
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
