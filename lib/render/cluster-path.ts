/** The address of a cluster's own page. */
export function clusterPath(projectId: string, clusterId: string): string {
  return `/clusters/${encodeURIComponent(projectId)}/${encodeURIComponent(clusterId)}`;
}
