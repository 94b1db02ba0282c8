import { startHarness, type Harness } from './harness.ts';

/** Where the snapshots of the only cluster are asked for. */
export const SNAPSHOTS = /clusters\/orders\/backup\/snapshots/;

export type Orders = Harness & { readonly read: () => Promise<readonly unknown[]> };

/** An Atlas with one healthy cluster, `orders`, and a read of its 51 snapshots. */
export async function startWithOrders(options: Parameters<typeof startHarness>[0] = {}): Promise<Orders> {
  const harness = await startHarness(options);
  const project = harness.atlas.addProject('shop');
  project.addCluster('orders');
  const params = { groupId: project.id, clusterName: 'orders' };
  return { ...harness, read: () => harness.client.list('listClusterSnapshots', params, {}, { deadline: harness.deadline }) };
}

/** How often they have been asked for. */
export function snapshotRequests({ atlas }: Harness): number {
  return atlas.requests.filter((request) => SNAPSHOTS.test(request.path)).length;
}
