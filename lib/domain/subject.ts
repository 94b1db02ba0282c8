import type { ClusterFacts, Facts, LostEvent, ProjectFacts } from './facts.ts';
import type { Resource } from './finding.ts';
import type { ClusterMemory, Memory, ProjectMemory } from './memory.ts';
import type { ClusterPolicy, Policy } from './policy.ts';
import { type Reach, reachOf } from './reach.ts';
import type { Instant } from './time.ts';

/** A cluster as the checks see it: its memory, what this run read, and what was promised. */
export type ClusterSubject = {
  readonly resource: Resource;
  readonly memory: ClusterMemory;
  readonly project: ProjectMemory;
  readonly policy: ClusterPolicy;
  /** What this run read; null where it could not be read, and then `blind` says why. */
  readonly facts: ClusterFacts | null;
  /** Empty where there are facts. */
  readonly blind: string;
  /** Why the project's events could not be read; null where they could. */
  readonly eventsBlind: string | null;
} & Reach;

/** Every cluster that memory knows (after the fold: every one that Atlas lists, and those that vanished), with its facts. */
export function subjectsOf(facts: Facts, memory: Memory, policy: Policy): readonly ClusterSubject[] {
  const read = new Map((facts.projects.known ? facts.projects.value : []).map((project) => [project.id, project]));
  return Object.values(memory.projects).flatMap((project) => {
    const seen = read.get(project.id) ?? null;
    const listed = new Map(seen ? listedIn(seen).map((cluster) => [cluster.id, cluster]) : []);
    const missing = facts.projects.known ? `Atlas no longer lists project ${project.name}, and no event says why` : facts.projects.reason;
    return Object.values(project.clusters).map((cluster) =>
      subject(project, cluster, { seen, facts: listed.get(cluster.id) ?? null, missing, now: facts.startedAt }, policy),
    );
  });
}

function listedIn(project: ProjectFacts): readonly ClusterFacts[] {
  return [project.dedicated, project.flex].flatMap((listing) => (listing.known ? listing.value : []));
}

type Seen = { readonly seen: ProjectFacts | null; readonly facts: ClusterFacts | null; readonly missing: string; readonly now: Instant };

function subject(project: ProjectMemory, memory: ClusterMemory, read: Seen, policy: Policy): ClusterSubject {
  const { facts, now } = read;
  const blindTo = eventsBlind(read, memory);
  const reach = reachOf({ memory, facts, eventsBlind: blindTo, oplogThreshold: project.oplogThreshold, now });
  return {
    resource: clusterResource(project, memory),
    memory,
    project,
    policy: promisedTo(project, memory, policy),
    facts,
    blind: facts === null ? whyBlind(memory, read) : '',
    eventsBlind: blindTo,
    points: reach.points,
    window: reach.window,
    evidence: reach.evidence,
  };
}

type Asked = Parameters<Policy['forCluster']>[0];
type Promised = { readonly to: Asked; readonly policy: ClusterPolicy };

/** A promise is merged of every rule that fits, which costs more than all that is judged by it; it rests on the policy, the names and the tags alone. */
const promised = new WeakMap<Policy, Map<string, Promised>>();

function promisedTo(project: ProjectMemory, { id, name, tags }: ClusterMemory, policy: Policy): ClusterPolicy {
  const byId = promised.get(policy) ?? new Map<string, Promised>();
  const to: Asked = { projectId: project.id, projectName: project.name, name, tags };
  const kept = byId.get(id);
  if (kept && isSame(kept.to, to)) return kept.policy;
  const made = policy.forCluster(to);
  promised.set(policy, byId.set(id, { to, policy: made }));
  return made;
}

function isSame(one: Asked, other: Asked): boolean {
  const named = one.name === other.name && one.projectName === other.projectName && one.projectId === other.projectId;
  return named && (one.tags === other.tags || hasSame(one.tags, other.tags));
}

function hasSame(tags: Asked['tags'], others: Asked['tags']): boolean {
  const keys = Object.keys(tags);
  return keys.length === Object.keys(others).length && keys.every((key) => tags[key] === others[key]);
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

function eventsBlind({ seen, missing }: Seen, cluster: ClusterMemory): string | null {
  if (!seen) return missing;
  if (!seen.events.known) return seen.events.reason;
  return seen.events.value.lost?.find((event) => mayTell(event, cluster))?.sentence ?? null;
}

/** Could the event that cannot be used be one of this cluster's oplog or restores? All others are told by the listings too. */
function mayTell({ type, clusterId, clusterName }: LostEvent, { id, name }: ClusterMemory): boolean {
  if (type !== null && !/^CPS_(OPLOG|RESTORE)_/.test(type)) return false;
  if (clusterId !== null) return clusterId === id;
  return clusterName === null || clusterName === name;
}
