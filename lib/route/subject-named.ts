import type { Tags } from './team.ts';
import type { Resource } from '../domain/findings/finding.ts';
import type { ClusterMemory, Memory, ProjectMemory } from '../domain/memory/memory.ts';
import { clusterResource, ORGANISATION, projectResource } from '../domain/memory/cluster-subject.ts';

/** What was named on the command line, as earlier runs know it. */
export type Subject = { readonly resource: Resource; readonly tags: Tags; readonly notes: readonly string[] };

/** Names or ids; neither: the organisation. `tags` take the place of those of a cluster that no run has seen. */
export type Naming = { readonly project?: string | undefined; readonly cluster?: string | undefined; readonly tags: Tags };

/**
 * Finds the named project or cluster in the memory of earlier runs. One that they do not know is taken as it was named, with a note.
 * `memory`: null if it could not be read. Throws an Error if several clusters have the name.
 */
export function subjectNamed({ project, cluster, tags }: Naming, memory: Memory | null): Subject {
  if (project === undefined && cluster === undefined) return { resource: ORGANISATION, tags, notes: [] };
  const projects = Object.values(memory?.projects ?? {}).filter(
    ({ id, name }) => project === undefined || project === id || project === name,
  );
  if (cluster === undefined) return wholeProject(project ?? '', projects[0], memory);
  const named = projects.flatMap((owner) =>
    Object.values(owner.clusters).flatMap((one) => (cluster === one.id || cluster === one.name ? [{ owner, one }] : [])),
  );
  const present = named.filter(({ one }) => one.gone === null);
  // A cluster that was upgraded, or deleted and made anew, is in memory twice.
  const found = present.length > 0 ? present : named;
  if (found.length > 1) {
    const owners = found.map(({ owner }) => owner.name).join(', ');
    throw new Error(`route: ${found.length} clusters are called ${cluster}, in the projects ${owners}; say which with --project`);
  }
  return found[0] ? seen(found[0].owner, found[0].one, tags) : unseen({ project, cluster, tags }, memory);
}

function wholeProject(named: string, project: ProjectMemory | undefined, memory: Memory | null): Subject {
  if (project) return { resource: projectResource(project), tags: {}, notes: [] };
  const resource = { projectId: named, projectName: named, clusterId: null, name: named };
  return {
    resource,
    tags: {},
    notes: [memory === null ? 'what earlier runs saw could not be read' : `no run has seen a project ${named}; it is taken as named`],
  };
}

function seen(owner: ProjectMemory, one: ClusterMemory, tags: Tags): Subject {
  const gone =
    one.gone === null ? [] : [one.gone.upgradedTo === undefined ? 'the cluster has been deleted' : 'the cluster has been upgraded'];
  return { resource: clusterResource(owner, one), tags: { ...one.tags, ...tags }, notes: gone };
}

function unseen({ project, cluster = '', tags }: Naming, memory: Memory | null): Subject {
  const why =
    memory === null
      ? 'what earlier runs saw could not be read'
      : `no run has seen a cluster ${cluster}${project === undefined ? '' : ` in project ${project}`}`;
  const notes = [`${why}, so its project and tags are only those given with --project and --tag`];
  return { resource: { projectId: project ?? '', projectName: project ?? null, clusterId: cluster, name: cluster }, tags, notes };
}
