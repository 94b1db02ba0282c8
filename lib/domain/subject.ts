import type { ClusterFacts, Facts, ProjectFacts } from './facts.ts';
import type { Resource } from './finding.ts';
import type { ClusterMemory, Memory, ProjectMemory } from './memory.ts';
import type { ClusterPolicy, Policy } from './policy.ts';

/** A cluster as the checks see it: its memory, what this run read, and what was promised. */
export type ClusterSubject = {
  readonly resource: Resource;
  readonly memory: ClusterMemory;
  readonly project: ProjectMemory;
  readonly policy: ClusterPolicy;
  /** What this run read; null where it could not be read, and then `blind` says why. */
  readonly facts: ClusterFacts | null;
  readonly blind: string;
  /** Why the project's events could not be read; null where they could. */
  readonly eventsBlind: string | null;
};

/** Every cluster that memory knows (after the fold: every one that Atlas lists, and those that vanished), with its facts. */
export function subjectsOf(facts: Facts, memory: Memory, policy: Policy): readonly ClusterSubject[] {
  const read = new Map((facts.projects.known ? facts.projects.value : []).map((project) => [project.id, project]));
  return Object.values(memory.projects).flatMap((project) => {
    const seen = read.get(project.id) ?? null;
    const listed = new Map(seen ? listedIn(seen).map((cluster) => [cluster.id, cluster]) : []);
    const missing = facts.projects.known ? `Atlas no longer lists project ${project.name}, and no event says why` : facts.projects.reason;
    return Object.values(project.clusters).map((cluster) =>
      subject(project, cluster, { seen, facts: listed.get(cluster.id) ?? null, missing }, policy),
    );
  });
}

function listedIn(project: ProjectFacts): readonly ClusterFacts[] {
  return [project.dedicated, project.flex].flatMap((listing) => (listing.known ? listing.value : []));
}

type Seen = { readonly seen: ProjectFacts | null; readonly facts: ClusterFacts | null; readonly missing: string };

function subject(project: ProjectMemory, memory: ClusterMemory, read: Seen, policy: Policy): ClusterSubject {
  return {
    resource: clusterResource(project, memory),
    memory,
    project,
    policy: policy.forCluster({ projectId: project.id, projectName: project.name, name: memory.name, tags: memory.tags }),
    facts: read.facts,
    blind: whyBlind(memory, read),
    eventsBlind: eventsBlind(read),
  };
}

export function clusterResource(project: ProjectMemory, cluster: ClusterMemory): Resource {
  return { projectId: project.id, projectName: project.name, clusterId: cluster.id, name: cluster.name };
}

export function projectResource(project: ProjectMemory): Resource {
  return { projectId: project.id, projectName: project.name, clusterId: null, name: project.name };
}

export const ORGANISATION: Resource = { projectId: null, projectName: null, clusterId: null, name: 'the Atlas organisation' };

function whyBlind(memory: ClusterMemory, read: Seen): string {
  if (!read.seen) return read.missing;
  const listing = memory.kind === 'flex' ? read.seen.flex : read.seen.dedicated;
  return listing.known ? 'Atlas no longer lists it, and no event says that it was deleted' : listing.reason;
}

function eventsBlind(read: Seen): string | null {
  if (!read.seen) return read.missing;
  return read.seen.events.known ? null : read.seen.events.reason;
}
