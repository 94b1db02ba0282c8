import { notFound } from 'next/navigation';
import { percentDecoded } from '../../../../lib/domain/text.ts';
import { readCluster } from '../../../../lib/wire/read-cluster-page.ts';
import { orLogged } from '../../../log.ts';
import { viewer } from '../../../viewer.ts';
import { UnreadablePage } from '../../../_page/status-page.tsx';
import { ClusterView } from '../../_cluster/cluster-view.tsx';
import '../../_cluster/cluster.css';

export const dynamic = 'force-dynamic';

type Properties = { readonly params: Promise<{ readonly projectId: string; readonly clusterId: string }> };

/** One cluster, whole, from the last recorded run. */
export default async function Page({ params }: Properties) {
  await viewer();
  const { projectId, clusterId } = await params;
  const asked = { projectId: percentDecoded(projectId), clusterId: percentDecoded(clusterId) };
  const read = await orLogged('GET /clusters/{projectId}/{clusterId}', async () => ({ model: await readCluster(asked) }));
  if (read === null) return <UnreadablePage here="/clusters" />;
  return read.model === null ? notFound() : <ClusterView model={read.model} />;
}
