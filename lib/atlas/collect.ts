import { known, unknown, type Fact } from '../domain/fact.ts';
import type { Facts, ProjectFacts } from '../domain/facts.ts';
import type { CollectHints } from '../domain/hints.ts';
import type { Instant } from '../domain/time.ts';
import type { AtlasClient } from './client.ts';
import { asFact, type Collection } from './read.ts';
import { reasonOf } from './reason.ts';
import { readProject } from './read-project.ts';
import { parseEventType } from './schema/events.ts';
import { readEntries } from './schema/fields.ts';
import { parseProject, type ProjectName } from './schema/projects.ts';

export type CollectRequest = {
  readonly client: AtlasClient;
  /** The only projects to read; null for all that the credentials see. */
  readonly projectIds: readonly string[] | null;
  readonly hints: CollectHints;
  readonly now: Instant;
  readonly deadline: Instant;
};

/** Enough to keep the client's gate full, few enough that a deadline leaves whole projects and not a bit of each. */
const PROJECTS_AT_ONCE = 12;

/** Reads everything that one run judges. Never throws: each failure is an `unknown` where it belongs. */
export async function collect({ client, projectIds, hints, now, deadline }: CollectRequest): Promise<Facts> {
  let complete = true;
  const collection: Collection = {
    client,
    hints,
    now,
    until: { deadline },
    cutOff: () => (complete = false),
    eventTypes: onceOnly(async () => {
      const entries = await client.list('listEventTypes', {}, {}, { deadline });
      return new Set(entries.flatMap((entry) => parseEventType(entry) ?? []));
    }),
  };
  const unreadable: string[] = [];
  const names = projectIds === null ? await listProjects(collection, unreadable) : known(await nameProjects(collection, projectIds), now);
  const projects: Fact<readonly ProjectFacts[]> = names.known ? known(await readProjects(collection, names.value), now) : names;
  return { startedAt: now, complete, projects, ...(unreadable.length > 0 && { unreadable }) };
}

function onceOnly<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => (answer ??= read());
}

function listProjects(collection: Collection, unreadable: string[]): Promise<Fact<readonly ProjectName[]>> {
  return asFact(collection, async () => {
    const entries = await collection.client.list('listProjects', {}, {}, collection.until);
    const listing = readEntries(entries, parseProject);
    unreadable.push(...listing.unreadable);
    return listing.values;
  });
}

/** Configured projects are read whatever their name; only one that no earlier run named is asked for it. */
function nameProjects(collection: Collection, ids: readonly string[]): Promise<readonly ProjectName[]> {
  const names = [...new Set(ids)].map(async (id) => {
    const hinted = collection.hints.projects[id]?.name;
    // A name that is the id is one that could not be read before.
    if (hinted !== undefined && hinted !== id) return { id, name: hinted };
    const read = await asFact(collection, () => collection.client.get('getProject', { groupId: id }, {}, collection.until));
    const project = read.known ? parseProject(read.value) : null;
    return project?.kind === 'usable' && project.value.id === id ? project.value : { id, name: id };
  });
  return Promise.all(names);
}

/** A few at a time, those first that wait longest; the answer keeps the listing's order. */
async function readProjects(collection: Collection, names: readonly ProjectName[]): Promise<readonly ProjectFacts[]> {
  const found = new Map<string, ProjectFacts>();
  const queue = names.toSorted((a, b) => compare(lastRead(collection.hints, a.id), lastRead(collection.hints, b.id))).values();
  async function work(): Promise<void> {
    for (const project of queue)
      found.set(project.id, await readProject(collection, project).catch((error: unknown) => unreadProject(project, error)));
  }
  await Promise.all(Array.from({ length: PROJECTS_AT_ONCE }, work));
  return names.flatMap(({ id }) => found.get(id) ?? []);
}

/** What remains of a project whose reading failed in our own code: it blinds nobody else. */
function unreadProject(project: ProjectName, error: unknown): ProjectFacts {
  const lost = unknown(reasonOf(error));
  return { ...project, dedicated: lost, flex: lost, unreadable: [], events: lost, alerts: lost, alertConfigs: null, remains: {} };
}

/** The earliest reading of the project or any cluster of it; minus infinity where something was never read. */
function lastRead(hints: CollectHints, projectId: string): number {
  const project = hints.projects[projectId];
  if (project === undefined) return Number.NEGATIVE_INFINITY;
  const times = [project.readAt, ...Object.values(project.clusters).map((cluster) => cluster.readAt)];
  return Math.min(...times.map((at) => at ?? Number.NEGATIVE_INFINITY));
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
