import type { PageModel } from '../../lib/page-model.ts';
import { ClusterWindow, RecoveryPoint } from './restorable.tsx';
import { Findings } from './findings.tsx';
import { Moment } from './moment.tsx';

type Row = PageModel['status']['clusters'][number];
type Seen = { readonly now: string; readonly asOf: string | null };

const KINDS: Readonly<Record<Row['kind'], string>> = { replicaSet: 'replica set', sharded: 'sharded', flex: 'Flex', free: 'M0' };
const VERDICTS: Readonly<Record<Row['verdict'], string>> = { ok: 'OK', failing: 'Failing', unknown: 'Unknown', exempt: 'Exempt' };

/** A row a cluster, the worst first. `asOf` is set where the data is stale: nothing is shown as if it were so now. */
export function Clusters({ rows, now, asOf }: Seen & { readonly rows: readonly Row[] }) {
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="clusters">
      <h2 id="clusters">Clusters</h2>
      {/* Roles are spelled out: as blocks on a phone, a table's parts lose their own. */}
      <table className={asOf === null ? 'clusters' : 'clusters stale'} role="table" aria-labelledby="clusters">
        <thead role="rowgroup">
          <tr role="row">
            <Head name="name">Cluster</Head>
            <Head name="verdict">Verdict</Head>
            <Head name="window">Restorable window (UTC)</Head>
            <Head name="point">Newest recovery point</Head>
            <Head name="findings">What is wrong</Head>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <ClusterRow key={`${row.projectId} ${row.clusterId}`} row={row} now={now} asOf={asOf} />
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

function ClusterRow({ row, now, asOf }: Seen & { readonly row: Row }) {
  const told = row.findings.filter((finding) => finding.verdict === 'failing' || finding.verdict === row.verdict);
  const shown = row.verdict === 'ok' ? told.filter((finding) => finding.verdict === 'failing') : told;
  return (
    <tr role="row" data-verdict={row.verdict}>
      <th scope="row" role="rowheader">
        {row.name}
        <div className="soft">
          {row.projectName}, {KINDS[row.kind]}
        </div>
      </th>
      <td role="cell">
        <span className="verdict" data-verdict={row.verdict}>
          {VERDICTS[row.verdict]}
        </span>
        {asOf !== null && (
          <div className="soft">
            as of <Moment at={asOf} now={now} />
          </div>
        )}
      </td>
      <td role="cell" data-label="Restorable window (UTC)">
        <ClusterWindow window={row.window} kind={row.kind} now={now} />
      </td>
      <td role="cell" data-label="Newest recovery point">
        <RecoveryPoint at={row.newestRecoveryPoint} now={now} />
      </td>
      <td role="cell" className={shown.length === 0 ? 'empty' : undefined} data-label={shown.length === 0 ? undefined : 'What is wrong'}>
        {shown.length === 0 ? (
          <span className="soft">{row.verdict === 'unknown' ? 'not known' : 'nothing'}</span>
        ) : (
          <Findings findings={shown} now={now} />
        )}
      </td>
    </tr>
  );
}
