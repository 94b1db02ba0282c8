import type { Erasure } from '../../../lib/domain/recovery/erasure.ts';
import { iso } from '../../../lib/domain/time.ts';
import { type ErasureList, ERASURES_ON_A_PAGE } from '../../../lib/wire/lists/erasure-pages.ts';
import { Isolated } from '../../_list/isolated.tsx';
import { Columns, Empty, Pager, Problems } from '../../_list/parts.tsx';
import { Moment, TimedText } from '../../_page/moment.tsx';
import { Shell } from '../../_page/shell.tsx';
import { ErasureForm } from './erasure-form.tsx';
import type { ErasuresAsked } from './query.ts';
import { Unfinished } from './unfinished.tsx';

type Properties = { readonly list: ErasureList; readonly asked: ErasuresAsked; readonly user: string | null };

/** What has to be erased again, the form that registers an erasure, and the register. */
export function ErasuresPage({ list, asked, user }: Properties) {
  const { erasures, inAll, unfinished, now } = list;
  const { page, problems, at } = asked;
  return (
    <Shell here="/erasures" className="list">
      <h1>Erasures</h1>
      <Problems problems={problems} instead="The newest are shown instead." />
      <p className="soft">
        Data that was erased for somebody who asked. Backups from before still hold it, and a restore of one brings it back: then it is
        named here until it is erased again. The procedure is <a href="/runbooks/retention-and-erasure">a runbook</a>.
      </p>
      <Unfinished unfinished={unfinished} user={user} />
      {user !== null && <ErasureForm />}
      {erasures.length > 0 && <Register erasures={erasures} now={now} />}
      {erasures.length === 0 && (
        <Empty isBeyond={page > 1} isFiltered={false} first={at(1)} all={at(1)} none="No erasure was registered so far." />
      )}
      <Pager label="Pages of erasures" newest={page > 1 ? at(1) : null} older={page * ERASURES_ON_A_PAGE < inAll ? at(page + 1) : null}>
        {inAll > 0 && (
          <>
            {inAll} in all, also as <a href="/api/records?format=json&kind=erasure">JSON</a> or{' '}
            <a href="/api/records?format=csv&kind=erasure">CSV</a>
          </>
        )}
      </Pager>
    </Shell>
  );
}

function Register({ erasures, now }: { readonly erasures: readonly Erasure[]; readonly now: string }) {
  return (
    <table className="stacked">
      <Columns names={['Ticket', 'Erased', 'Clusters', 'Namespaces', 'Left in backups']} />
      <tbody>
        {erasures.map((erasure) => (
          <Row key={`${erasure.reference} ${erasure.erasedAt}`} erasure={erasure} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ erasure, now }: { readonly erasure: Erasure; readonly now: string }) {
  const { reference, erasedAt, by, clusters, namespaces, leaves } = erasure;
  return (
    <tr>
      <th scope="row">
        {reference}
        <span className="soft about">registered by {by}</span>
      </th>
      <td data-label="Erased">
        <Moment at={iso(erasedAt)} now={now} />
      </td>
      <td data-label="Clusters">
        <Isolated text={clusters.map(({ cluster, project }) => `${cluster} (${project})`).join(', ')} />
      </td>
      <td data-label="Namespaces">{namespaces.length === 0 ? 'all of these clusters' : namespaces.join(', ')}</td>
      <td data-label="Left in backups">
        <TimedText text={leaves} now={now} />
      </td>
    </tr>
  );
}
