import { createAtlasClient } from '../../lib/atlas/client.ts';
import { collect } from '../../lib/atlas/collect.ts';
import type { Environment } from '../../lib/config/env.ts';
import type { Fact } from '../../lib/domain/fact.ts';
import type { ClusterFacts, Facts, ProjectFacts } from '../../lib/domain/facts.ts';
import type { Line } from './line.ts';

const SHOWN = 5;

/** Reads from Atlas what a first check would, and says what can't be read and why. Throws nothing. */
export async function examineAtlas(environment: Environment, now: number): Promise<readonly Line[]> {
  const { atlas, requestTimeoutMs, runBudgetMs, secrets } = environment;
  const client = createAtlasClient({ baseUrl: atlas.baseUrl, credentials: atlas.credentials, requestTimeoutMs, secrets });
  return inLines(await collect({ client, projectIds: atlas.projectIds, hints: { projects: {} }, now, deadline: now + runBudgetMs }));
}

/** Pure: what a first reading came to. */
export function inLines({ projects, complete }: Facts): readonly Line[] {
  if (!projects.known) return [{ mark: 'bad', text: `Atlas: the projects cannot be read: ${projects.reason}` }];
  if (projects.value.length === 0)
    return [{ mark: 'bad', text: 'Atlas: the credentials see no project; give the service account a role in each' }];
  const cutOff: readonly Line[] = complete
    ? []
    : [{ mark: 'warn', text: 'Atlas: the time of one run did not suffice to read everything; raise RUN_BUDGET_MS' }];
  return [...projects.value.map(lineOf), ...cutOff];
}

function lineOf(project: ProjectFacts): Line {
  const unread = [...new Set([...reasonsOf(project), ...clustersOf(project).flatMap(reasonsOfCluster)])];
  const name = `Atlas: project ${project.name}`;
  const count = clustersOf(project).length;
  if (unread.length === 0) return { mark: 'ok', text: `${name}: ${count} ${count === 1 ? 'cluster' : 'clusters'}, all of it can be read` };
  const more = unread.length > SHOWN ? `; and ${unread.length - SHOWN} more` : '';
  return { mark: 'bad', text: `${name}: not all can be read: ${unread.slice(0, SHOWN).join('; ')}${more}` };
}

function clustersOf({ dedicated, flex }: ProjectFacts): readonly ClusterFacts[] {
  return [dedicated, flex].flatMap((listing) => (listing.known ? listing.value : []));
}

function reasonsOf({ dedicated, flex, events, alerts, alertConfigs, unreadable }: ProjectFacts): readonly string[] {
  return [...[dedicated, flex, events, alerts, alertConfigs].flatMap(reasonOf), ...unreadable];
}

function reasonsOfCluster({ schedule, snapshots }: ClusterFacts): readonly string[] {
  return [schedule, snapshots].flatMap(reasonOf);
}

function reasonOf(fact: Fact<unknown> | null): readonly string[] {
  return fact === null || fact.known ? [] : [fact.reason];
}
