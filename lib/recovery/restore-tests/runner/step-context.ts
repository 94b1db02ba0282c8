import type { Manifest } from '../../../domain/recovery/evidence.ts';
import type { Head } from '../../../domain/incidents/head.ts';
import type { RestorePlan } from '../../../domain/policy/recovery-plan.ts';
import { type ClusterName, NO_RECOVERY, type RecoveryState, type RestoreTest, isNamed } from '../../../domain/recovery/restore-test.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Store } from '../../../record/store.ts';
import { halvesOf } from '../../dump/backup-names.ts';
import { readManifest } from './evidence-blobs.ts';
import { NO_CREDENTIALS } from '../../runner/advance.ts';
import { rowOf } from '../../state/restore-tests-in-head.ts';
import { readView } from '../../../record/blobs/packed-blobs.ts';
import { usersOf } from '../../state/target-users.ts';
import type { StepContext } from '../test-phase.ts';

type Wanted = { readonly ports: Ports; readonly head: Head; readonly owner: string; readonly deadline: Instant };

/** What a step is given. A string says why there can be no step: the plan has left the policy, or nothing may be restored at all. */
export async function stepContext(test: RestoreTest, { ports, head, owner, deadline }: Wanted): Promise<string | StepContext> {
  const plans = ports.policy.general.restoreTests ?? [];
  const plan = plans.find(({ name }) => name === test.plan);
  const { recovery } = ports;
  if (!plan) return `the plan ${test.plan} is no longer in restorewatch.config.ts`;
  const atlas = recovery?.atlas;
  if (!recovery || !atlas) return NO_CREDENTIALS;
  const kept = (head.recovery ?? NO_RECOVERY).manifests[manifestKey(plan, test)] ?? [];
  return {
    recovery: { ...recovery, atlas },
    plan,
    plans,
    others: usersOf(head, null).filter(({ id }) => id !== test.id),
    window: rowOf(await readView(ports.store, head), { project: test.source.projectId, cluster: test.source.name })?.window ?? null,
    comparableFrom: kept[0]?.at ?? null,
    manifestsAround: (at) => manifestsAround(ports.store, kept, at, plan.databases),
    rpo: ports.policy.general.recovery.rpo,
    owner,
    now: ports.now,
    deadline,
  };
}

/** Manifests are kept by the names of the configuration, which are known before any id is. */
export function keyOf({ project, cluster }: ClusterName): string {
  return `${project}/${cluster}`;
}

function manifestKey(plan: RestorePlan, { source }: RestoreTest): string {
  const named = plan.sources.find((one) => isNamed(source, one));
  return named ? keyOf(named) : '';
}

type Kept = RecoveryState['manifests'][string];

async function manifestsAround(store: Store, kept: Kept, at: Instant, only: RestorePlan['databases']) {
  const before = kept.findLast((one) => one.at <= at);
  const after = kept.find((one) => one.at >= at);
  const [first, second] = await Promise.all([before, after].map(async (one) => (one ? readManifest(store, one.blobs) : null)));
  return { before: restricted(first ?? null, only), after: restricted(second ?? null, only) };
}

/** Only the databases that the plan looks at: the others are not missed. */
function restricted(manifest: Manifest | null, only: RestorePlan['databases']): Manifest | null {
  if (manifest === null || only === null) return manifest;
  return {
    ...manifest,
    collections: manifest.collections.filter(({ namespace }) => only.includes(halvesOf(namespace).database)),
  };
}
