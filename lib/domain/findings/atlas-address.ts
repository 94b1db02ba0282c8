import { clean } from '../text.ts';
import type { Resource } from './finding.ts';

const ATLAS_UI = 'https://cloud.mongodb.com/v2';

/** The address of the cluster, or of its project's clusters, in Atlas; null for the organisation. */
export function atlasAddress({ projectId, clusterId, name }: Resource): string | null {
  if (projectId === null) return null;
  const cluster = clusterId === null ? '' : `/detail/${encodeURIComponent(clean(name))}`;
  return `${ATLAS_UI}/${encodeURIComponent(projectId)}#/clusters${cluster}`;
}
