import type { ClusterIdentity } from '../../domain/policy/policy.ts';
import { anyGiven, nonEmpty, tag } from './policy-fields.ts';

/** The fields by which a rule chooses clusters. All that are given must fit; the project is named by name or id, a tag as key=value. */
export const chosenBy = { project: nonEmpty.optional(), cluster: nonEmpty.optional(), tag: tag.optional() };

type ChosenBy = { readonly project?: string | undefined; readonly cluster?: string | undefined; readonly tag?: string | undefined };

export const CHOOSE_CLUSTERS = 'choose clusters by project, cluster or tag';

export function choosesClusters({ project, cluster, tag: chosen }: ChosenBy): boolean {
  return anyGiven([project, cluster, chosen]);
}

export function fits(rule: ChosenBy, cluster: ClusterIdentity): boolean {
  const [key, ...value] = rule.tag?.split('=') ?? [];
  const tagFits = key === undefined || cluster.tags[key] === value.join('=');
  const projectFits = rule.project === undefined || rule.project === cluster.projectName || rule.project === cluster.projectId;
  return tagFits && projectFits && (rule.cluster === undefined || rule.cluster === cluster.name);
}

/** True if every cluster that the first rule chooses is chosen by the second too, whatever clusters there are. */
export function isWithin(inner: ChosenBy, outer: ChosenBy): boolean {
  const same = (key: keyof ChosenBy): boolean => outer[key] === undefined || outer[key] === inner[key];
  return same('project') && same('cluster') && same('tag');
}

/** "cluster orders of project shop with the tag tier=gold". */
export function chosenInWords({ project, cluster, tag: chosen }: ChosenBy): string {
  const what = cluster === undefined ? 'clusters' : `cluster ${cluster}`;
  return [what, project !== undefined && `of project ${project}`, chosen !== undefined && `with the tag ${chosen}`]
    .filter((part) => part !== false)
    .join(' ');
}
