import type { RecoveryAtlas } from '../../domain/recovery/atlas-recovery.ts';
import type { ClusterName } from '../../domain/recovery/restore-test.ts';
import type { Instant } from '../../domain/time.ts';
import { troubleOf } from '../state/step-outcome.ts';
import { leadsTo, tagRefusals } from './restore-interlock.ts';

export type TagQuestion = {
  readonly atlas: Pick<RecoveryAtlas, 'findCluster'>;
  /** Every cluster that config names as a target. */
  readonly targets: readonly ClusterName[];
  /** The hosts that the address names, as `hostsNamed` gives them. */
  readonly hosts: readonly string[];
  readonly deadline: Instant;
};

/**
 * Why a cluster in Atlas must not be restored into by its address: Atlas does not show that it carries the sandbox's tag. Null where it does. It is found
 * among the targets of config, since Atlas finds no cluster by a host. Never throws.
 */
export async function sandboxTagRefusal({ atlas, targets, hosts, deadline }: TagQuestion): Promise<string | null> {
  try {
    for (const { project, cluster } of targets) {
      const found = await atlas.findCluster(project, cluster, deadline);
      if (found !== null && leadsTo(hosts, found)) return tagRefusals(found, { project, cluster }).join('; ') || null;
    }
  } catch (error) {
    return `whether the target carries its tag in Atlas cannot be told: ${troubleOf(error)}`;
  }
  return `whether the target carries its tag in Atlas cannot be told: ${hosts.join(', ')} leads to no target of restoreTests or drills in restorewatch.config.ts; name the cluster there`;
}
