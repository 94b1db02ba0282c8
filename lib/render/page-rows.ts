import type { ClusterRow, RestorableUntil } from '../domain/findings/recorded-view.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import { covers, type Resource } from '../domain/findings/finding.ts';
import { lossInWords, reachInWords } from '../domain/findings/restorable-words.ts';
import { type Instant, iso } from '../domain/time.ts';
import { visibility } from '../evaluate/checks/visibility.ts';
import { windowJson } from './restorable-json.ts';
import type { ClusterJson, FindingJson, StatusJson } from './status-json.ts';

/** A cluster's row on the page. Moments in texts are ISO. */
export type PageRow = {
  readonly cluster: ClusterJson;
  /** To when it can be restored, by which means; then what would be lost, and on which snapshot it hangs. */
  readonly reach: { readonly until: string; readonly details: readonly string[] };
  /** As it was last seen, while it cannot be read. */
  readonly window: ClusterJson['window'];
  /** `incident`: the id of the open incident that says it already. */
  readonly findings: readonly (FindingJson & { readonly incident: string | null })[];
  /** True if the row cannot be read, and an incident or a finding above it on the page says why. */
  readonly isBlindAsAbove: boolean;
};

type Above = { readonly openIncidents: ReadonlyMap<string, string>; readonly blind: readonly Resource[] };

type Shown = {
  readonly clusters: readonly ClusterJson[];
  readonly incidents: readonly Pick<Incident, 'id' | 'check' | 'resource' | 'state'>[];
  /** When the last check read its facts; 0 if none has run. */
  readonly checkedAt: Instant;
};

/**
 * Pure: the rows of a page's clusters. `rows`: the recorded ones. `wider`: what the page shows above about projects and the organisation; null where it shows
 * neither that nor incidents, so that each row says by itself why it cannot be read.
 */
export function pageRows(
  { clusters, incidents, checkedAt }: Shown,
  rows: readonly ClusterRow[],
  wider: StatusJson['findings'] | null,
  now: Instant,
): readonly PageRow[] {
  const byCluster = new Map(rows.map((row) => [row.clusterId, row]));
  const open = incidents.filter(({ state }) => state !== 'resolved');
  const above: Above = {
    openIncidents: new Map(open.map(({ id, check, resource }) => [`${check} ${resource.clusterId}`, id])),
    blind: wider === null ? [] : [...open, ...wider].filter(({ check }) => check === visibility.id).map(({ resource }) => resource),
  };
  return clusters.flatMap((cluster) => {
    const row = byCluster.get(cluster.clusterId);
    return row ? [pageRow(cluster, row, above, { now, checkedAt })] : [];
  });
}

type Times = { readonly now: Instant; readonly checkedAt: Instant };

function pageRow(cluster: ClusterJson, row: ClusterRow, { openIncidents, blind }: Above, times: Times): PageRow {
  const own = cluster.findings.filter(({ verdict }) => verdict === 'failing' || (verdict === cluster.verdict && verdict !== 'ok'));
  const isBlindAsAbove = own.some(({ verdict }) => verdict === 'unknown') && blind.some((resource) => covers(resource, row));
  const shown = isBlindAsAbove ? own.filter(({ verdict }) => verdict !== 'unknown') : own;
  return {
    cluster,
    reach: reachOf(row, times),
    window: cluster.window ?? windowJson(row.window),
    findings: shown.map((finding) => ({ ...finding, incident: openIncidents.get(`${finding.check} ${row.clusterId}`) ?? null })),
    isBlindAsAbove,
  };
}

function reachOf(row: ClusterRow, { now, checkedAt }: Times): PageRow['reach'] {
  const restorable = { ...row.restorable, window: row.window };
  const { until, readAt } = restorable;
  if (until === null) return { until: row.kind === 'free' ? 'nothing: an M0 has no backups' : reachInWords(restorable, now), details: [] };
  const loss = lossInWords(restorable, now);
  return {
    // As said when it was read: the column's heading has the first words, and the details say when that was.
    until: reachInWords(restorable, readAt).replace(/^restorable to /, ''),
    details: [
      ...(readAt < checkedAt ? [`as of ${iso(readAt)}`] : []),
      ...(loss === null ? [] : [`the last ${loss} of writes would be lost`]),
      ...baseInWords(until),
    ],
  };
}

/** Nothing about a snapshot that is itself what is restored, and never expires. */
function baseInWords({ by, base, baseExpiresAt }: RestorableUntil): readonly string[] {
  const expiry = baseExpiresAt === null ? null : `expires ${iso(baseExpiresAt)}`;
  if (by === 'snapshot') return expiry === null ? [] : [expiry];
  return [`from the ${iso(base)} snapshot${expiry === null ? '' : `, which ${expiry}`}`];
}
