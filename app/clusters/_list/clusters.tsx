import { STANDING_IN_WORDS } from '../../../lib/domain/findings/standing.ts';
import { KIND_IN_WORDS } from '../../../lib/render/cluster-list/cluster-query.ts';
import type { PageRow } from '../../../lib/render/page-rows.ts';
import { ClusterWindow } from './restorable-window.tsx';
import { RowFindings } from '../../_parts/findings.tsx';
import { Moment, TimedText } from '../../_parts/moment.tsx';
import { clusterPath } from '../../../lib/render/page-paths.ts';

type ReadAt = { readonly now: string; readonly asOf: string | null };

type Properties = ReadAt & {
  readonly rows: readonly PageRow[];
  /** The address of the page that has the incidents; absent: the same page. */
  readonly incidentsAt?: '/';
};

/** One row a cluster, below the heading `clusters`. `asOf` is set if the data is stale: then each row shows that time, never the present. */
export function Clusters({ rows, ...shown }: Properties) {
  return (
    // Roles are spelled out: as blocks on a phone, a table's parts lose their own.
    <table className={shown.asOf === null ? 'stacked clusters' : 'stacked clusters stale'} role="table" aria-labelledby="clusters">
      <thead role="rowgroup">
        <tr role="row">
          <Head name="name">Cluster</Head>
          <Head name="standing">Standing</Head>
          <Head name="reach">Restorable until</Head>
          <Head name="window">Restorable window</Head>
          <Head name="findings">What is wrong</Head>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <ClusterRow key={`${row.cluster.projectId} ${row.cluster.clusterId}`} row={row} {...shown} />
        ))}
      </tbody>
    </table>
  );
}

function Head({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <th scope="col" role="columnheader" className={`${name}-column`}>
      {children}
    </th>
  );
}

type RowProperties = Omit<Properties, 'rows'> & { readonly row: PageRow };

function ClusterRow({ row, ...shown }: RowProperties) {
  const { now, asOf } = shown;
  const { clusterId, kind, standing } = row.cluster;
  return (
    <tr role="row" id={`cluster-${clusterId}`} data-standing={standing}>
      <NameCell cluster={row.cluster} />
      <td role="cell">
        <span className="standing" data-standing={standing}>
          {STANDING_IN_WORDS[standing]}
        </span>
        {asOf !== null && (
          <div className="soft">
            as of <Moment at={asOf} now={now} />
          </div>
        )}
      </td>
      <td role="cell" data-label="Restorable until">
        <TimedText text={row.reach.until} now={now} />
        {row.reach.details.map((detail) => (
          <div key={detail} className="soft">
            <TimedText text={detail} now={now} />
          </div>
        ))}
      </td>
      <td role="cell" data-label="Restorable window">
        <ClusterWindow window={row.window} kind={kind} now={now} />
      </td>
      <WrongCell row={row} {...shown} />
    </tr>
  );
}

/** Names are isolated: one that is written from right to left does not turn round what stands beside it. */
function NameCell({ cluster }: Pick<PageRow, 'cluster'>) {
  const { projectId, clusterId, name, projectName, kind, tags = {} } = cluster;
  return (
    <th scope="row" role="rowheader">
      <a href={clusterPath(projectId, clusterId)}>
        <bdi>{name}</bdi>
      </a>
      <div className="soft">
        <bdi>{projectName}</bdi>, {KIND_IN_WORDS[kind]}
      </div>
      {Object.entries(tags).map(([key, value]) => (
        <div key={key} className="soft">
          <bdi>{key}</bdi>=<bdi>{value}</bdi>
        </div>
      ))}
    </th>
  );
}

function WrongCell({ row, now, incidentsAt }: RowProperties) {
  const { findings, isBlindAsAbove, cluster } = row;
  if (findings.length === 0 && !isBlindAsAbove) {
    return (
      <td role="cell" className="empty">
        <span className="soft">{cluster.standing === 'unknown' ? 'not known' : 'nothing'}</span>
      </td>
    );
  }
  return (
    <td role="cell" data-label="What is wrong">
      <RowFindings findings={findings} now={now} {...(incidentsAt && { incidentsAt })} />
      {isBlindAsAbove && <div className="soft">not read, as above</div>}
    </td>
  );
}
