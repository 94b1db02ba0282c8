import type { Manifest } from '../domain/evidence.ts';
import type { Head } from '../domain/head.ts';
import type { RestorePlan } from '../domain/recovery-plan.ts';
import { type ClusterName, NO_RECOVERY, type RestoreTest } from '../domain/restore-test.ts';
import type { Instant } from '../domain/time.ts';
import type { RecordedView, Window } from '../domain/view.ts';
import type { Parts } from '../parts.ts';
import { readPacked } from '../state/packed-blobs.ts';
import type { Store } from '../state/store.ts';
import { readManifest } from './evidence-blobs.ts';
import { activeDrills } from '../recovery/drills/state.ts';
import type { TargetUser } from '../recovery/interlock.ts';
import type { StepContext } from '../recovery/world.ts';

export const NO_CREDENTIALS =
  'ATLAS_RESTORE_CLIENT_ID and ATLAS_RESTORE_CLIENT_SECRET are not set: restore tests use this second service account alone';

type Wanted = { readonly parts: Parts; readonly head: Head; readonly owner: string; readonly deadline: Instant };

/** What a step needs; in words, why there can be none: the plan has left the policy, or nothing may be restored at all. */
export function stepContext(test: RestoreTest, { parts, head, owner, deadline }: Wanted): string | (() => Promise<StepContext>) {
  const plans = parts.policy.general.restoreTests ?? [];
  const plan = plans.find(({ name }) => name === test.plan);
  const { recovery } = parts;
  if (!plan) return `the plan ${test.plan} is no longer in restorable.config.ts`;
  const atlas = recovery?.atlas;
  if (!recovery || !atlas) return NO_CREDENTIALS;
  const state = head.recovery ?? NO_RECOVERY;
  return async () => ({
    world: { ...recovery, atlas },
    plan,
    plans,
    others: [...state.tests.filter(({ id }) => id !== test.id), ...drillsUsing(head)],
    window: await windowOfCluster(parts.store, head, { project: test.source.projectId, cluster: test.source.name }),
    comparableFrom: state.manifests[manifestKey(plan, test)]?.[0]?.at ?? null,
    manifestsAround: (at) => manifestsAround(parts.store, state.manifests[manifestKey(plan, test)] ?? [], at, plan.databases),
    rpo: parts.policy.general.recovery.rpo,
    owner,
    now: parts.now,
    deadline,
  });
}

function drillsUsing(head: Head): readonly TargetUser[] {
  return activeDrills(head).map(({ id, scenario, target }) => ({ id, target, source: { name: scenario } }));
}

/** The restorable window as the last check saw it; project by name or id. */
export async function windowOfCluster(store: Store, head: Head, { project, cluster }: ClusterName): Promise<Window | null> {
  // Only ever written by a run, packed; the head's schema number covers its shape.
  const view = (await readPacked(store, head.viewBlobs)) as RecordedView | null;
  const row = view?.clusters.find(
    ({ name, projectId, projectName }) => name === cluster && (projectId === project || projectName === project),
  );
  return row?.window ?? null;
}

/** Manifests are kept by the names of the configuration, which are known before any id is. */
export function keyOf({ project, cluster }: ClusterName): string {
  return `${project}/${cluster}`;
}

function manifestKey(plan: RestorePlan, { source }: RestoreTest): string {
  const named = plan.sources.find(
    ({ project, cluster }) => cluster === source.name && (project === source.projectId || project === source.projectName),
  );
  return named ? keyOf(named) : '';
}

type Kept = { readonly at: Instant; readonly blobs: readonly string[] };

async function manifestsAround(
  store: Store,
  kept: readonly Kept[],
  at: Instant,
  only: RestorePlan['databases'],
): Promise<{ readonly before: Manifest | null; readonly after: Manifest | null }> {
  const before = kept.findLast((one) => one.at <= at);
  const after = kept.find((one) => one.at >= at);
  const [first, second] = await Promise.all([before, after].map(async (one) => (one ? readManifest(store, one.blobs) : null)));
  return { before: restricted(first ?? null, only), after: restricted(second ?? null, only) };
}

/** What a plan does not look at is not missed. */
function restricted(manifest: Manifest | null, only: RestorePlan['databases']): Manifest | null {
  if (manifest === null || only === null) return manifest;
  return {
    ...manifest,
    collections: manifest.collections.filter(({ namespace }) => only.includes(namespace.slice(0, namespace.indexOf('.')))),
  };
}
