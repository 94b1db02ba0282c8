import type { Head } from '../../domain/incidents/head.ts';
import type { Drill } from '../../domain/recovery/drill.ts';
import { type ClusterName, type Located, NO_RECOVERY, isNamed } from '../../domain/recovery/restore-test.ts';
import type { TargetUser } from '../../ports/recovery-ports.ts';
import { activeDrills } from './drills-in-head.ts';

/** Whatever uses a cluster: the name that config gives the cluster, and what Atlas has of it once it was looked up. */
export type ClusterUser = Pick<Drill, 'target'> & { readonly targetName: ClusterName | null };

/** Is it on the cluster of this name? A config may name one project by its id here and by its name there. */
export function isOn({ target, targetName }: ClusterUser, name: ClusterName): boolean {
  return isSameName(targetName, name) || (target !== null && isNamed(target, name));
}

/** Compares the words of config alone; `isOn` knows more. */
export function isSameName(one: ClusterName | null, other: ClusterName | null): boolean {
  return one !== null && other !== null && one.project === other.project && one.cluster === other.cluster;
}

/** Pure: restore tests and drills under way. One that has not looked its target up yet counts as a user of `cluster` where its target has that name. */
export function usersOf(head: Head | null, cluster: Located | null): readonly TargetUser[] {
  if (head === null) return [];
  const target = (user: ClusterUser): TargetUser['target'] =>
    user.target ?? (user.targetName !== null && cluster !== null && isNamed(cluster, user.targetName) ? cluster : null);
  const { tests } = head.recovery ?? NO_RECOVERY;
  return [
    ...tests.map((test) => ({ id: test.id, target: target(test), source: { name: test.source.name } })),
    ...activeDrills(head).map((drill) => ({ id: drill.id, target: target(drill), source: { name: drill.scenario } })),
  ];
}
