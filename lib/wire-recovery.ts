import { randomInt } from 'node:crypto';
import { createRecoveryAtlas } from './atlas/recovery.ts';
import type { Environment } from './config/environment.ts';
import { openDeployments } from './recovery/deployments.ts';
import type { RecoveryWorld } from './recovery/world.ts';

/** What restore tests, drills and manual restores need of the outside. Only the second service account ever restores (contract, ATLAS_RESTORE_*). */
export function openRecovery({ atlas, recovery, requestTimeoutMs, secrets }: Environment): RecoveryWorld {
  const { credentials, mongodbUri, sandboxUri, addresses } = recovery;
  const options = credentials && { baseUrl: atlas.baseUrl, credentials, requestTimeoutMs, secrets };
  return {
    atlas: options && createRecoveryAtlas({ options }),
    deployments: openDeployments({ timeoutMs: requestTimeoutMs }),
    sandboxAddress: (variable) => (variable === null ? sandboxUri : (addresses[variable] ?? null)),
    sourceAddress: (variable) => (variable === null ? mongodbUri : (addresses[variable] ?? null)),
    // 2^47: what randomInt can give at once.
    random: () => randomInt(0, 2 ** 47) / 2 ** 47,
  };
}
