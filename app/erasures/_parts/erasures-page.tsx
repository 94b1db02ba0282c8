import { asOfInWords, type Leaving, leavingInShort } from '../../../lib/domain/recovery/leaving-backups.ts';
import { iso } from '../../../lib/domain/time.ts';
import type { ErasureLeaving } from '../../../lib/render/erasures-json.ts';
import { type ErasureList, ERASURES_ON_A_PAGE } from '../../../lib/wire/lists/erasure-pages.ts';
import { Columns, Empty, Pager, Problems } from '../../_list/parts.tsx';
import { Moment, TimedText } from '../../_parts/moment.tsx';
import { Shell } from '../../_parts/shell.tsx';
import { Unfinished } from '../../_parts/unfinished.tsx';
import { isolated } from '../../_parts/right-to-left.tsx';
import { TextField } from '../../_parts/text-field.tsx';
import type { ErasuresAsked } from './query.ts';

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
            {inAll} in all, also as <a href={`/api/erasures?page=${page}`}>JSON</a>; as they were registered, as{' '}
            <a href="/api/records?format=csv&kind=erasure">CSV</a>
          </>
        )}
      </Pager>
    </Shell>
  );
}

/** Several clusters or namespaces. */
const LIST_MOST = 2_000;

/** Registers an erasure that was done. */
function ErasureForm() {
  return (
    <details>
      <summary>Register an erasure</summary>
      <form method="post" action="/api/erasures" className="fields">
        <TextField name="reference" label="Your ticket (PRIV-123)" required />
        <TextField name="project" label="Project, where several have such a cluster" />
        <TextField name="clusters" label="Clusters, separated by commas" required most={LIST_MOST} />
        <TextField name="namespaces" label="Namespaces (shop.users), separated by commas" most={LIST_MOST} />
        <TextField name="at" label="When it was done (2026-11-30T08:00:00Z), now if empty" />
        <button type="submit">Register</button>
        <p className="soft">
          No name, mail address or telephone number: this log cannot be erased. The record says when the last backup that holds it expires.
        </p>
      </form>
    </details>
  );
}

function Register({ erasures, now }: { readonly erasures: readonly ErasureLeaving[]; readonly now: string }) {
  return (
    <table className="stacked">
      <Columns names={['Ticket', 'Erased', 'Clusters', 'Namespaces', 'Left in backups']} />
      <tbody>
        {erasures.map((listed) => (
          <Row key={`${listed.erasure.reference} ${listed.erasure.erasedAt}`} listed={listed} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ listed: { erasure, leaving }, now }: { readonly listed: ErasureLeaving; readonly now: string }) {
  const { reference, erasedAt, by, clusters, namespaces } = erasure;
  return (
    <tr>
      <th scope="row">
        {reference}
        <span className="soft about">registered by {by}</span>
      </th>
      <td data-label="Erased">
        <Moment at={iso(erasedAt)} now={now} />
      </td>
      <td data-label="Clusters">{isolated(clusters.map(({ cluster, project }) => `${cluster} (${project})`).join(', '))}</td>
      <td data-label="Namespaces">{namespaces.length === 0 ? 'all of these clusters' : namespaces.join(', ')}</td>
      <td data-label="Left in backups">
        <Left leaving={leaving} now={now} />
      </td>
    </tr>
  );
}

/** When it will have left the backups: the date first, then what is not known, and what to mind. */
function Left({ leaving, now }: { readonly leaving: Leaving; readonly now: string }) {
  const { unknown, warnings, asOf } = leaving;
  const lines = [...unknown.map((one) => `unknown for ${one}`), ...warnings];
  return (
    <>
      <TimedText text={leavingInShort(leaving)} now={now} />
      {lines.length > 0 && (
        <ul className="soft">
          {lines.map((line) => (
            <li key={line}>
              <TimedText text={line} now={now} />
            </li>
          ))}
        </ul>
      )}
      <span className="soft about">
        <TimedText text={asOfInWords(asOf)} now={now} />
      </span>
    </>
  );
}
