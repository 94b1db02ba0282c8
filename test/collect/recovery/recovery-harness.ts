import type { AtlasClientOptions } from '../../../lib/collect/client/client.ts';
import { createRecoveryAtlas } from '../../../lib/collect/recovery/atlas-recovery-client.ts';
import type { Located } from '../../../lib/domain/recovery/restore-test.ts';
import type { LiveCluster, RecoveryAtlas, RestoreRequest } from '../../../lib/domain/recovery/atlas-recovery.ts';
import type { AtlasFault } from '../../emulators/atlas-http.ts';
import type { ClusterOptions, EmulatedCluster, EmulatedProject } from '../../emulators/atlas-model.ts';
import { startHarness, type Harness } from '../harness.ts';

export type RecoveryHarness = Harness & {
  readonly recovery: RecoveryAtlas;
  readonly project: EmulatedProject;
  readonly orders: EmulatedCluster;
  readonly sandbox: EmulatedCluster;
  readonly source: Located;
  readonly target: Located;
};

type Wanted = { readonly source?: ClusterOptions; readonly target?: ClusterOptions; readonly client?: Partial<AtlasClientOptions> };

/** An Atlas with `orders` and, in the same project, `sandbox`; and recovery's side of it, by the second service account. */
export async function startRecovery({ source = {}, target = {}, client = {} }: Wanted = {}): Promise<RecoveryHarness> {
  const harness = await startHarness();
  const { atlas, time } = harness;
  const project = atlas.addProject('shop');
  const orders = project.addCluster('orders', source);
  const sandbox = project.addCluster('sandbox', { tags: { restorewatch: 'sandbox' }, history: false, ...target });
  const options = {
    baseUrl: atlas.url,
    credentials: { kind: 'serviceAccount', ...atlas.recovery.credentials },
    requestTimeoutMs: 5_000,
    secrets: [],
    clock: time.clock,
    sleep: time.sleep,
    random: () => 0.5,
  } as const;
  const recovery = createRecoveryAtlas({ ...options, ...client, credentials: options.credentials });
  return { ...harness, recovery, project, orders, sandbox, source: placeOf(project, orders), target: placeOf(project, sandbox) };
}

export function placeOf(project: EmulatedProject, { id, name }: EmulatedCluster): Located {
  return { projectId: project.id, projectName: project.name, clusterId: id, name };
}

/** The cluster as recovery reads it; fails where there is none. */
export async function liveOf({ recovery, deadline }: RecoveryHarness, name: string): Promise<LiveCluster> {
  const cluster = await recovery.findCluster('shop', name, deadline);
  if (cluster === null) throw new Error(`there is no cluster ${name}`);
  return cluster;
}

/** A restore of the newest snapshot. */
export function newestOf({ orders, source, target, time }: RecoveryHarness): RestoreRequest {
  orders.sync(time.now);
  const newest = orders.snapshots.findLast(({ completedAt }) => completedAt <= time.now);
  if (newest === undefined) throw new Error('orders has no snapshot');
  return { source, target, point: { kind: 'snapshot', snapshotId: newest.id } };
}

/** How often something was asked for: "METHOD path" against the pattern. */
export function countOf({ atlas }: Harness, pattern: RegExp): number {
  return atlas.requests.filter(({ method, path }) => pattern.test(`${method} ${path}`)).length;
}

export const POSTED = /^POST .*\/backup\/restoreJobs$/;

/** Meets the request for a restore. */
export function meetRestore({ atlas }: Harness, fault: AtlasFault, times = Number.POSITIVE_INFINITY): void {
  atlas.fault(/^POST .*\/backup\/restoreJobs/, fault, times);
}
