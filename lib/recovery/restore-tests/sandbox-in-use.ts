import type { LiveCluster } from '../../domain/recovery/atlas-recovery.ts';
import type { Instant } from '../../domain/time.ts';
import type { RecoveryPorts } from '../../ports/recovery-ports.ts';
import { leadsTo } from './restore-interlock.ts';

/**
 * Why a cluster must not be overwritten right now: somebody validates a backup in it by its address. Empty where nobody does. Where the cluster does not
 * answer here nothing is known, and it is no reason: functions that cannot reach the sandbox begin restore tests all the same.
 */
export async function inUseRefusals(
  { deployments, sandboxAddress }: Pick<RecoveryPorts, 'deployments' | 'sandboxAddress'>,
  { target, variable, deadline }: { readonly target: LiveCluster; readonly variable: string | null; readonly deadline: Instant },
): Promise<readonly string[]> {
  const uri = sandboxAddress(variable);
  if (uri === null || !leadsTo(deployments.hostsOf(uri), target)) return [];
  const use = await deployments.sandboxUse(uri, { deadline }).catch(() => null);
  return use === null ? [] : [`the target ${target.name} is in use: ${use}; wait for its end`];
}
