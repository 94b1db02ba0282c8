import { STANDING_IN_WORDS } from '../../lib/domain/findings/standing.ts';
import type { PageModel } from '../../lib/render/page-model.ts';
import { ClusterWindow } from './restorable-window.tsx';
import { RowFindings } from './findings.tsx';
import { Moment, TimedText } from './moment.tsx';

type Row = PageModel['rows'][number];
type ReadAt = { readonly now: string; readonly asOf: string | null };
type Cluster = Row['cluster'];

const KINDS: Readonly<Record<Cluster['kind'], string>> = { replicaSet: 'replica set', sharded: 'sharded', flex: 'Flex', free: 'M0' };

/** One row a cluster, the worst first. `asOf` is set if the data is stale: then each row shows that time, never the present. */
export function Clusters({ rows, now, asOf }: ReadAt & { readonly rows: readonly Row[] }) {
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="clusters">
      <h2 id="clusters">Clusters</h2>
      {/* Roles are spelled out: as blocks on a phone, a table's parts lose their own. */}
      <table className={asOf === null ? 'stacked clusters' : 'stacked clusters stale'} role="table" aria-labelledby="clusters">
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
            <ClusterRow key={`${row.cluster.projectId} ${row.cluster.clusterId}`} row={row} now={now} asOf={asOf} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Head({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <th scope="col" role="columnheader" className={`${name}-column`}>
      {children}
    </th>
  );
}

function ClusterRow({ row, now, asOf }: ReadAt & { readonly row: Row }) {
  const { clusterId, name, projectName, kind, standing } = row.cluster;
  return (
    <tr role="row" id={`cluster-${clusterId}`} data-standing={standing}>
      <th scope="row" role="rowheader">
        {name}
        <div className="soft">
          {projectName}, {KINDS[kind]}
        </div>
      </th>
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
      <WrongCell row={row} now={now} />
    </tr>
  );
}

function WrongCell({ row, now }: { readonly row: Row; readonly now: string }) {
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
      <RowFindings findings={findings} now={now} />
      {isBlindAsAbove && <div className="soft">not read, as above</div>}
    </td>
  );
}
