import { clusterList, type ClusterListModel, listedClusters } from '../render/cluster-list/cluster-list.ts';
import type { AskedClusters } from '../render/cluster-list/cluster-query.ts';
import { readShown } from './read-shown.ts';
import { openReadingPorts } from './reading.ts';
import { forViewers } from './recorded-state.ts';

/** A page of the list of clusters. Throws `StoreError`. */
export async function readClusters(asked: AskedClusters): Promise<ClusterListModel> {
  const { store, policy, now } = await openReadingPorts();
  const { head, view, chosen } = await readShown(store, (...read) => listedClusters(...read, asked));
  return forViewers(clusterList({ head, view, listed: chosen }, asked, { now: now(), checkInterval: policy.general.checkInterval }));
}
