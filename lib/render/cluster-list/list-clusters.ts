import type { IndexedRow } from '../../domain/findings/indexed-row.ts';
import type { Standing } from '../../domain/findings/standing.ts';
import { clean } from '../../domain/text.ts';
import { byName, compare, type Ranking } from '../ranking.ts';
import type { ClusterQuery, Sort } from './cluster-query.ts';

/** Clusters on one page of the list, as on the first page: twice as many take twice as long to the first byte. */
export const CLUSTERS_ON_PAGE = 25;

/** A page of the list: how many clusters there are, how many of them were asked for, on how many pages, and those of this page. */
export type ListedClusters = {
  readonly total: number;
  readonly matches: number;
  readonly pages: number;
  readonly clusters: readonly IndexedRow[];
};

/** Pure. A page beyond the last has no clusters. */
export function listClusters({ rows, standings }: Ranking, query: ClusterQuery): ListedClusters {
  const found = isFiltered(query) ? rows.filter(matcherOf(query, standings)) : rows;
  const sorted = query.sort === 'urgency' ? found : found.toSorted(ORDERS[query.sort]);
  const offset = (query.page - 1) * CLUSTERS_ON_PAGE;
  return {
    total: rows.length,
    matches: found.length,
    pages: Math.max(1, Math.ceil(found.length / CLUSTERS_ON_PAGE)),
    clusters: sorted.slice(offset, offset + CLUSTERS_ON_PAGE),
  };
}

function isFiltered({ q, project, tag, standing, kind }: ClusterQuery): boolean {
  return q !== '' || project !== '' || tag !== '' || standing !== null || kind !== null;
}

function matcherOf(
  { q, project, tag, standing, kind }: ClusterQuery,
  standings: ReadonlyMap<string, Standing>,
): (row: IndexedRow) => boolean {
  const [text, place] = [folded(q), folded(project)];
  const hasTag = tagMatcher(tag);
  return (row) =>
    (kind === null || row.kind === kind) &&
    (standing === null || (standings.get(row.clusterId) ?? 'unknown') === standing) &&
    (place === '' || row.projectId === place || folded(row.projectName).includes(place)) &&
    (text === '' || row.clusterId === text || folded(row.name).includes(text) || folded(row.projectName).includes(text)) &&
    hasTag(row.tags ?? {});
}

/** `key` is any value of it, `key=value` that value alone; both without regard to case. */
function tagMatcher(tag: string): (tags: Readonly<Record<string, string>>) => boolean {
  if (tag === '') return () => true;
  const [key = '', ...values] = folded(tag).split('=');
  const value = values.length === 0 ? null : values.join('=').trim();
  return (tags) => Object.entries(tags).some(([name, has]) => folded(name) === key.trim() && (value === null || folded(has) === value));
}

/** As people read and type it: as the page shows it, without regard to case and to how a letter with an accent is encoded. */
function folded(text: string): string {
  return clean(text).normalize('NFC').toLowerCase();
}

/** Clusters that are alike stand by project and name. */
const ORDERS: Readonly<Record<Exclude<Sort, 'urgency'>, (a: IndexedRow, b: IndexedRow) => number>> = {
  name: (a, b) => compare(a.name, b.name) || byName(a, b),
  project: byName,
  newest: (a, b) => earlier(a.newestRecoveryPoint, b.newestRecoveryPoint) || byName(a, b),
  until: (a, b) => earlier(a.restorable.until?.at ?? null, b.restorable.until?.at ?? null) || byName(a, b),
};

/** None comes before the oldest. */
function earlier(a: number | null, b: number | null): number {
  return (a ?? 0) - (b ?? 0);
}
