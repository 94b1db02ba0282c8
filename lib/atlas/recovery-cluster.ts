import type { Instant } from '../domain/time.ts';
import type { LiveCluster } from '../domain/recovery-atlas.ts';
import { AtlasError } from './error.ts';
import type { RecoveryContext } from './recovery.ts';
import { unusable } from './recovery-parse.ts';
import { parseLiveCluster } from './schema/restore-clusters.ts';
import { readEntries } from './schema/fields.ts';
import { parseProject, type ProjectName } from './schema/projects.ts';
import { parseSchedule } from './schema/schedule.ts';

type Asked = { readonly project: ProjectName; readonly name: string; readonly until: { readonly deadline: Instant } };

/** A cluster as it is now, by its project's name or id and its own name; null where there is none. Throws `AtlasError`. */
export async function findCluster(
  context: RecoveryContext,
  projectNamed: string,
  name: string,
  deadline: Instant,
): Promise<LiveCluster | null> {
  const project = await findProject(context, projectNamed, deadline);
  if (project === null) return null;
  try {
    return await readCluster(context, { project, name, until: { deadline } });
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

async function findProject({ client }: RecoveryContext, named: string, deadline: Instant): Promise<ProjectName | null> {
  const { values } = readEntries(await client.list('listProjects', {}, {}, { deadline }), parseProject);
  const byId = values.find(({ id }) => id === named);
  if (byId !== undefined) return byId;
  const [found, another] = values.filter((project) => project.name === named);
  // What is meant decides what a restore erases.
  if (another !== undefined) throw unusable({ operation: 'listProjects', resource: named }, 'two projects have this name: give the id');
  return found ?? null;
}

async function readCluster(context: RecoveryContext, asked: Asked): Promise<LiveCluster> {
  const cluster = (await readDedicated(context, asked)) ?? (await readFlex(context, asked));
  if (cluster.kind === 'flex' || cluster.kind === 'free') return cluster;
  return { ...cluster, restoreWindowDays: await restoreWindowOf(context, asked) };
}

function paramsOf({ project, name }: Asked): { readonly groupId: string; readonly clusterName: string } {
  return { groupId: project.id, clusterName: name };
}

/** Null for a flex cluster, which Atlas refuses here. */
async function readDedicated(context: RecoveryContext, asked: Asked): Promise<LiveCluster | null> {
  try {
    const body = await context.client.get('getCluster', paramsOf(asked), {}, asked.until);
    return usable(context, 'getCluster', body, { ...asked, flex: false });
  } catch (error) {
    if (error instanceof AtlasError && error.code === 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API') return null;
    throw error;
  }
}

async function readFlex(context: RecoveryContext, asked: Asked): Promise<LiveCluster> {
  const body = await context.client.get('getFlexCluster', paramsOf(asked), {}, asked.until);
  return usable(context, 'getFlexCluster', body, { ...asked, flex: true });
}

/** A 404 of another kind may be a wrong address, and is no answer. */
function isAbsent(error: unknown): boolean {
  return error instanceof AtlasError && error.status === 404 && (error.code === 'CLUSTER_NOT_FOUND' || error.code === 'GROUP_NOT_FOUND');
}

type Described = { readonly project: ProjectName; readonly name: string; readonly flex: boolean };

function usable({ clock }: RecoveryContext, operation: string, body: unknown, { project, name, flex }: Described): LiveCluster {
  const entry = parseLiveCluster(body, project, { name, flex }, clock());
  if (entry.kind === 'usable') return entry.value;
  throw unusable({ operation, resource: name }, entry.kind === 'unreadable' ? entry.sentence : 'answered nothing usable');
}

/** Days that PITR reaches back; null where there is no schedule, or it does not say. */
async function restoreWindowOf({ client }: RecoveryContext, asked: Asked): Promise<number | null> {
  try {
    const body = await client.get('getSchedule', paramsOf(asked), {}, asked.until);
    return parseSchedule(body)?.restoreWindowDays ?? null;
  } catch (error) {
    if (error instanceof AtlasError && error.status === 404 && error.code === 'BACKUP_CONFIG_NOT_FOUND') return null;
    throw error;
  }
}
