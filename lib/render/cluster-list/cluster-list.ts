import type { RecordedView } from '../../domain/findings/recorded-view.ts';
import type { Head } from '../../domain/incidents/head.ts';
import { cleanAll } from '../../domain/text.ts';
import { type Duration, type Instant, iso, isoOrNull } from '../../domain/time.ts';
import { currentRows } from '../current-rows.ts';
import { type PageRow, pageRows } from '../page-rows.ts';
import { rankingOf } from '../ranking.ts';
import { clusterJson, isStale, rowsAt, withoutWell } from '../status.ts';
import type { AskedClusters } from './cluster-query.ts';
import { listClusters, type ListedClusters } from './list-clusters.ts';

/** What the list of clusters renders. Moments are ISO. */
export type ClusterListModel = AskedClusters &
  Omit<ListedClusters, 'clusters'> & {
    readonly generatedAt: string;
    /** When the check ended that recorded the rows; null if none has run. */
    readonly checkedAt: string | null;
    readonly stale: boolean;
    readonly rows: readonly PageRow[];
  };

/** Pure: the clusters that an address asks for. Only the index of the view is needed. */
export function listedClusters(head: Head | null, view: RecordedView | null, { query }: AskedClusters): ListedClusters {
  return listClusters(rankingOf(head, view), query);
}

type Shown = { readonly head: Head | null; readonly view: RecordedView | null; readonly listed: ListedClusters };

/** Pure: the list with the rows of its page, with safe texts. */
export function clusterList(
  shown: Shown,
  asked: AskedClusters,
  { now, checkInterval }: { readonly now: Instant; readonly checkInterval: Duration },
): ClusterListModel {
  const { head, view, listed } = shown;
  const { clusters, ...counts } = listed;
  const { standings } = rankingOf(head, view);
  const rows = rowsAt(clusters, currentRows(head, view));
  const last = head?.lastRun ?? null;
  const json = rows.map((row) => clusterJson(withoutWell(row), standings.get(row.clusterId) ?? 'unknown', last?.startedAt ?? 0));
  const page = { clusters: json, incidents: head?.incidents ?? [], checkedAt: last?.startedAt ?? 0 };
  return cleanAll({
    ...asked,
    ...counts,
    generatedAt: iso(now),
    checkedAt: isoOrNull(last?.finishedAt ?? null),
    stale: isStale(head, now, checkInterval),
    // What is shown of them stands in the row itself.
    rows: pageRows(page, rows, null, now).map((row) => ({ ...row, cluster: { ...row.cluster, findings: [] } })),
  });
}
