import { ALL_CLUSTERS } from '../../lib/render/cluster-list/cluster-query.ts';
import type { Headline } from '../../lib/render/headline.ts';
import { ClusterFilter } from '../clusters/_list/filter.tsx';

type Properties = {
  /** How many clusters the page shows. */
  readonly shown: number;
  readonly headline: Headline;
};

/** From the most urgent clusters the way to all of them, with a filter where not all are shown. */
export function AllClusters({ shown, headline: { kept, atRisk, cannot, unknown, exempt } }: Properties) {
  const total = kept + atRisk + cannot + unknown + exempt;
  if (total <= shown)
    return (
      <p className="soft">
        <a href="/clusters">All clusters, with their windows</a>
      </p>
    );
  return (
    <>
      <p>
        These are the {shown} most urgent. <a href="/clusters">All {total} clusters</a>
      </p>
      <ClusterFilter query={ALL_CLUSTERS} />
    </>
  );
}
