import type { IndexedRow } from '../../domain/findings/indexed-row.ts';
import type { RestorableMoments } from '../../domain/findings/recorded-view.ts';
import type { Resource } from '../../domain/findings/finding.ts';
import { reachInWords } from '../../domain/findings/restorable-words.ts';
import { plural } from '../../domain/text.ts';
import { type Instant, iso } from '../../domain/time.ts';
import { visibility } from '../../evaluate/checks/visibility.ts';
import { clusterPath } from '../page-paths.ts';
import type { IncidentJson } from '../status-json.ts';
import type { BriefLine } from './card-brief.ts';

/** A cluster that cannot be read, with what was last known of it. */
export type HiddenCluster = {
  readonly name: string;
  readonly project: string;
  readonly path: string;
  readonly reach: string;
  /** The latest moment to which it could be restored when last read. */
  readonly until: Instant | null;
  readonly readAt: Instant;
};

/** The clusters that an incident of blindness hides, with what was last known; none for an incident of another check, or of one cluster alone. */
export function hiddenBy({ check, resource, state }: IncidentJson, rows: Iterable<IndexedRow>, now: Instant): readonly HiddenCluster[] {
  if (check !== visibility.id || resource.clusterId !== null || state === 'resolved') return [];
  return [...rows].filter((row) => isHidden(row, resource)).map((row) => hiddenCluster(row, now));
}

function isHidden({ verdict, projectId }: IndexedRow, blind: Resource): boolean {
  return verdict === 'unknown' && (blind.projectId === null || blind.projectId === projectId);
}

function hiddenCluster(row: IndexedRow, now: Instant): HiddenCluster {
  const { name, projectName, projectId, clusterId, restorable, window } = row;
  const reach = reachAsOf({ ...restorable, window }, now);
  const path = clusterPath(projectId, clusterId);
  return { name, project: projectName, path, reach, until: restorable.until?.at ?? null, readAt: restorable.readAt };
}

/** Always with the time of reading: what is hidden is never shown as of now. */
function reachAsOf(restorable: RestorableMoments, now: Instant): string {
  const words = reachInWords(restorable, Math.min(now, restorable.readAt));
  return restorable.readAt === 0 ? 'never read' : `${words}, as of ${iso(restorable.readAt)}`;
}

/** "30 clusters, as of …: restorable, at worst to …; 2 to no known moment". */
export function hidesInWords(hidden: readonly HiddenCluster[]): readonly BriefLine[] {
  return hidden.length === 0 ? [] : [{ label: 'Hides', text: `${plural(hidden.length, 'cluster')}${lastKnownOf(hidden)}` }];
}

function lastKnownOf(hidden: readonly HiddenCluster[]): string {
  const dated = hidden.flatMap(({ until, readAt }) => (until === null ? [] : [{ until, readAt }]));
  const [worst] = dated.toSorted((a, b) => a.until - b.until);
  const without = hidden.length - dated.length;
  if (worst !== undefined) {
    const others = without === 0 ? '' : `; ${without} to no known moment`;
    return `, as of ${iso(worst.readAt)}: restorable, at worst to ${iso(worst.until)}${others}`;
  }
  const read = hidden.map(({ readAt }) => readAt).filter((at) => at > 0);
  if (read.length === 0) return `; nothing is known of ${without === 1 ? 'it' : 'them'}`;
  return `, as of ${iso(Math.min(...read))}: restorable to no known moment`;
}
