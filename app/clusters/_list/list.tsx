import { Ago, Moment } from '../../_parts/moment.tsx';
import { Clusters } from './clusters.tsx';
import { plural } from '../../../lib/domain/text.ts';
import type { ClusterListModel } from '../../../lib/render/cluster-list/cluster-list.ts';
import { clustersAddress } from '../../../lib/render/cluster-list/cluster-query.ts';
import { ClusterFilter } from '../../_parts/cluster-filter.tsx';

/** A page of the list of clusters, from the last recorded run. */
export function ClusterList({ model }: { readonly model: ClusterListModel }) {
  const { query, rows, generatedAt: now, checkedAt, stale } = model;
  return (
    <>
      <h1 id="clusters">Clusters</h1>
      <Checked model={model} />
      <ClusterFilter query={query} />
      <Problems problems={model.problems} />
      <Count model={model} />
      {rows.length > 0 && <Clusters rows={rows} now={now} asOf={stale ? checkedAt : null} incidentsAt="/" />}
      <Pages model={model} />
    </>
  );
}

function Checked({ model: { checkedAt, generatedAt: now, stale } }: { readonly model: ClusterListModel }) {
  if (checkedAt === null) return <p className="soft">No check has run yet.</p>;
  return (
    <>
      {stale && (
        <p className="banner" data-kind="stale" role="alert">
          <span>Stale: nothing below is to be taken for the present.</span>
        </p>
      )}
      <p className="soft">
        {stale ? 'As of' : 'Checked'} <Moment at={checkedAt} now={now} />
        <Ago before=", " at={checkedAt} now={now} />
      </p>
    </>
  );
}

/** What of the address was not understood. */
function Problems({ problems }: Pick<ClusterListModel, 'problems'>) {
  if (problems.length === 0) return null;
  return (
    <ul className="problems" role="alert">
      {problems.map((problem) => (
        <li key={problem} className="trouble" dir="auto">
          {problem}
        </li>
      ))}
    </ul>
  );
}

function Count({ model: { matches, total, pages, query } }: { readonly model: ClusterListModel }) {
  const all = plural(total, 'cluster');
  return (
    <p className="count">
      {matches === total ? all : `${matches} of ${all}`}
      {pages > 1 && query.page <= pages && `, page ${query.page} of ${pages}`}
      {matches < total && (
        <>
          {' '}
          <a href="/clusters">Show all</a>
        </>
      )}
    </p>
  );
}

/** Without JavaScript, as all of the page. */
function Pages({ model: { query, pages } }: { readonly model: ClusterListModel }) {
  const { page } = query;
  const at = (number: number): string => clustersAddress({ ...query, page: number });
  if (page > pages) {
    return (
      <p className="trouble">
        There is no page {page}: the last is <a href={at(pages)}>page {pages}</a>.
      </p>
    );
  }
  if (pages === 1) return null;
  return (
    <nav className="pages" aria-label="Pages of clusters">
      <span>
        {page > 1 && (
          <>
            <a href={at(1)}>First</a> <a href={at(page - 1)}>← Page {page - 1}</a>
          </>
        )}
      </span>
      <span>
        {page < pages && (
          <>
            <a href={at(page + 1)}>Page {page + 1} →</a> <a href={at(pages)}>Last</a>
          </>
        )}
      </span>
    </nav>
  );
}
