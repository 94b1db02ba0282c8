import { askedClusters } from '../../lib/render/cluster-list/cluster-query.ts';
import { readClusters } from '../../lib/wire/read-clusters.ts';
import { Shell } from '../_parts/shell.tsx';
import { orLogged } from '../log.ts';
import { type Query, viewer } from '../viewer.ts';
import { ClusterList } from './_list/list.tsx';
import './clusters.css';

export const dynamic = 'force-dynamic';

/** All clusters, filtered and sorted by the address. */
export default async function Page({ searchParams }: { readonly searchParams: Promise<Query> }) {
  await viewer();
  const asked = askedClusters(await searchParams);
  const model = await orLogged('GET /clusters', () => readClusters(asked));
  return (
    <Shell here="/clusters" className="clusters-page">
      {model === null ? <Unreadable /> : <ClusterList model={model} />}
    </Shell>
  );
}

/** Not shown as an empty list. */
function Unreadable() {
  return (
    <>
      <h1>Clusters</h1>
      <p className="banner" role="alert">
        <span>The recorded state cannot be read, so nothing here is known. The log says why; the checks tell PagerDuty by themselves.</span>
      </p>
    </>
  );
}
