import type { IndexedRow } from '../../domain/findings/indexed-row.ts';
import type { Instant } from '../../domain/time.ts';
import type { IncidentJson } from '../status-json.ts';

type Subject = Pick<IncidentJson, 'check' | 'resource'>;

/**
 * When what an incident says of its cluster was last read, if the last check, which began at `checkedAt`, could not read it; null if it could, if nothing
 * was ever read, and of an incident that is about no cluster.
 */
export function lastReadAt({ check, resource }: Subject, rows: ReadonlyMap<string, IndexedRow>, checkedAt: Instant): Instant | null {
  const row = rows.get(resource.clusterId ?? '');
  if (row === undefined || row.restorable.readAt === 0 || row.restorable.readAt >= checkedAt) return null;
  return row.findings.some((finding) => finding.check === check && finding.verdict === 'unknown') ? row.restorable.readAt : null;
}
