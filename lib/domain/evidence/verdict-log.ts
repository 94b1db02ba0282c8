import type { Verdict } from '../findings/finding.ts';
import type { ClusterMemory, Memory, Verdicts } from '../memory/memory.ts';
import type { Instant } from '../time.ts';

/** What the log has of one cluster: the verdict of each check that was evaluated on it. */
export type LoggedCluster = {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  /** By check; `ok` too, since a check that was never evaluated has promised nothing. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
};

/**
 * What one check adds to the log of verdicts. `whole`: every cluster is listed, so that a reader may begin here; else only those whose verdicts are others
 * than at the check before. `gone`: ids of clusters that are watched no longer. `wider`: verdicts on projects (by id) and on the organisation (by '').
 */
export type LoggedVerdicts = {
  readonly whole: boolean;
  readonly clusters: readonly LoggedCluster[];
  readonly gone: readonly string[];
  readonly wider: Readonly<Record<string, Readonly<Record<string, Verdict>>>>;
};

/**
 * Pure: the verdicts that a check found, as changes of `before`; null for all of them. A run that finds nothing new keeps the very objects of memory, so
 * that an unchanged check of thousands of clusters compares references and lists nothing.
 */
export function loggedVerdicts(before: Memory | null, after: Memory): LoggedVerdicts {
  const projects = Object.values(after.projects);
  const clusters = projects.flatMap((project) => {
    const earlier = before?.projects[project.id];
    if (earlier === project) return [];
    return watched(project.clusters)
      .filter((cluster) => isNew(earlier?.clusters[cluster.id], cluster))
      .map(({ id, name, verdicts }) => ({ id, name, project: project.name, verdicts: verdictsOf(verdicts) }));
  });
  const known = new Set(projects.flatMap((project) => watched(project.clusters).map(({ id }) => id)));
  const earlier = Object.values(before?.projects ?? {}).flatMap((project) => watched(project.clusters).map(({ id }) => id));
  const wider = [
    ['', before?.verdicts, after.verdicts] as const,
    ...projects.map((one) => [one.id, before?.projects[one.id]?.verdicts, one.verdicts] as const),
  ];
  const changed = wider.filter(([, was, is]) => was !== is && !isSame(was ?? {}, is)).map(([id, , is]) => [id, verdictsOf(is)] as const);
  return { whole: before === null, clusters, gone: earlier.filter((id) => !known.has(id)), wider: Object.fromEntries(changed) };
}

function watched(clusters: Readonly<Record<string, ClusterMemory>>): readonly ClusterMemory[] {
  return Object.values(clusters).filter(({ gone }) => gone === null);
}

function isNew(was: ClusterMemory | undefined, is: ClusterMemory): boolean {
  if (was === undefined || was.gone !== null || was.name !== is.name) return true;
  return was.verdicts !== is.verdicts && !isSame(was.verdicts, is.verdicts);
}

function isSame(one: Verdicts, other: Verdicts): boolean {
  const checks = Object.keys(other);
  return checks.length === Object.keys(one).length && checks.every((check) => one[check]?.verdict === other[check]?.verdict);
}

function verdictsOf(notes: Verdicts): Readonly<Record<string, Verdict>> {
  return Object.fromEntries(Object.entries(notes).map(([check, { verdict }]) => [check, verdict]));
}

/** Pure: the clusters after one more entry of the log. An entry that lists all of them forgets what came before. */
export function withVerdicts(
  known: ReadonlyMap<string, LoggedCluster>,
  { whole, clusters, gone }: LoggedVerdicts,
): ReadonlyMap<string, LoggedCluster> {
  if (!whole && clusters.length === 0 && gone.length === 0) return known;
  const next = new Map(whole ? [] : known);
  for (const id of gone) next.delete(id);
  for (const cluster of clusters) next.set(cluster.id, cluster);
  return next;
}

/**
 * Pure: whether some check of the period watched the cluster of this name or id, whatever was promised of it. `checks`: in the order of the log, from a list
 * of all clusters on.
 */
export function isWatched(
  checks: readonly { readonly startedAt: Instant; readonly verdicts: LoggedVerdicts }[],
  cluster: string,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): boolean {
  let known: ReadonlyMap<string, LoggedCluster> = new Map();
  return checks.some(({ startedAt, verdicts }) => {
    known = withVerdicts(known, verdicts);
    return startedAt >= from && startedAt <= to && [...known.values()].some(({ id, name }) => id === cluster || name === cluster);
  });
}
