import type { Finding } from '../domain/findings/finding.ts';
import type { Instant } from '../domain/time.ts';

type Opening = {
  readonly now: Instant;
  /** The revision that the incident will be stored under. */
  readonly revision: number;
};

/** PagerDuty's dedup_key (≤ 255 characters): check, resource, opening, revision. */
export function incidentId({ check, resource }: Finding, { now, revision }: Opening): string {
  const about = resource.clusterId ?? resource.projectId ?? resource.part ?? 'organisation';
  return `${check}-${about}-${now.toString(36)}-${revision.toString(36)}`;
}
