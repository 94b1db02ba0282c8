import type { Parts } from '../../lib/parts.ts';

type Plans = Pick<Parts['policy']['general'], 'restoreTests' | 'drills'>;

/** The project of a cluster: as given, else of the one that policy names as a source or a target. Throws Error, with what to type, where that is not one. */
export function projectNamed(cluster: string, given: string | undefined, { restoreTests = [], drills = [] }: Plans): string {
  if (given) return given;
  const known = [...restoreTests.flatMap(({ sources, target }) => [...sources, target]), ...drills.map(({ target }) => target)];
  const projects = [...new Set(known.filter((one) => one.cluster === cluster).map(({ project }) => project))];
  const [project] = projects;
  if (project !== undefined && projects.length === 1) return project;
  const why =
    project === undefined ? 'restorable.config.ts does not name it' : `restorable.config.ts names it in ${projects.join(' and ')}`;
  throw new Error(`say which project ${cluster} is in: --project NAME (${why})`);
}
