import { ALL_CLUSTERS } from '../../lib/render/cluster-list/cluster-query.ts';
import type { PageModel } from '../../lib/render/page-model.ts';
import type { Headline } from '../../lib/render/headline.ts';
import { ClusterFilter } from './cluster-filter.tsx';

type Properties = Pick<PageModel, 'groups' | 'rows'> & {
  /** All clusters are shown. */
  readonly isWhole: boolean;
  readonly headline: Headline;
};

/** From the most urgent clusters the way to all of them, with a filter where not all are shown. */
export function AllClusters({ groups, rows, isWhole, headline: { kept, atRisk, cannot, unknown, exempt } }: Properties) {
  const shown = groups.reduce((sum, group) => sum + group.rows.length, 0);
  if (isWhole)
    return (
      <p className="soft">
        <a className="target" href="/clusters">
          All clusters, with their windows
        </a>
      </p>
    );
  return (
    <>
      <p>
        {shown > 0 && (shown === rows.length ? `These are the ${shown} most urgent. ` : 'These are all that are not as promised. ')}
        <a className="target" href="/clusters">
          All {kept + atRisk + cannot + unknown + exempt} clusters
        </a>
      </p>
      <ClusterFilter query={ALL_CLUSTERS} />
    </>
  );
}
