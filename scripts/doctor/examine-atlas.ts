import { createAtlasClient } from '../../lib/collect/client/client.ts';
import { collect } from '../../lib/collect/collect.ts';
import type { Environment } from '../../lib/config/environment/read-environment.ts';
import type { Fact } from '../../lib/domain/facts/fact.ts';
import type { ClusterFacts, Facts, ProjectFacts } from '../../lib/domain/facts/facts.ts';
import { bad, ok, warn, type Line } from './line.ts';

const SHOWN = 5;

/** Reads from Atlas what a first check would, and says what cannot be read and why. Never throws. */
export async function examineAtlas(environment: Environment, now: number): Promise<readonly Line[]> {
  const { atlas, requestTimeoutMs, runBudgetMs, secrets } = environment;
  const client = createAtlasClient({ baseUrl: atlas.baseUrl, credentials: atlas.credentials, requestTimeoutMs, secrets });
  return inLines(await collect({ client, projectIds: atlas.projectIds, hints: { projects: {} }, now, deadline: now + runBudgetMs }));
}

/** What a first reading found, in lines. */
export function inLines({ projects, complete }: Facts): readonly Line[] {
  if (!projects.known) return [bad(`Atlas: the projects cannot be read: ${projects.reason}`)];
  if (projects.value.length === 0) return [bad('Atlas: the credentials see no project; give the service account a role in each')];
  const cutOff: readonly Line[] = complete
    ? []
    : [warn('Atlas: the time of one run did not suffice to read everything; raise RUN_BUDGET_MS')];
  const groups = Map.groupBy(projects.value, (project) => causesIn(project).join('; '));
  return [...[...groups.values()].map(lineOf), ...cutOff];
}

/** One line for all projects that share what cannot be read in them. */
function lineOf(projects: readonly ProjectFacts[]): Line {
  const name = `Atlas: ${projects.length === 1 ? 'project' : 'projects'} ${some(
    projects.map((project) => project.name),
    ', ',
  )}`;
  const unread = projects.slice(0, 1).flatMap(projects.length === 1 ? unreadIn : causesIn);
  if (unread.length > 0) return bad(`${name}: not all can be read: ${some(unread, '; ')}`);
  const count = projects.flatMap(clustersOf).length;
  return ok(`${name}: ${count} ${count === 1 ? 'cluster' : 'clusters'}, all of it can be read`);
}

function unreadIn(project: ProjectFacts): readonly string[] {
  return [...new Set([...reasonsOf(project), ...clustersOf(project).flatMap(reasonsOfCluster)])];
}

/** What could not be read, by the name of the call alone: without the ids, it is the same in every project. */
function causesIn(project: ProjectFacts): readonly string[] {
  return [...new Set(unreadIn(project).map((reason) => reason.replace(/^(\w+) [^:]*: /, '$1: ')))];
}

function some(texts: readonly string[], between: string): string {
  const more = texts.length > SHOWN ? `${between}and ${texts.length - SHOWN} more` : '';
  return `${texts.slice(0, SHOWN).join(between)}${more}`;
}

function clustersOf({ dedicated, flex }: ProjectFacts): readonly ClusterFacts[] {
  return [dedicated, flex].flatMap((listing) => (listing.known ? listing.value : []));
}

function reasonsOf({ dedicated, flex, events, alerts, daily = {}, unreadable }: ProjectFacts): readonly string[] {
  // What the role does not permit is not watched, and no fault (docs/contract.md, clause 11).
  const asked = Object.values(daily).filter((fact) => !('role' in fact));
  return [...[dedicated, flex, events, alerts, ...asked].flatMap(reasonOf), ...unreadable];
}

function reasonsOfCluster({ schedule, snapshots }: ClusterFacts): readonly string[] {
  return [schedule, snapshots].flatMap(reasonOf);
}

function reasonOf(fact: Fact<unknown> | null): readonly string[] {
  return fact === null || fact.known ? [] : [fact.reason];
}
