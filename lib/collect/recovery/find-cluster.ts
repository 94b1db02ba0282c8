import type { Instant } from '../../domain/time.ts';
import type { LiveCluster } from '../../domain/recovery/atlas-recovery.ts';
import type { Located } from '../../domain/recovery/restore-test.ts';
import { AtlasError, insteadOf, NO_BACKUPS, unusable } from '../client/atlas-error.ts';
import type { AtlasWriter } from '../client/client.ts';
import type { PathParams } from '../client/operations.ts';
import { parseLiveCluster } from '../schema/restore-clusters.ts';
import { readEntries } from '../schema/answer-fields.ts';
import { parseProject, type ProjectName } from '../schema/projects.ts';
import { parseSchedule } from '../schema/schedule.ts';

/** What all of recovery's requests share. */
export type RecoveryContext = { readonly client: AtlasWriter; readonly clock: () => Instant };

/** The path of a cluster. */
export function placeOf({ projectId, name }: Pick<Located, 'projectId' | 'name'>): PathParams {
  return { groupId: projectId, clusterName: name };
}

type Asked = { readonly project: ProjectName; readonly name: string; readonly until: { readonly deadline: Instant } };

/** The current state of a cluster, by its project's name or id and its own name; null if there is none. Throws `AtlasError`. */
export async function findCluster(
  context: RecoveryContext,
  projectNamed: string,
  name: string,
  deadline: Instant,
): Promise<LiveCluster | null> {
  const project = await findProject(context, projectNamed, deadline);
  if (project === null) return null;
  // A 404 with another code may come from a wrong address, and does not mean that there is no cluster.
  return readCluster(context, { project, name, until: { deadline } }).catch(insteadOf(null, 404, 'CLUSTER_NOT_FOUND', 'GROUP_NOT_FOUND'));
}

async function findProject({ client }: RecoveryContext, named: string, deadline: Instant): Promise<ProjectName | null> {
  const { values } = readEntries(await client.list('listProjects', {}, {}, { deadline }), parseProject);
  const byId = values.find(({ id }) => id === named);
  if (byId !== undefined) return byId;
  const [found, another] = values.filter((project) => project.name === named);
  // A guess could make a restore erase the wrong cluster.
  if (another !== undefined) throw unusable({ operation: 'listProjects', resource: named }, 'two projects have this name: give the id');
  return found ?? null;
}

async function readCluster(context: RecoveryContext, asked: Asked): Promise<LiveCluster> {
  const cluster = await readDescription(context, 'getCluster', asked).catch((error: unknown) => {
    if (error instanceof AtlasError && error.failure.code === 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API')
      return readDescription(context, 'getFlexCluster', asked);
    throw error;
  });
  if (cluster.kind === 'flex' || cluster.kind === 'free') return cluster;
  return { ...cluster, restoreWindowDays: await restoreWindowOf(context, asked) };
}

async function readDescription(
  { client, clock }: RecoveryContext,
  operation: 'getCluster' | 'getFlexCluster',
  { project, name, until }: Asked,
): Promise<LiveCluster> {
  const body = await client.get(operation, placeOf({ projectId: project.id, name }), {}, until);
  const entry = parseLiveCluster(body, project, { name, flex: operation === 'getFlexCluster' }, clock());
  if (entry.kind === 'usable') return entry.value;
  throw unusable({ operation, resource: name }, entry.kind === 'unreadable' ? entry.sentence : 'answered nothing usable');
}

/** Days that PITR reaches back; null if there is no schedule, or it does not say. */
async function restoreWindowOf({ client }: RecoveryContext, { project, name, until }: Asked): Promise<number | null> {
  const read = client.get('getSchedule', placeOf({ projectId: project.id, name }), {}, until);
  const body = await read.catch(insteadOf(null, ...NO_BACKUPS));
  return parseSchedule(body)?.restoreWindowDays ?? null;
}
