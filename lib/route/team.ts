import type { Incident } from '../domain/incidents/incident.ts';
import type { TeamRule } from '../domain/policy/policy.ts';

export type About = Pick<Incident, 'check' | 'resource' | 'priority'>;
export type Tags = Readonly<Record<string, string>>;

/** Returns the first team whose rule matches; undefined: the default recipients, as always for the organisation as a whole. */
export function teamFor(teams: readonly TeamRule[], about: About, tags: Tags): string | undefined {
  return teams.find((team) => mismatch(team, about, tags) === null)?.name;
}

/** Says why a team's rule does not match, in words; null if it matches. */
export function mismatch({ match }: TeamRule, { check, resource, priority }: About, tags: Tags): string | null {
  if (resource.projectId === null) return 'it is about no single project';
  const { project, cluster, tag } = match;
  const rules: readonly (readonly [boolean, string])[] = [
    [project === undefined || project === resource.projectId || project === resource.projectName, `the project is not ${project}`],
    [
      cluster === undefined || (resource.clusterId !== null && (cluster === resource.clusterId || cluster === resource.name)),
      `the cluster is not ${cluster}`,
    ],
    [
      tag === undefined || (Object.hasOwn(tags, tag.key) && tags[tag.key] === tag.value),
      `the cluster has no tag ${tag?.key}=${tag?.value}`,
    ],
    [match.check === undefined || match.check === check, `the check is not ${match.check}`],
    [match.priority === undefined || match.priority === priority, `the priority is not ${match.priority}`],
  ];
  const missed = rules.filter(([fits]) => !fits).map(([, words]) => words);
  return missed.length === 0 ? null : missed.join(', ');
}
