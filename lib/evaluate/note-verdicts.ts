import type { Finding } from '../domain/findings/finding.ts';
import type { ClusterMemory, Memory, ProjectMemory, VerdictNote, Verdicts } from '../domain/memory/memory.ts';
import type { Instant } from '../domain/time.ts';
import { visibility } from './checks/visibility.ts';

type Run = { readonly now: Instant; readonly complete: boolean };

/** Writes this run's verdicts into memory: since when each holds and, while it is unknown, for how many complete runs. */
export function noteVerdicts(memory: Memory, findings: readonly Finding[], run: Run): Memory {
  const changed = findings.filter((finding) => !isUnchanged(noteFor(memory, finding), finding));
  if (changed.length === 0) return memory;
  const byProject = Map.groupBy(changed, (finding) => finding.resource.projectId);
  const projects = Object.values(memory.projects).map(
    (project) => [project.id, noteProject(project, byProject.get(project.id) ?? [], run)] as const,
  );
  return { ...memory, projects: Object.fromEntries(projects), verdicts: withNotes(memory.verdicts, byProject.get(null) ?? [], run) };
}

/** What memory holds about earlier verdicts of the finding's check on the same resource. */
export function noteFor(memory: Memory, { check, resource: { projectId, clusterId } }: Finding): VerdictNote | undefined {
  if (projectId === null) return memory.verdicts[check];
  const project = memory.projects[projectId];
  return clusterId === null ? project?.verdicts[check] : project?.clusters[clusterId]?.verdicts[check];
}

function noteProject(project: ProjectMemory, findings: readonly Finding[], run: Run): ProjectMemory {
  if (findings.length === 0) return project;
  const byCluster = Map.groupBy(findings, (finding) => finding.resource.clusterId);
  const clusters: Record<string, ClusterMemory> = { ...project.clusters };
  for (const [id, own] of byCluster) {
    const cluster = id === null ? undefined : clusters[id];
    if (cluster) clusters[cluster.id] = { ...cluster, verdicts: withNotes(cluster.verdicts, own, run) };
  }
  return { ...project, clusters, verdicts: withNotes(project.verdicts, byCluster.get(null) ?? [], run) };
}

function withNotes(before: Verdicts, changed: readonly Finding[], run: Run): Verdicts {
  const next: { -readonly [check in keyof Verdicts]: Verdicts[check] } = { ...before };
  for (const finding of changed) next[finding.check] = newNote(before[finding.check], finding, run);
  return next;
}

/** A repeated verdict leaves its note unchanged. Not so `unknown` and `visibility`, whose notes count runs. */
function isUnchanged(before: VerdictNote | undefined, { check, verdict }: Finding): boolean {
  return before?.verdict === verdict && verdict !== 'unknown' && check !== visibility.id;
}

function newNote(before: VerdictNote | undefined, finding: Finding, { now, complete }: Run): VerdictNote {
  const { verdict } = finding;
  // A failing `visibility` means that something is still unknown, so its clock continues.
  const blind = verdict === 'unknown' || (finding.check === visibility.id && verdict === 'failing');
  return {
    verdict,
    since: before?.verdict === verdict ? before.since : now,
    lastKnown: verdict === 'unknown' ? (before?.lastKnown ?? null) : verdict,
    blindSince: blind ? (before?.blindSince ?? finding.startedAt ?? now) : null,
    blindRuns: blind ? (before?.blindRuns ?? 0) + (complete ? 1 : 0) : 0,
    blindFirst: blind ? (before?.blindFirst ?? (complete ? now : null)) : null,
    blindLast: blind ? (complete ? now : (before?.blindLast ?? null)) : null,
    reason: verdict === 'unknown' ? finding.summary : null,
    ...(isInitial(before, verdict) && { initial: true }),
  };
}

/** A cluster that was paused or could not be read at its first evaluation, and one that is paused every night, have never been found well either. */
function isInitial(before: VerdictNote | undefined, verdict: Finding['verdict']): boolean {
  return verdict !== 'ok' && (before === undefined || before.initial === true);
}
