/** The address of a cluster's own page. */
export function clusterPath(projectId: string, clusterId: string): string {
  return `/clusters/${encodeURIComponent(projectId)}/${encodeURIComponent(clusterId)}`;
}

/** The address of the record of a test, drill or restore. */
export function recordPath(id: string): string {
  return `/records/${encodeURIComponent(id)}`;
}
