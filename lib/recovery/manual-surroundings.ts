import type { Head } from '../domain/head.ts';
import type { LiveCluster } from '../domain/recovery-atlas.ts';
import { type ClusterName, NO_RECOVERY } from '../domain/restore-test.ts';
import { type Instant, iso } from '../domain/time.ts';
import type { ClusterRow, RecordedView, Window } from '../domain/view.ts';
import { activeDrills } from './drills/state.ts';
import type { TargetUser } from './interlock.ts';

/** The cluster as the last recorded check saw it; project by name or id. Pure. */
export function rowOf(view: RecordedView | null, { project, cluster }: ClusterName): ClusterRow | null {
  const fits = ({ name, projectId, projectName }: ClusterRow): boolean =>
    name === cluster && (projectId === project || projectName === project);
  return view?.clusters.find(fits) ?? null;
}

/**
 * The window for a person who restores now: where no gap was open at the last check, it reaches to this moment as far as anybody knows, and Atlas
 * judges. `words` say so; null where the window is as it was recorded. Pure.
 */
export function windowNow(
  window: Window | null,
  head: Head | null,
  now: Instant,
): { readonly window: Window | null; readonly words: string | null } {
  const checked = head?.lastRun?.startedAt ?? null;
  if (window === null || checked === null || window.to < checked || window.to >= now) return { window, words: null };
  const words = `no gap was open at the last check (${iso(window.to)}): taken to reach until now; whether the time since can be restored, Atlas judges`;
  return { window: { ...window, to: now }, words };
}

/** Restore tests and drills under way; one that has not looked at its target yet uses what it is to look at. Pure. */
export function usersOf(head: Head | null, target: LiveCluster | null): readonly TargetUser[] {
  if (head === null) return [];
  const located = (one: TargetUser['target'], named: ClusterName | null): TargetUser['target'] =>
    one ?? (named !== null && target !== null && isNamed(target, named) ? target : null);
  const tests = (head.recovery ?? NO_RECOVERY).tests.map((test) => ({
    id: test.id,
    target: located(test.target, test.targetName),
    source: { name: test.source.name },
  }));
  const drills = activeDrills(head).map((drill) => ({
    id: drill.id,
    target: located(drill.target, drill.targetName),
    source: { name: drill.scenario },
  }));
  return [...tests, ...drills];
}

function isNamed(cluster: LiveCluster, { project, cluster: name }: ClusterName): boolean {
  return cluster.name === name && (cluster.projectName === project || cluster.projectId === project);
}
